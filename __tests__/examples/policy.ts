import { parse } from 'yaml';
import { OURS, SELF, action } from './workflow.ts';
import type { Job, Step, Workflow } from './workflow.ts';

/** The environment that alone lets a job become the provisioner. */
export const PROTECTED = 'segment-provisioning';
/** The one that lets a job become the rotator: nobody is asked, so it can do no more than replace keys. */
export const ROTATION = 'segment-rotation';

/** The one that lets a job become the tester, which may read what Segment's account reads. */
const TRIAL = 'segment-models';

/** Who writes, by the environment of its job. */
const WRITERS: Readonly<Record<string, string>> = { [PROTECTED]: 'PROVISIONER', [ROTATION]: 'ROTATOR' };
/** Who a job acts as, likewise. */
const IDENTITIES: Readonly<Record<string, string>> = { ...WRITERS, [TRIAL]: 'TESTER' };

const LOOKS: readonly unknown[] = ['plan', 'check', 'models', 'list'];

/** What a workflow does that ours must not: one sentence each. Syntax is for actionlint. */
export function complaintsOf(text: string): string[] {
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs);
  return [
    ...unpinned(text),
    ...when(JSON.stringify(workflow.permissions) !== '{}', 'it does not set out from permissions: {}'),
    ...Object.keys(workflow.on)
      .filter((event) => event === 'pull_request_target' || event === 'workflow_run')
      .map((event) => `it runs on ${event}`),
    ...jobs.flatMap(([name, job]) => ofJob(workflow, job).map((complaint) => `${name}: ${complaint}`)),
    ...unknownOutputs(text, jobs),
  ];
}

function when(isWrong: boolean, complaint: string): string[] {
  return isWrong ? [complaint] : [];
}

/** Reads the text, because a comment is no part of the parsed document. */
function unpinned(text: string): string[] {
  const uses = [...text.matchAll(/^[\s-]*uses: (.*)$/gm)].map(([, use]) => use ?? '');
  return uses
    .filter(
      (use) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use) && !use.startsWith(`${OURS} # v`) && use !== SELF,
    )
    .map((use) => `${use} is not pinned to a commit with its version beside it`);
}

function ofJob(workflow: Workflow, job: Job): string[] {
  const concurrency = workflow.concurrency ?? job.concurrency;
  const ours = job.steps.filter(({ uses }) => uses === OURS);
  const isWriting = ours.some((step) => !LOOKS.includes(step.with?.['mode']));
  return [
    ...when(typeof job.permissions !== 'object' || job.permissions === null, 'it lists no permissions'),
    ...when(!((job['timeout-minutes'] ?? Infinity) <= 60), 'it has no timeout of an hour or less'),
    ...when(concurrency === undefined, 'it has no concurrency group'),
    ...when(isWriting && concurrency?.['cancel-in-progress'] === true, 'a run that writes would be cancelled'),
    ...when(isWriting !== (job.environment ?? '') in WRITERS, 'who writes, and only who writes, is in an environment'),
    ...when(
      ours.some((step) => step.with?.['mode'] === 'models') !== (job.environment === TRIAL),
      'who tries models, and only who tries them, is in the environment for that',
    ),
    ...when('schedule' in workflow.on && job.environment === PROTECTED, 'nobody approves what a schedule starts'),
    ...job.steps.flatMap((step) => [...ofStep(step), ...(step.uses === OURS ? ofOurs(step, job.environment) : [])]),
  ];
}

function ofStep(step: Step): string[] {
  const scripts = [step.run, step.with?.['script']].map((script) => String(script ?? ''));
  const isCheckout = step.uses?.startsWith('actions/checkout@') === true;
  return [
    ...when(
      scripts.some((script) => script.includes('${{')),
      'an expression is pasted into a script',
    ),
    ...when(isCheckout && step.with?.['persist-credentials'] !== false, 'the checkout leaves its token behind'),
  ];
}

function ofOurs(step: Step, environment = ''): string[] {
  const who = IDENTITIES[environment] ?? 'READER';
  // A file tells of the projects, and to read it nobody signs in.
  const ofStep = step.with?.['config_file'] === undefined ? { project_id: '${{ vars.GCP_PROJECT_ID }}' } : {};
  const identity = {
    workload_identity_provider: `\${{ vars.SEGMENT_${who}_PROVIDER }}`,
    service_account: `\${{ vars.SEGMENT_${who}_SERVICE_ACCOUNT }}`,
  };
  const expected: Readonly<Record<string, string>> =
    step.with?.['mode'] === 'list' ? ofStep : { ...ofStep, ...identity };
  return [
    ...when(who === 'ROTATOR' && step.with?.['mode'] !== 'apply', 'the rotator can only apply'),
    ...Object.keys(step.with ?? {})
      .filter((name) => !(name in action.inputs))
      .map((name) => `this action has no input ${name}`),
    ...Object.entries(expected)
      .filter(([name, value]) => step.with?.[name] !== value)
      .map(([name, value]) => `${name} is not ${value}`),
  ];
}

function unknownOutputs(text: string, jobs: readonly (readonly [string, Job])[]): string[] {
  const ids = jobs.flatMap(([, { steps }]) => steps.filter(({ uses }) => uses === OURS).map(({ id }) => id));
  return [...text.matchAll(/steps\.(\w+)\.outputs\.(\w+)/g)]
    .filter(([, id, output]) => ids.includes(id) && !((output ?? '') in action.outputs))
    .map(([, , output]) => `this action has no output ${output ?? ''}`);
}

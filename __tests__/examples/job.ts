import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Stage } from '../../harness/stage.ts';
import { fill, fillAll, isDue } from './expression.ts';
import type { Contexts } from './expression.ts';
import { foreign, runShell } from './foreign.ts';
import type { GitHub, StepResult } from './foreign.ts';
import { OURS, SELF, action, read } from './workflow.ts';
import type { Job, Step, Workflow } from './workflow.ts';
import { PROTECTED, ROTATION } from './policy.ts';

/** What starts a run. */
export interface Start {
  readonly event: string;
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Typed by whoever starts it by hand. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Variables besides the usual ones; those of the environment are seen by its jobs alone. */
  readonly environmentVars?: Readonly<Record<string, string>>;
  /** Whose pull request it is, where GitHub gives its jobs less: from a fork not even variables. */
  readonly stranger?: 'fork' | 'dependabot';
  /** What the checkout leaves in the workspace of our action. */
  readonly prepare?: (workspace: string) => void;
}

/** Whose key it replaces once a week; `place.ts` lets it. */
export const ROTATOR = 'rotator@acme-ci.iam.gserviceaccount.com';

/** A run of our action within a job. */
export type OurRun = Awaited<ReturnType<Stage['run']>>;

/** What came of a job. */
export interface JobResult {
  readonly result: 'success' | 'failure' | 'skipped';
  /** The runs of our action, in order. */
  readonly ours: readonly OurRun[];
  /** What all other steps said. */
  readonly said: string;
  readonly outputs?: Readonly<Record<string, string>>;
}

/** Where workflows are run. */
export interface Surroundings {
  readonly at: Stage;
  readonly gitHub: GitHub;
}

/** Runs a workflow as GitHub would: jobs and steps in order, our action from `dist/`. */
export async function runWorkflow(text: string, start: Start, place: Surroundings): Promise<Record<string, JobResult>> {
  const workflow = parse(text) as Workflow;
  expectStartable(workflow, start);
  // GitHub hands a run its secrets as they were when it was started.
  const stored = (await place.at.secret()).value ?? '';
  return runJobs(workflow, { start, place, stored });
}

async function runJobs(workflow: Workflow, around: Circumstances): Promise<Record<string, JobResult>> {
  const results: Record<string, JobResult> = {};
  for (const [name, written] of Object.entries(workflow.jobs)) {
    const job = named(written, around);
    const needed = [job.needs ?? []].flat();
    const contexts = (matrix: unknown): Contexts => ({
      ...contextsOf(workflow, job, around),
      ...(needed.length === 0 ? {} : { needs: needsOf(workflow, needed, results) }),
      ...(matrix === undefined ? {} : { matrix }),
    });
    const hasFailed = needed.some((one) => results[one]?.result !== 'success');
    const run = job.uses === undefined ? runJob : runCalled;
    const runs: JobResult[] = [];
    for (const cell of isDue(job.if, contexts(undefined), { hasFailed }) ? cellsOf(job) : [])
      runs.push(await run(job, contexts(cell), around));
    results[name] = joined(runs);
  }
  return results;
}

/** With the name of its environment filled in. */
function named(job: Job, { called: given }: Circumstances): Job {
  return job.environment === undefined ? job : { ...job, environment: fill(job.environment, { ...given }) };
}

/** A reusable workflow of ours, as its caller calls it: inputs by type, secrets one by one, permissions within the caller's. */
async function runCalled(job: Job, contexts: Contexts, around: Circumstances): Promise<JobResult> {
  const file = /^OWNER\/segment-reverse-etl-bigquery\/(\.github\/workflows\/[a-z]+\.yml)@COMMIT_SHA$/.exec(
    job.uses ?? '',
  )?.[1];
  if (file === undefined) throw new Error(`Nothing here knows what ${job.uses ?? ''} is.`);
  const workflow = parse(read(file)) as Workflow;
  const given = called(workflow, job, contexts);
  const needs = Object.values(workflow.jobs).flatMap(({ permissions }) => Object.entries(permissions as object));
  for (const [scope, level] of needs)
    if ((job.permissions as Record<string, unknown>)[scope] !== level)
      throw new Error(`GitHub would not start it: it needs ${scope}: ${String(level)}.`);
  const jobs = Object.values(await runJobs(workflow, { ...around, called: given }));
  return {
    result: jobs.find(({ result }) => result !== 'success')?.result ?? 'success',
    ours: jobs.flatMap(({ ours }) => ours),
    said: jobs.map(({ said }) => said).join(''),
  };
}

/** What a workflow sees of whoever calls it. */
interface Called {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

function called({ on }: Workflow, job: Job, contexts: Contexts): Called {
  const declared = on['workflow_call'] ?? {};
  const [types, names] = [declared.inputs ?? {}, declared.secrets ?? {}];
  const unknown = [
    ...Object.keys(job.with ?? {}).filter((name) => !(name in types)),
    ...Object.keys(job.secrets ?? {}).filter((name) => !(name in names)),
  ];
  if (unknown.length > 0) throw new Error(`GitHub would not start it: it does not know ${unknown.join(', ')}.`);
  const inputs = Object.entries(types).map(([name, { type, required, default: standard }]) => {
    const value = job.with?.[name];
    if (value === undefined && required === true) throw new Error(`GitHub would not start it without ${name}.`);
    const filled = typeof value === 'string' ? fill(value, contexts) : (value ?? standard);
    if (typeof filled !== type) throw new Error(`GitHub would not start it: ${name} is no ${type ?? ''}.`);
    return [name, filled] as const;
  });
  // GitHub writes nothing for a secret that only an environment has: no job of a caller is in one.
  const none = Object.fromEntries(Object.keys(names).map((name) => [name, '']));
  const passed = fillAll(job.secrets, { ...contexts, secrets: { ...none, ...(contexts['secrets'] as object) } });
  return { inputs: Object.fromEntries(inputs), secrets: { ...none, ...passed } };
}

/** Results and outputs of the jobs that it needs, and no more. */
function needsOf(workflow: Workflow, needed: readonly string[], results: Record<string, JobResult>): unknown {
  const needs = Object.fromEntries(needed.map((one) => [one, results[one]]));
  return JSON.parse(JSON.stringify(needs, ['result', 'outputs', ...outputNames(workflow), ...needed]));
}

function outputNames({ jobs }: Workflow): string[] {
  return Object.values(jobs).flatMap(({ outputs = {} }) => Object.keys(outputs));
}

/** Each run of a job: one, or one for each value of its matrix, which has one dimension in all of ours. */
function cellsOf({ strategy }: Job): unknown[] {
  if (strategy === undefined) return [undefined];
  const [first, ...others] = Object.entries(strategy.matrix);
  if (first === undefined || others.length > 0) throw new Error('Nothing here knows a matrix of several dimensions.');
  const [name, values] = first;
  return values.map((value) => ({ [name]: value }));
}

/** Several runs of a job count as one, as they do for those that need it. */
function joined(runs: readonly JobResult[]): JobResult {
  if (runs.length === 0) return { result: 'skipped', ours: [], said: '' };
  return {
    result: runs.find(({ result }) => result !== 'success')?.result ?? 'success',
    ours: runs.flatMap(({ ours }) => ours),
    said: runs.map(({ said }) => said).join(''),
    outputs: runs.at(-1)?.outputs ?? {},
  };
}

function expectStartable({ on }: Workflow, { event, inputs = {} }: Start): void {
  if (!(event in on)) throw new Error(`The workflow does not run on ${event}.`);
  const declared = on[event]?.inputs ?? {};
  for (const [name, { required, options }] of Object.entries(declared)) {
    const value = inputs[name];
    if ((required === true && value === undefined) || (value && options?.includes(value) === false))
      throw new Error(`GitHub would not start it with ${name}: ${value ?? 'nothing'}.`);
  }
}

interface Circumstances {
  readonly start: Start;
  readonly place: Surroundings;
  /** What the secret of the repository held when the run was started. */
  readonly stored: string;
  /** Set within a workflow that another calls. */
  readonly called?: Called;
}

/** Everything that an expression may name, and nothing else. */
function contextsOf(workflow: Workflow, job: Job, around: Circumstances): Contexts {
  const { start, place } = around;
  const { env } = place.at.simulation;
  const hasApp = job.environment === PROTECTED || job.environment === ROTATION;
  const provider = env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'];
  const variables = {
    GCP_PROJECT_ID: env['SIMULATOR_PROJECT'],
    SEGMENT_LOCATION: 'EU',
    SEGMENT_WORKSPACE: env['SIMULATOR_SEGMENT_WORKSPACE'],
    SEGMENT_READER_PROVIDER: provider,
    SEGMENT_READER_SERVICE_ACCOUNT: env['SIMULATOR_READER_SERVICE_ACCOUNT'],
    SEGMENT_PROVISIONER_PROVIDER: provider,
    SEGMENT_PROVISIONER_SERVICE_ACCOUNT: env['SIMULATOR_SERVICE_ACCOUNT'],
    SEGMENT_TESTER_PROVIDER: provider,
    SEGMENT_TESTER_SERVICE_ACCOUNT: env['SIMULATOR_TESTER_SERVICE_ACCOUNT'],
    SEGMENT_ROTATOR_PROVIDER: provider,
    SEGMENT_ROTATOR_SERVICE_ACCOUNT: ROTATOR,
    ...(hasApp && { SECRETS_APP_CLIENT_ID: 'Iv23liSimulatedClient' }),
    ...(job.environment === PROTECTED && start.environmentVars),
  };
  const contexts = {
    github: {
      repository: env['GITHUB_REPOSITORY'],
      event_name: start.event,
      ref: 'refs/heads/main',
      token: place.gitHub.jobToken,
      event: start.payload ?? {},
    },
    inputs: around.called?.inputs ?? start.inputs ?? {},
    runner: { temp: mkdtempSync(join(tmpdir(), 'runner-')) },
    // A pull request from a fork gets none: GitHub writes nothing for them.
    vars: start.stranger === 'fork' ? Object.fromEntries(Object.keys(variables).map((name) => [name, ''])) : variables,
    secrets: {
      ...(around.called?.secrets ?? { SEGMENT_BIGQUERY_CREDENTIALS: around.stored }),
      // Of the job's environment, which comes before what a caller passes.
      ...(hasApp && {
        SECRETS_APP_PRIVATE_KEY: 'the private key of the App',
        SEGMENT_PUBLIC_API_TOKEN: env['SIMULATOR_SEGMENT_TOKEN'],
      }),
    },
  };
  return { ...contexts, env: { ...fillAll(workflow.env, contexts), ...fillAll(job.env, contexts) } };
}

async function runJob(job: Job, contexts: Contexts, around: Circumstances): Promise<JobResult> {
  const steps: Record<string, unknown> = {};
  const ours: OurRun[] = [];
  let said = '';
  let hasFailed = false;
  for (const step of job.steps) {
    const known = { ...contexts, steps };
    if (!isDue(step.if, known, { hasFailed })) continue;
    const result = await runStep({ step, job, contexts: known }, around, ours);
    said += result.said;
    steps[step.id ?? ''] = { outputs: result.outputs, outcome: result.isGood ? 'success' : 'failure' };
    hasFailed ||= !result.isGood && step['continue-on-error'] !== true;
  }
  return {
    result: hasFailed ? 'failure' : 'success',
    ours,
    said,
    outputs: fillAll(job.outputs, { ...contexts, steps }),
  };
}

async function runStep(
  { step, job, contexts }: { step: Step; job: Job; contexts: Contexts },
  around: Circumstances,
  ours: OurRun[],
): Promise<StepResult> {
  const known = { ...contexts, env: { ...(contexts['env'] as object), ...fillAll(step.env, contexts) } };
  const filled = { with: fillAll(step.with, known), env: known.env as Record<string, string> };
  if (step.run !== undefined) return runShell(step.run, filled.env);
  if (step.uses !== OURS && !(step.uses === SELF && around.called !== undefined)) {
    const run = foreign[step.uses?.replace(/@.*/, '') ?? ''];
    if (run === undefined) throw new Error(`Nothing here knows what ${step.uses ?? 'a step without uses'} does.`);
    return run(filled, around.place.gitHub);
  }
  const run = await runOurs({ ...defaults(known), ...filled.with }, job, around);
  ours.push(run);
  const unset = Object.fromEntries(Object.keys(action.outputs).map((name) => [name, '']));
  return { isGood: run.code === 0, outputs: { ...unset, ...run.outputs }, said: '' };
}

/** The runner fills in what action.yml says; the stage has defaults of its own, which must not help an example. */
function defaults(contexts: Contexts): Record<string, string> {
  const given = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? ''] as const);
  return { location: '', patience_minutes: '', ...fillAll(Object.fromEntries(given), contexts) };
}

async function runOurs(inputs: Record<string, string>, job: Job, { start, place }: Circumstances): Promise<OurRun> {
  const mayAsk = (job.permissions as Record<string, string> | undefined)?.['id-token'] === 'write';
  // As GitHub names a job: by its environment, if it has one.
  const subject = job.environment === undefined ? 'ref:refs/heads/main' : `environment:${job.environment}`;
  await place.at.simulation.claims({ sub: `repo:acme/data-platform:${subject}` });
  const identity = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  return place.at.run(inputs, {
    env: {
      GITHUB_EVENT_NAME: start.event,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '1234567890',
      GITHUB_ACTOR: start.stranger === 'dependabot' ? 'dependabot[bot]' : 'ann',
    },
    event: start.payload ?? {},
    ...(start.prepare === undefined ? {} : { prepare: start.prepare }),
    without: mayAsk && start.stranger === undefined ? [] : identity,
  });
}

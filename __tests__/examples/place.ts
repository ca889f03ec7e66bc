import { afterEach, beforeEach } from '@jest/globals';
import { ROLE, stage } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';
import { startIssues } from './issues.ts';
import type { Issues } from './issues.ts';
import { ROTATOR, runWorkflow } from './job.ts';
import type { JobResult, Start } from './job.ts';
import { ROTATION } from './policy.ts';
import { read } from './workflow.ts';

/** What starts most runs. */
export const byHand = { event: 'workflow_dispatch' };
export const bySchedule = { event: 'schedule' };

/** What counts of a job: how it ended, and what our steps gave. */
export function gist(job: JobResult | undefined): unknown {
  return {
    result: job?.result,
    ours: job?.ours.map(({ code, outputs: { result, drift } }) => ({ code, result, drift })),
  };
}

export const changed = { result: 'success', ours: [{ code: 0, result: 'changed', drift: 'false' }] };
export const unchanged = { result: 'success', ours: [{ code: 0, result: 'unchanged', drift: 'false' }] };
export const red = { result: 'failure', ours: [{ code: 1, result: 'drift', drift: 'true' }] };

/** A stage, and issues beside it, on which the examples run as they are written. */
export interface Place {
  readonly at: Stage;
  readonly issues: () => Issues;
  /** Runs a workflow by its text. */
  readonly runText: (text: string, start: Start) => Promise<Record<string, JobResult>>;
  /** Runs `examples/NAME.yml`; the token of its job is known to the issues alone, unless another is given. */
  readonly run: (name: string, start: Start, jobToken?: string) => Promise<Record<string, JobResult>>;
  /** Sets up, and then makes the rotator as README.md tells: it reads, and replaces the key of the one account. */
  readonly setUp: (name?: 'set-up' | 'segment-source') => Promise<Record<string, JobResult>>;
  /** Drift: a permission of the role that nobody should have taken away. */
  readonly takeAway: () => Promise<void>;
}

const JOB_TOKEN = 'the token of the job';

/** Empty before each test. @param flags - of the simulator */
export function place(...flags: string[]): Place {
  const at = stage(...flags);
  let issues: Issues;
  beforeEach(async () => {
    issues = await startIssues(JOB_TOKEN);
  });
  afterEach(async () => {
    await issues.stop();
  });
  const runText = (text: string, start: Start, jobToken = JOB_TOKEN): ReturnType<Place['run']> => {
    const appToken = at.simulation.env['SIMULATOR_GITHUB_APP_TOKEN'] ?? '';
    const gitHub = { appToken, jobToken, apiUrl: issues.url, artifacts: new Map() };
    return runWorkflow(text, start, { at, gitHub });
  };
  const run: Place['run'] = (name, start, jobToken) => runText(read(`examples/${name}.yml`), start, jobToken);
  return {
    at,
    issues: () => issues,
    runText,
    run,
    setUp: async (name = 'set-up') => {
      const results = await run(name, byHand);
      await makeRotator(at);
      return results;
    },
    takeAway: async () => {
      await at.owner('PATCH', `/v1/${ROLE}?updateMask=includedPermissions`, {
        includedPermissions: ['bigquery.datasets.get', 'bigquery.jobs.create'],
      });
    },
  };
}

const OURS = 'organizations/100000000001/roles/segmentReverseEtl';

async function makeRotator(at: Stage): Promise<void> {
  const member = `serviceAccount:${ROTATOR}`;
  const [pool] = (at.simulation.env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'] ?? '').split('/providers/');
  const job = `principal://iam.googleapis.com/${pool ?? ''}/subject/repo:acme/data-platform:environment:${ROTATION}`;
  await at.owner('POST', '/v1/projects/acme-ci/serviceAccounts', { accountId: 'rotator', serviceAccount: {} });
  await at.owner('POST', `/v1/projects/acme-ci/serviceAccounts/${ROTATOR}:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/iam.workloadIdentityUser', members: [job] }] },
  });
  await at.bind(`${OURS}.reader`, { members: [member] });
  await at.bind(`${OURS}.segment`, { members: [member] });
  await at.bindOnAccount(`${OURS}.rotator`, [member]);
}

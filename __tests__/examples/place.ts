import { afterEach, beforeEach } from '@jest/globals';
import { ROLE, stage } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';
import { startIssues } from './issues.ts';
import type { Issues } from './issues.ts';
import { runWorkflow } from './job.ts';
import type { JobResult, Start } from './job.ts';

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
  /** Runs `examples/NAME.yml`; the token of its job is known to the issues alone, unless another is given. */
  readonly run: (name: string, start: Start, jobToken?: string) => Promise<Record<string, JobResult>>;
  /** Drift: a permission of the role that nobody should have taken away. */
  readonly takeAway: () => Promise<void>;
}

const JOB_TOKEN = 'the token of the job';

/** Empty before each test. */
export function place(): Place {
  const at = stage();
  let issues: Issues;
  beforeEach(async () => {
    issues = await startIssues(JOB_TOKEN);
  });
  afterEach(async () => {
    await issues.stop();
  });
  return {
    at,
    issues: () => issues,
    run: (name, start, jobToken = JOB_TOKEN) => {
      const appToken = at.simulation.env['SIMULATOR_GITHUB_APP_TOKEN'] ?? '';
      return runWorkflow(`examples/${name}.yml`, start, { at, gitHub: { appToken, jobToken, apiUrl: issues.url } });
    },
    takeAway: async () => {
      await at.owner('PATCH', `/v1/${ROLE}?updateMask=includedPermissions`, {
        includedPermissions: ['bigquery.datasets.get', 'bigquery.jobs.create'],
      });
    },
  };
}

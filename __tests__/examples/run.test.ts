import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ACCOUNT_PATH, EMAIL, ROLE, stage, writes } from '../harness.ts';
import { startIssues } from './issues.ts';
import type { Issues } from './issues.ts';
import { runWorkflow } from './job.ts';
import type { JobResult, Start } from './job.ts';

/** Each example as it is written, on the built action and the simulator, in the order in which a user meets them. */
const at = stage();
let issues: Issues;
beforeEach(async () => {
  issues = await startIssues('the token of the job');
});
afterEach(async () => {
  await issues.stop();
});

async function run(name: string, start: Start, jobToken = 'the token of the job'): Promise<Record<string, JobResult>> {
  const appToken = at.simulation.env['SIMULATOR_GITHUB_APP_TOKEN'] ?? '';
  return runWorkflow(`examples/${name}.yml`, start, { at, gitHub: { appToken, jobToken, apiUrl: issues.url } });
}

const byHand = { event: 'workflow_dispatch' };
const bySchedule = { event: 'schedule' };

/** What counts of a job: how it ended, and what our steps gave. */
function gist(job: JobResult | undefined): unknown {
  return {
    result: job?.result,
    ours: job?.ours.map(({ code, outputs: { result, drift } }) => ({ code, result, drift })),
  };
}

const changed = { result: 'success', ours: [{ code: 0, result: 'changed', drift: 'false' }] };
const unchanged = { result: 'success', ours: [{ code: 0, result: 'unchanged', drift: 'false' }] };
const red = { result: 'failure', ours: [{ code: 1, result: 'drift', drift: 'true' }] };

/** A right that nobody should have taken away. */
async function takeAway(): Promise<void> {
  await at.owner('PATCH', `/v1/${ROLE}?updateMask=includedPermissions`, {
    includedPermissions: ['bigquery.datasets.get', 'bigquery.jobs.create'],
  });
}

const pull = (head: string): Record<string, unknown> => ({
  pull_request: {
    number: 7,
    head: { repo: { full_name: head } },
    base: { repo: { full_name: 'acme/data-platform' } },
  },
});

describe('set-up.yml', () => {
  test('sets up with the key in the secret; again, it changes nothing; a push mends drift', async () => {
    const { 'set-up': first } = await run('set-up', byHand);
    expect(gist(first)).toEqual(changed);
    expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
    const { 'set-up': second } = await run('set-up', { event: 'push' });
    expect(gist(second)).toEqual(unchanged);
    expect(writes(second?.ours[0]?.sent ?? [])).toEqual([]);
    await takeAway();
    expect(gist((await run('set-up', { event: 'push' }))['set-up'])).toEqual(changed);
  });
});

describe('weekly-rotate-and-check.yml', () => {
  test('leaves a young key alone; replaces an old one, and still tries the one before; retires it in time', async () => {
    await run('set-up', byHand);
    const [old] = await at.keys();
    expect(await run('weekly-rotate-and-check', bySchedule)).toMatchObject({ keep: unchanged0, check: unchanged0 });
    await at.simulation.age(91 * 86_400);
    const { keep, check } = await run('weekly-rotate-and-check', bySchedule);
    expect([gist(keep), gist(check)]).toEqual([changed, unchanged]);
    expect(check?.ours[0]?.stdout).toContain(
      `credentials_json holds the key ${old?.id.slice(0, 12) ?? ''}, which was replaced`,
    );
    expect((await at.secret()).noted).not.toBe(old?.id);
    expect(await at.keys()).toContainEqual({ ...old, disabled: false });
    await at.simulation.age(15 * 86_400);
    const later = await run('weekly-rotate-and-check', bySchedule);
    expect([gist(later['keep']), gist(later['check'])]).toEqual([changed, unchanged]);
    expect(later['check']?.ours[0]?.stdout).toContain('Tried as the account itself, with credentials_json');
    expect(await at.keys()).toContainEqual({ ...old, disabled: true });
  });
});

/** For jobs as they come, without `gist`. */
const unchanged0 = { result: 'success', ours: [{ code: 0, outputs: { result: 'unchanged', drift: 'false' } }] };

describe('nightly-drift-check.yml', () => {
  const nightly = async (): Promise<JobResult | undefined> => (await run('nightly-drift-check', bySchedule))['check'];

  test('opens one issue, rewrites it, and closes it when all is well; the issues of others stay', async () => {
    await run('set-up', byHand);
    issues.add({ title: 'theirs', body: '<!-- segment-drift-check another-project -->', labels: ['segment-drift'] });
    issues.add({ title: 'a pull request', body: ours, labels: ['segment-drift'], pull_request: {} });
    issues.add({ title: 'not labelled', body: ours, labels: [] });
    expect(gist(await nightly())).toEqual(unchanged);
    expect(issues.writes).toEqual([]);

    await takeAway();
    expect(gist(await nightly())).toEqual(red);
    expect(issues.all()[3]).toMatchObject({ state: 'open', labels: ['segment-drift'] });
    expect(issues.all()[3]?.body).toMatch(
      /^<!-- segment-drift-check acme-analytics -->[^]*`drift`[^]*Missing: 1, changed: 0/,
    );
    expect(issues.all()[3]?.body).toContain('(https://github.com/acme/data-platform/actions/runs/1234567890)');

    await at.owner('DELETE', `/v1/${ROLE}`);
    expect(gist(await nightly())).toEqual(red);
    await run('set-up', { event: 'push' });
    expect(gist(await nightly())).toEqual(unchanged);
    expect(gist(await nightly())).toEqual(unchanged);
    const path = '/repos/acme/data-platform/issues';
    expect(issues.writes).toEqual([`POST ${path}`, `PATCH ${path}/4`, `PATCH ${path}/4`]);
    expect(issues.all().map(({ state }) => state)).toEqual(['open', 'open', 'open', 'closed']);
  });

  test('opens it, too, when something could not be read, and ends red', async () => {
    await run('set-up', byHand);
    await at.simulation.faults([{ on: 'GET /bigquery/', do: 'deny', times: 9 }]);
    const check = await nightly();
    expect(check).toMatchObject({ result: 'failure', ours: [{ outputs: { drift: 'unknown' } }] });
    expect(issues.all()[0]?.body).toContain('drift: `unknown`');
  });

  const ours = '<!-- segment-drift-check acme-analytics -->';
});

describe('pull-request-plan.yml and apply-reviewed-plan.yml', () => {
  const plan = async (): Promise<JobResult | undefined> => {
    const token = at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '';
    return (await run('pull-request-plan', { event: 'pull_request', payload: pull('acme/data-platform') }, token))[
      'plan'
    ];
  };
  const apply = async (start: Start): Promise<JobResult | undefined> =>
    (await run('apply-reviewed-plan', start))['apply'];

  test('the plan is commented once and digested; that very plan is applied after the merge', async () => {
    const planned = await plan();
    expect(gist(planned)).toEqual({ result: 'success', ours: [{ code: 0, result: 'drift', drift: 'true' }] });
    expect((await plan())?.result).toBe('success');
    const journal = await at.simulation.journal();
    const comments = journal.filter(({ method, path }) => method === 'POST' && path.endsWith('/issues/7/comments'));
    expect(comments).toHaveLength(1);
    const digest = planned?.ours[0]?.outputs['plan_digest'] ?? '';
    expect(digest).not.toBe('');
    expect(planned?.said).toContain(`expected_plan the digest \`${digest}\``);
    const applied = await apply({ event: 'push', environmentVars: { SEGMENT_REVIEWED_PLAN: digest } });
    expect(gist(applied)).toEqual(changed);
  });

  test('another plan than the reviewed one is refused before anything is written', async () => {
    const digested = async (): Promise<string> => (await plan())?.ours[0]?.outputs['plan_digest'] ?? '';
    await run('set-up', byHand);
    await takeAway();
    const reviewed = await digested();
    await at.owner('DELETE', `/v1/${ROLE}`);
    const refused = await apply({ ...byHand, inputs: { expected_plan: reviewed } });
    expect(refused).toMatchObject({ result: 'failure', ours: [{ code: 1 }] });
    expect(writes(refused?.ours[0]?.sent ?? [])).toEqual([]);
    expect(gist(await apply({ ...byHand, inputs: { expected_plan: await digested() } }))).toEqual(changed);
  });

  test('without a reviewed plan nothing is applied', async () => {
    const refused = await apply({ event: 'push', environmentVars: { SEGMENT_REVIEWED_PLAN: '' } });
    expect(refused).toMatchObject({ result: 'failure', ours: [], said: expect.stringContaining('No reviewed plan') });
  });

  test('on a fork’s pull request it says that it could not look, and ends green', async () => {
    const start = { event: 'pull_request', payload: pull('mallory/data-platform'), isFork: true };
    const token = at.simulation.env['SIMULATOR_GITHUB_FORK_TOKEN'] ?? '';
    const { plan: forked } = await run('pull-request-plan', start, token);
    expect(forked).toMatchObject({ result: 'success', ours: [{ code: 0, outputs: { drift: 'unknown' } }], said: '' });
  });
});

describe('sarif-upload.yml', () => {
  test('uploads what was found, and is never red for drift', async () => {
    await run('set-up', byHand);
    expect(gist((await run('sarif-upload', { event: 'push' }))['scan'])).toEqual(unchanged);
    await takeAway();
    const { scan } = await run('sarif-upload', bySchedule);
    expect(gist(scan)).toEqual({ result: 'success', ours: [{ code: 0, result: 'drift', drift: 'true' }] });
  });
});

describe('break-glass-revoke.yml', () => {
  const breakGlass = (what: string, account = 'segment-reverse-etl'): ReturnType<typeof run> =>
    run('break-glass-revoke', { ...byHand, inputs: { what, account } });
  const isDisabled = async (): Promise<unknown> => (await at.owner('GET', ACCOUNT_PATH))['disabled'] === true;

  test('a mistyped name does nothing', async () => {
    await run('set-up', byHand);
    for (const what of ['revoke', 'replace the key and restore']) {
      const { revoke, restore } = await breakGlass(what, 'segment-reverse-etl-2');
      const [asked, other] = what === 'revoke' ? [revoke, restore] : [restore, revoke];
      expect(asked).toMatchObject({ result: 'failure', ours: [], said: expect.stringContaining('Nothing was done') });
      expect(other?.result).toBe('skipped');
    }
    expect(await isDisabled()).toBe(false);
  });

  test('cuts the account off; restoring it replaces the key, and all is well', async () => {
    await run('set-up', byHand);
    const leaked = (await at.secret()).value ?? '{}';
    const { revoke, restore } = await breakGlass('revoke');
    expect(revoke).toMatchObject({
      result: 'success',
      ours: [{ outputs: { result: 'changed', service_account_email: EMAIL } }],
    });
    expect(restore?.result).toBe('skipped');
    expect(await isDisabled()).toBe(true);
    expect(await at.mints(leaked)).toBe(false);
    expect(gist((await run('nightly-drift-check', bySchedule))['check'])).toEqual(red);

    expect(gist((await breakGlass('replace the key and restore'))['restore'])).toEqual(changed);
    expect(await isDisabled()).toBe(false);
    expect(await at.mints(leaked)).toBe(false);
    expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
  });
});

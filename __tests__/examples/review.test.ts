import { describe, expect, test } from '@jest/globals';
import { ROLE, writes } from '../../harness/stage.ts';
import type { JobResult, Start } from './job.ts';
import { byHand, bySchedule, changed, gist, place, red, unchanged } from './place.ts';

/** Each example as it is written, on the built action and the simulator: those by which people look at the source. */
const { at, issues, run, setUp, takeAway } = place();

const pull = (head: string): Record<string, unknown> => ({
  pull_request: {
    number: 7,
    head: { repo: { full_name: head } },
    base: { repo: { full_name: 'acme/data-platform' } },
  },
});

describe('nightly-drift-check.yml', () => {
  const nightly = async (): Promise<JobResult | undefined> => (await run('nightly-drift-check', bySchedule))['check'];

  test('issue: drift, more drift, in sync → opened, rewritten, closed; the issues of others stay', async () => {
    await setUp();
    issues().add({ title: 'theirs', body: '<!-- segment-drift-check another-project -->', labels: ['segment-drift'] });
    issues().add({ title: 'a pull request', body: ours, labels: ['segment-drift'], pull_request: {} });
    issues().add({ title: 'not labelled', body: ours, labels: [] });
    expect(gist(await nightly())).toEqual(unchanged);
    expect(issues().writes).toEqual([]);

    await takeAway();
    expect(gist(await nightly())).toEqual(red);
    expect(issues().all()[3]).toMatchObject({ state: 'open', labels: ['segment-drift'] });
    expect(issues().all()[3]?.body).toMatch(
      /^<!-- segment-drift-check acme-analytics -->[^]*`drift`[^]*Missing: 1, changed: 0/,
    );
    expect(issues().all()[3]?.body).toContain('(https://github.com/acme/data-platform/actions/runs/1234567890)');

    await at.owner('DELETE', `/v1/${ROLE}`);
    expect(gist(await nightly())).toEqual(red);
    await run('set-up', { event: 'push' });
    expect(gist(await nightly())).toEqual(unchanged);
    expect(gist(await nightly())).toEqual(unchanged);
    const path = '/repos/acme/data-platform/issues';
    expect(issues().writes).toEqual([`POST ${path}`, `PATCH ${path}/4`, `PATCH ${path}/4`]);
    expect(
      issues()
        .all()
        .map(({ state }) => state),
    ).toEqual(['open', 'open', 'open', 'closed']);
  });

  test('issue: something could not be read → opened, and the job fails', async () => {
    await setUp();
    await at.simulation.age(180); // What is refused to a young account is asked for again.
    await at.simulation.faults([{ on: 'GET /bigquery/', do: 'deny', times: 2 }]);
    const check = await nightly();
    expect(check).toMatchObject({ result: 'failure', ours: [{ outputs: { drift: 'unknown' } }] });
    expect(issues().all()[0]?.body).toContain('drift: `unknown`');
  });

  test('proof: the key in use is gone from its secret → nothing is proven, the job fails, and the issue says so', async () => {
    await setUp();
    const proven = await nightly();
    expect(gist(proven)).toEqual(unchanged);
    expect(proven?.ours[0]?.outputs['report']).toMatch(/All \d+ access checks passed/);
    await at.owner('DELETE', '/repos/acme/data-platform/actions/secrets/SEGMENT_BIGQUERY_CREDENTIALS');
    const check = await nightly();
    expect(check).toMatchObject({
      result: 'failure',
      ours: [{ code: 1, outputs: { result: 'failed', drift: 'false' } }],
    });
    expect(issues().all()[0]?.body).toContain('Access was not verified, and verify is required.');
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

  test('plan, then apply after the merge: the same plan → commented once, digested, applied', async () => {
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

  test('apply: another plan than the reviewed one → refused before anything is written', async () => {
    const digested = async (): Promise<string> => (await plan())?.ours[0]?.outputs['plan_digest'] ?? '';
    await setUp();
    await takeAway();
    const reviewed = await digested();
    await at.owner('DELETE', `/v1/${ROLE}`);
    const refused = await apply({ ...byHand, inputs: { expected_plan: reviewed } });
    expect(refused).toMatchObject({ result: 'failure', ours: [{ code: 1 }] });
    expect(writes(refused?.ours[0]?.sent ?? [])).toEqual([]);
    expect(gist(await apply({ ...byHand, inputs: { expected_plan: await digested() } }))).toEqual(changed);
  });

  test('apply: no reviewed plan → nothing is applied', async () => {
    const refused = await apply({ event: 'push', environmentVars: { SEGMENT_REVIEWED_PLAN: '' } });
    expect(refused).toMatchObject({ result: 'failure', ours: [], said: expect.stringContaining('No reviewed plan') });
  });

  test('plan: a fork’s pull request, to which GitHub gives no variables → skipped', async () => {
    const start: Start = { event: 'pull_request', payload: pull('mallory/data-platform'), stranger: 'fork' };
    expect((await run('pull-request-plan', start))['plan']).toEqual({ result: 'skipped', ours: [], said: '' });
  });

  test('plan: a pull request of Dependabot → says that nothing was compared, and does not fail', async () => {
    const start: Start = { event: 'pull_request', payload: pull('acme/data-platform'), stranger: 'dependabot' };
    const token = at.simulation.env['SIMULATOR_GITHUB_FORK_TOKEN'] ?? '';
    const { plan: looked } = await run('pull-request-plan', start, token);
    expect(looked).toMatchObject({ result: 'success', ours: [{ code: 0, outputs: { drift: 'unknown' } }], said: '' });
  });
});

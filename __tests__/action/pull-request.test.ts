import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable, warningsIn } from '../../harness/log.ts';
import { MEMBER, PROJECT, stage } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';

/** One sticky comment per target on a pull request, and none where there must be none. */
const at = stage();

const event = (number: number, from = 'acme/data-platform'): object => ({
  pull_request: { number, head: { repo: { full_name: from } }, base: { repo: { full_name: 'acme/data-platform' } } },
});
const run = (inputs: Record<string, string>, payload: object = event(7), env = {}): ReturnType<Stage['run']> =>
  at.run(
    { mode: 'plan', comment_token: at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '', ...inputs },
    { event: payload, env: { GITHUB_EVENT_NAME: 'pull_request', ...env } },
  );

interface Standing {
  readonly id: number;
  readonly body: string;
}
async function comments(number = 7): Promise<Standing[]> {
  const world = (await at.simulation.world()) as {
    gitHub: { repositories: Record<string, { pulls: Record<string, { comments: Standing[] }> }> };
  };
  return world.gitHub.repositories['acme/data-platform']?.pulls[String(number)]?.comments ?? [];
}
const wrote = ({ sent }: Awaited<ReturnType<typeof run>>): string[] =>
  sent.filter(({ method, path }) => path.includes('comments') && method !== 'GET').map(({ method }) => method);

describe('the comment on a pull request', () => {
  const runOf = (id: string): object => ({ GITHUB_RUN_ID: id, GITHUB_SERVER_URL: 'https://github.com' });

  test('comment: plan, again, another target, apply, drift → made once, one per target, updated in place', async () => {
    const first = await run({}, event(7), runOf('1'));
    expect({ code: first.code, log: readable(first.stdout) }).toMatchObject({ code: 0 });
    expect(wrote(first)).toEqual(['POST']);
    const [standing] = await comments();
    expect(standing?.body).toMatch(new RegExp(`^<!-- segment-reverse-etl-bigquery ${PROJECT}/segment-reverse-etl -->`));
    expect(standing?.body).toContain('https&#58;//github.com/acme/data&#45;platform/actions/runs/1');
    expect(standing?.body).toContain(first.outputs['plan_digest']);

    const second = await run({}, event(7), runOf('2'));
    expect(wrote(second)).toEqual([]);
    expect(readable(second.stdout)).toContain('No new comment needed on pull request 7.');

    expect(wrote(await run({ account_id: 'segment-crm', role_id: 'segmentCrm' }))).toEqual(['POST']);
    expect((await comments()).map(({ body }) => /bigquery (\S+)/.exec(body)?.[1])).toEqual([
      `${PROJECT}/segment-reverse-etl`,
      `${PROJECT}/segment-crm`,
    ]);

    await at.run({ mode: 'apply', verify: 'false' });
    expect(wrote(await run({}))).toEqual(['PATCH']);
    const [after, other, ...others] = await comments();
    expect([after?.id, others]).toEqual([standing?.id, []]);
    expect(after?.body).toContain('In sync');
    expect(other?.body).toContain('To set up: ');

    await at.changeEntries(() => []);
    const check = await run({ mode: 'check', verify: 'false' });
    expect({ code: check.code, wrote: wrote(check) }).toEqual({ code: 1, wrote: ['PATCH'] });
    expect((await comments())[0]?.body).toContain('Drift: 1 missing');
  });

  test('comment_token: it may not comment → a warning with its remedy, and the step does not fail', async () => {
    const { code, stdout } = await run({ comment_token: at.simulation.env['SIMULATOR_GITHUB_JOB_TOKEN'] ?? '' });
    expect(code).toBe(0);
    expect(warningsIn(stdout).join('\n')).toMatch(
      /^Could not read the comments on pull request 7.*pull-requests: write/m,
    );
  });

  test('comment: the answer is lost → no second comment, and the token shows nowhere', async () => {
    const on = 'POST /repos/acme/data-platform/issues/7/comments';
    await at.simulation.faults([{ on, do: 'lose-reply', times: 1 }]);
    const { code, stdout, summary } = await run({}, event(7), { RUNNER_DEBUG: '1' });
    expect(code).toBe(0);
    expect(await comments()).toHaveLength(1);
    const mask = `::add-mask::${at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? ''}`;
    const everything = stdout.replaceAll(mask, '') + summary + JSON.stringify(await comments());
    expect({ isMasked: stdout.includes(mask), isTold: everything.includes(mask.replace('::add-mask::', '')) }).toEqual({
      isMasked: true,
      isTold: false,
    });
  });
});

describe('after the merge', () => {
  const commit = 'c0ffee0'.repeat(6).slice(0, 40);
  const merge = (): Promise<unknown> => at.simulation.change({ gitHubMerges: { 'acme/data-platform': { 7: commit } } });
  const runs = (id: string): Record<string, string> => ({
    ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_RUN_ID: id, GITHUB_RUN_NUMBER: id, GITHUB_SHA: commit },
    GITHUB_EVENT_NAME: 'push',
  });
  const pushed = (inputs: Record<string, string>, id: string, more = {}): ReturnType<Stage['run']> =>
    at.run(
      {
        ...{ mode: 'apply', verify: 'false', comment_token: at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '' },
        ...inputs,
      },
      { env: { ...runs(id), ...more } },
    );
  const standing = async (): Promise<string> => (await comments())[0]?.body ?? '';

  test('push → the comment says in which run its plan was applied, or what became of it', async () => {
    const plan = await run({});
    await merge();
    const refused = await pushed({ expected_plan: '0'.repeat(64) }, '12');
    expect({ code: refused.code, wrote: wrote(refused) }).toEqual({ code: 1, wrote: ['PATCH'] });
    expect(await standing()).toMatch(
      /^<!-- .* -->\n\n<!-- applied -->\n\n\*\*❌ Mode apply failed in <a [^>]*>Run #12</,
    );

    const done = await pushed({ expected_plan: plan.outputs['plan_digest'] ?? '' }, '13');
    expect({ code: done.code, wrote: wrote(done) }).toEqual({ code: 0, wrote: ['PATCH'] });
    expect(readable(done.stdout)).toContain('Noted on pull request 7 what became of its plan.');
    expect(await standing()).toMatch(
      /\*\*✅ Applied in <a [^>]*\/runs\/13">Run #13<\/a> for c0ffee0:\*\* \d resources changed/,
    );
    expect(await standing()).toContain('To set up: 6 to add.');
    expect((await standing()).match(/<!-- applied -->/g)).toHaveLength(1);

    expect((await pushed({}, '14')).code).toBe(0);
    expect(await standing()).toMatch(/\*\*✅ Nothing was left to apply in <a [^>]*>Run #14</);
    await at.changeEntries(() => []);
    expect((await pushed({}, '15')).code).toBe(0);
    expect(await standing()).toMatch(/\*\*⚠️ Another plan than this one was applied in <a [^>]*>Run #15</);
  });

  test.each<readonly [string, Record<string, string>, Record<string, string>, boolean]>([
    [
      'by hand, with what was reviewed',
      { expected_plan: 'reviewed' },
      { GITHUB_EVENT_NAME: 'workflow_dispatch' },
      true,
    ],
    ['by hand, with nothing reviewed', {}, { GITHUB_EVENT_NAME: 'workflow_dispatch' }, false],
    ['on a schedule', {}, { GITHUB_EVENT_NAME: 'schedule' }, false],
    ['comment: never', { comment: 'never' }, {}, false],
    ['a mode that plan does not show', { mode: 'rotate' }, {}, false],
  ])('%s → GitHub is asked about the commit: %s', async (_name, inputs, env, isAsked) => {
    const plan = await run({});
    await merge();
    const given = inputs['expected_plan'] === undefined ? {} : { expected_plan: plan.outputs['plan_digest'] ?? '' };
    const { code, sent } = await pushed({ ...inputs, ...given }, '12', env);
    expect({ code, isAsked: sent.some(({ path }) => path.endsWith(`/commits/${commit}/pulls`)) }).toEqual({
      ...{ code: 0, isAsked },
    });
    expect((await standing()).includes('Applied in')).toBe(isAsked);
  });

  test('nobody commented, nobody merged it, or it may not be looked at → the run ends well, and nothing is annotated', async () => {
    await merge();
    const inputs = { key_delivery: 'none', comment_token: at.simulation.env['SIMULATOR_GITHUB_JOB_TOKEN'] ?? '' };
    const forbidden = await pushed(inputs, '12');
    expect({ code: forbidden.code, warnings: warningsIn(forbidden.stdout) }).toEqual({ code: 0, warnings: [] });
    expect(readable(forbidden.stdout)).toMatch(
      /^Could not learn which pull request .* comes from: .*pull-requests: write/m,
    );
    expect((await pushed({}, '13')).code).toBe(0);
    expect(await comments()).toEqual([]);
  });

  test('a right is taken away in between → the run ends well, and the comment stays as it was', async () => {
    await run({});
    await merge();
    await at.simulation.faults([{ on: `GET /repos/acme/data-platform/commits/${commit}/pulls`, do: 'deny', times: 1 }]);
    expect(await pushed({}, '12')).toMatchObject({ code: 0 });
    await at.simulation.faults([{ on: 'PATCH /repos/acme/data-platform/issues/comments', do: 'deny', times: 1 }]);
    const { code, stdout } = await pushed({}, '13');
    expect({ code, isTold: readable(stdout).includes('Could not change the comment on pull request 7') }).toEqual({
      ...{ code: 0, isTold: true },
    });
    expect(await standing()).not.toContain('<!-- applied -->');
  });
});

describe('what comes from strangers', () => {
  test('a pull request from a fork: no identity → the inputs are checked, the summary says so, nothing is sent', async () => {
    const without = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    const inputs = { mode: 'check', comment_token: at.simulation.env['SIMULATOR_GITHUB_FORK_TOKEN'] ?? '' };
    const more = { event: event(8, 'mallory/data-platform'), env: { GITHUB_EVENT_NAME: 'pull_request' }, without };
    const result = await at.run(inputs, more);
    expect(result).toMatchObject({ code: 0, sent: [], outputs: { drift: 'unknown' } });
    expect(result.summary).toContain('GitHub gives a pull request from a fork neither an identity nor secrets');
    expect(result.summary).toContain('The inputs are well-formed');
    const wrong = await at.run({ ...inputs, fail_on: 'sometimes' }, more);
    expect(wrong).toMatchObject({ code: 1, sent: [] });
    expect(errorsIn(wrong.stdout)[0]).toContain("fail_on: 'sometimes' is not valid");
  });
});

describe('400 differences', () => {
  test('annotations, summary and comment: 400 differences → fit, with every count right', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    const title = '_*[](|)`<b>'.repeat(9);
    const many = (count: number, make: (index: number) => object): object[] =>
      Array.from({ length: count }, (_none, index) => make(index));
    const condition = (index: number): object => ({ title: `${String(index)} ${title}`, expression: 'true' });
    await at.setPolicy((policy) => ({
      ...policy,
      bindings: [
        ...policy.bindings,
        ...(many(250, (index) => ({
          role: 'roles/bigquery.admin',
          members: [MEMBER],
          condition: condition(index),
        })) as typeof policy.bindings),
      ],
    }));
    const members = Array.from({ length: 149 }, (_none, index) => `user:person-${String(index)}@acme.example`);
    await at.bindOnAccount('roles/iam.serviceAccountTokenCreator', members);
    await at.changeEntries(() => []);

    const check = await run({ mode: 'check', verify: 'false' });
    expect(check).toMatchObject({ code: 1, outputs: { drift_missing: '1', drift_surplus: '399' } });
    const errors = errorsIn(check.stdout);
    expect(errors).toHaveLength(10);
    expect(errors[0]).toContain('(missing)');
    expect(errors[8]).toBe('… and 392 more: see the log, the summary, or the output plan.');
    expect(errors[9]).toContain('Drift: 1 missing, 399 surplus');
    for (const index of [0, 148]) expect(readable(check.stdout)).toContain(`person-${String(index)}@acme.example`);
    const plan = JSON.parse(check.outputs['plan'] ?? '{}') as { steps: { differences: unknown[] }[] };
    expect(plan.steps.flatMap(({ differences }) => differences)).toHaveLength(400);
    expect(Buffer.byteLength(check.summary)).toBeLessThan(1024 * 1024);
    const [comment] = await comments();
    expect(comment?.body.length).toBeLessThan(65_536);
    for (const text of [check.summary, comment?.body ?? '']) {
      expect(text).toContain('Drift: 1 missing, 399 surplus');
      const rows = text.split('\n').filter((line) => /^\| (?:🔴|🟣)/u.test(line)).length;
      const cut = Number(/… and (\d+) more: the log and/.exec(text)?.[1] ?? 0);
      expect(rows + cut).toBe(400);
      expect(rows).toBeGreaterThanOrEqual(25);
      expect(text).not.toContain('<b>');
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    }
  });
});

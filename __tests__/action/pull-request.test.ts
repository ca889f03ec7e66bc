import { describe, expect, test } from '@jest/globals';
import { DATASET_PATH, EMAIL, MEMBER, PROJECT, stage } from '../../harness/stage.ts';
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
  test('is made once, left alone while nothing changed, and updated in place', async () => {
    const first = await run({}, event(7), { GITHUB_RUN_ID: '1', GITHUB_SERVER_URL: 'https://github.com' });
    expect({ code: first.code, log: first.stdout }).toMatchObject({ code: 0 });
    expect(wrote(first)).toEqual(['POST']);
    const [standing] = await comments();
    expect(standing?.body).toMatch(new RegExp(`^<!-- segment-reverse-etl-bigquery ${PROJECT}/segment-reverse-etl -->`));
    expect(standing?.body).toContain('https&#58;//github.com/acme/data&#45;platform/actions/runs/1');
    expect(standing?.body).toContain(first.outputs['plan_digest']);

    const second = await run({}, event(7), { GITHUB_RUN_ID: '2', GITHUB_SERVER_URL: 'https://github.com' });
    expect(wrote(second)).toEqual([]);
    expect(second.stdout).toContain('Pull request 7 needs no new comment.');

    await at.run({ mode: 'apply', verify: 'false' });
    expect(wrote(await run({}))).toEqual(['PATCH']);
    const after = await comments();
    expect(after.map(({ id }) => id)).toEqual([standing?.id]);
    expect(after[0]?.body).toContain('No drift');
  });

  test('there is one per target', async () => {
    await run({});
    await run({ account_id: 'segment-crm', role_id: 'segmentCrm' });
    await run({});
    expect((await comments()).map(({ body }) => /bigquery (\S+)/.exec(body)?.[1])).toEqual([
      `${PROJECT}/segment-reverse-etl`,
      `${PROJECT}/segment-crm`,
    ]);
  });

  test('where there is nothing to say, the first is made only with comment: always', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    expect(wrote(await run({}))).toEqual([]);
    expect(wrote(await run({ comment: 'always' }))).toEqual(['POST']);
    expect(wrote(await run({ comment: 'always' }))).toEqual([]);
  });

  test.each([
    ['with comment: never', { comment: 'never' }, event(7)],
    ['without a token', { comment_token: '' }, event(7)],
    ['on a pull request from a fork', {}, event(8, 'mallory/data-platform')],
    ['outside a pull request', {}, {}],
  ])('none is asked for or written %s', async (_name, inputs, payload) => {
    const { code, sent, summary } = await run(inputs, payload);
    expect(code).toBe(0);
    expect(sent.filter(({ path }) => path.includes('/issues/'))).toEqual([]);
    expect(summary).toContain('What differs');
  });

  test('a check comments too, and stays as red as it is', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.setAccess((access) => access.filter((entry) => entry['userByEmail'] !== EMAIL));
    const check = await run({ mode: 'check', verify: 'false' });
    expect(check.code).toBe(1);
    expect((await comments())[0]?.body).toContain('Drift&#58; 1 missing');
  });

  test('a token that may not comment is a warning with its remedy, and the step stays green', async () => {
    const { code, stdout } = await run({ comment_token: at.simulation.env['SIMULATOR_GITHUB_JOB_TOKEN'] ?? '' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/::warning::Could not read the comments on pull request 7.*pull-requests: write/);
  });

  test('a lost answer makes no second comment', async () => {
    await at.simulation.faults([
      { on: 'POST /repos/acme/data-platform/issues/7/comments', do: 'lose-reply', times: 1 },
    ]);
    expect((await run({})).code).toBe(0);
    expect(await comments()).toHaveLength(1);
  });

  test('the token shows nowhere', async () => {
    const token = at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '';
    const { stdout, summary } = await run({}, event(7), { RUNNER_DEBUG: '1' });
    expect(stdout).toContain(`::add-mask::${token}`);
    expect(stdout.replaceAll(`::add-mask::${token}`, '') + summary + JSON.stringify(await comments())).not.toContain(
      token,
    );
  });
});

describe('what comes from strangers', () => {
  const without = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  test.each([
    ['a pull request from a fork', event(8, 'mallory/data-platform'), {}],
    ['Dependabot', event(7), { GITHUB_ACTOR: 'dependabot[bot]' }],
  ])('%s: the inputs are checked, the summary says so, nothing is sent', async (stranger, payload, env) => {
    for (const mode of ['plan', 'check']) {
      const inputs = { mode, comment_token: at.simulation.env['SIMULATOR_GITHUB_FORK_TOKEN'] ?? '' };
      const more = { event: payload, env: { GITHUB_EVENT_NAME: 'pull_request', ...env }, without };
      const result = await at.run(inputs, more);
      expect(result).toMatchObject({ code: 0, sent: [], outputs: { drift: 'unknown' } });
      expect(result.summary).toContain(`GitHub gives ${stranger} neither an identity nor secrets`);
      expect(result.summary).toContain('The inputs are well-formed');
      const wrong = await at.run({ ...inputs, fail_on: 'sometimes' }, more);
      expect(wrong).toMatchObject({ code: 1, sent: [] });
      expect(wrong.stdout).toContain("::error::fail_on: 'sometimes' is not allowed");
    }
  });
});

describe('annotations', () => {
  test('are at most ten of a kind, most severe first, and the rest is counted', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.setPolicy((policy) => ({
      ...policy,
      bindings: [
        ...policy.bindings,
        ...Array.from({ length: 20 }, (_none, index) => ({ role: `roles/x${String(index)}.admin`, members: [MEMBER] })),
      ],
    }));
    await at.owner('PATCH', `${DATASET_PATH}?accessPolicyVersion=3`, {
      access: (await at.dataset()).access.filter((entry) => entry['userByEmail'] !== EMAIL),
    });
    const { stdout, outputs } = await at.run({ mode: 'check', verify: 'false' });
    const errors = stdout.split('\n').filter((line) => line.startsWith('::error::'));
    expect(errors).toHaveLength(10);
    expect(errors[0]).toContain('(missing)');
    expect(errors[8]).toBe('::error::… and 13 more: see the log, the summary, or the output plan.');
    expect(errors[9]).toContain('Drift: 1 missing, 20 surplus');
    expect(outputs).toMatchObject({ drift_missing: '1', drift_surplus: '20' });
    for (let index = 0; index < 20; index += 1) expect(stdout).toContain(`roles/x${String(index)}.admin is present`);
  });
});

describe('400 differences', () => {
  test('fit into summary and comment, with every count right', async () => {
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
    const account = `/v1/projects/${PROJECT}/serviceAccounts/${EMAIL}`;
    const policy = await at.owner('POST', `${account}:getIamPolicy`, {});
    const bindings = [{ role: 'roles/iam.serviceAccountTokenCreator', members }];
    await at.owner('POST', `${account}:setIamPolicy`, { policy: { ...policy, bindings } });
    await at.setAccess((access) => access.filter((entry) => entry['userByEmail'] !== EMAIL));

    const check = await run({ mode: 'check', verify: 'false' });
    expect(check).toMatchObject({ code: 1, outputs: { drift_missing: '1', drift_surplus: '399' } });
    const plan = JSON.parse(check.outputs['plan'] ?? '{}') as { steps: { differences: unknown[] }[] };
    expect(plan.steps.flatMap(({ differences }) => differences)).toHaveLength(400);
    expect(Buffer.byteLength(check.summary)).toBeLessThan(1024 * 1024);
    const [comment] = await comments();
    expect(comment?.body.length).toBeLessThan(65_536);
    for (const text of [check.summary, comment?.body ?? '']) {
      expect(text).toContain('Drift&#58; 1 missing, 399 surplus');
      const rows = text.split('\n').filter((line) => /^\| <code>.*(missing|surplus)/.test(line)).length;
      const cut = Number(/… and (\d+) more: the log and/.exec(text)?.[1] ?? 0);
      expect(rows + cut).toBe(400);
      expect(rows).toBeGreaterThanOrEqual(25);
      expect(text).not.toContain('<b>');
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    }
  });
});

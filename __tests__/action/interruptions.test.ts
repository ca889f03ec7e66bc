import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DATASET_PATH, EMAIL, driftOf, stage } from '../harness.ts';
import type { PolicyFacts } from '../harness.ts';
import { startProxy } from '../proxy.ts';
import type { Proxy } from '../proxy.ts';

const at = stage('--scenario', 'busy');
let proxy: Proxy;
beforeAll(async () => {
  proxy = await startProxy(at.simulation.url, at.simulation.env);
});
afterAll(() => proxy.stop());

const token = (): Record<string, string> => ({ github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' });
const toSecret = (): Record<string, string> => ({ key_delivery: 'github-secret', ...token() });
const others = ({ bindings }: PolicyFacts): unknown =>
  bindings
    .map((binding) => ({ ...binding, members: binding.members.filter((member) => !member.includes(EMAIL)) }))
    .filter(({ members }) => members.length > 0);

/** What must hold after any interruption and one more run. */
async function expectConverged(before: PolicyFacts, inputs: Record<string, string>): Promise<void> {
  const check = await at.run({ mode: 'check', ...inputs });
  expect({ drift: driftOf(check), code: check.code, log: check.code === 0 ? '' : check.stdout }).toEqual({
    drift: [],
    code: 0,
    log: '',
  });
  expect(others(await at.policy())).toEqual(others(before));
  expect((await at.policy()).auditConfigs).toEqual(before.auditConfigs);
  const recorded = / key=([0-9a-f]+)/.exec(await at.description())?.[1] ?? '';
  const enabled = (await at.keys()).filter(({ disabled }) => !disabled);
  expect(enabled.map(({ id }) => id.startsWith(recorded))).toEqual([true]);
  expect(await at.description()).not.toContain('issuing-before');
}

/** How many requests a run makes in an untouched world that `prepare` made. */
async function countRequests(inputs: () => Record<string, string>, prepare: () => Promise<unknown>): Promise<number> {
  await at.simulation.reset();
  await prepare();
  proxy.arm(0, () => undefined);
  await at.run({ mode: 'apply', ...inputs() }, { env: proxy.env });
  return proxy.count();
}

const scenes: { name: string; inputs: () => Record<string, string>; prepare: () => Promise<unknown> }[] = [
  { name: 'a first apply, key as output', inputs: () => ({}), prepare: () => Promise.resolve() },
  { name: 'a first apply, key into a secret', inputs: toSecret, prepare: () => Promise.resolve() },
  {
    name: 'an apply that mends a deleted key, role and entry',
    inputs: toSecret,
    prepare: async () => {
      await at.run({ mode: 'apply', ...toSecret() });
      await at.simulation.age(60); // Times are told in seconds: what happens within one is in doubt, rightly.
      const [key] = await at.keys();
      await at.owner('DELETE', `/v1/projects/acme-analytics/serviceAccounts/${EMAIL}/keys/${key?.id ?? ''}`);
      await at.owner('DELETE', '/v1/projects/acme-analytics/roles/segmentReverseEtl');
      await at.setAccess((access) =>
        access.map((entry) => (entry['userByEmail'] === EMAIL ? { ...entry, role: 'READER' } : entry)),
      );
    },
  },
];

describe.each(scenes)('$name, killed after every single request', ({ inputs, prepare }) => {
  test('the next run converges: no enabled key that nobody holds, nothing foreign touched', async () => {
    const total = await countRequests(inputs, prepare);
    expect(total).toBeGreaterThan(12);
    for (let number = 1; number <= total; number += 1) {
      await at.simulation.reset();
      await prepare();
      const before = await at.policy();
      let kill = (): void => undefined;
      proxy.arm(number, () => kill());
      const killed = await at.run({ mode: 'apply', ...inputs() }, { env: proxy.env, onStart: (end) => (kill = end) });
      expect({ number, request: proxy.withheld(), code: killed.code }).toEqual({
        number,
        request: proxy.withheld(),
        code: null,
      });
      const next = await at.run({ mode: 'apply', ...inputs() });
      expect({
        number,
        request: proxy.withheld(),
        code: next.code,
        log: next.code === 0 ? '' : next.stdout,
      }).toMatchObject({ code: 0 });
      await expectConverged(before, inputs());
      const { value } = await at.secret();
      const file =
        inputs()['key_delivery'] === 'github-secret' ? value : (next.outputs['key'] ?? killed.outputs['key']);
      expect({ number, works: await at.mints(file ?? '{}') }).toEqual({ number, works: true });
    }
  }, 240_000);
});

describe('a destroy, killed after every single request', () => {
  test('the next destroy finishes: nothing of ours is left, nothing foreign touched', async () => {
    const inputs = (): Record<string, string> => ({ mode: 'destroy', delete_dataset: 'true', ...toSecret() });
    const prepare = async (): Promise<PolicyFacts> => {
      await at.simulation.reset();
      const before = await at.policy();
      await at.run({ mode: 'apply', ...toSecret() });
      return before;
    };
    await prepare();
    proxy.arm(0, () => undefined);
    await at.run(inputs(), { env: proxy.env });
    const total = proxy.count();
    expect(total).toBeGreaterThan(15);
    for (let number = 1; number <= total; number += 1) {
      const before = await prepare();
      let kill = (): void => undefined;
      proxy.arm(number, () => kill());
      await at.run(inputs(), { env: proxy.env, onStart: (end) => (kill = end) });
      const next = await at.run(inputs());
      const place = { number, request: proxy.withheld() };
      expect({ ...place, code: next.code, log: next.code === 0 ? '' : next.stdout }).toEqual({
        ...place,
        code: 0,
        log: '',
      });
      expect((await at.policy()).bindings).toEqual(before.bindings);
      expect((await at.policy()).auditConfigs).toEqual(before.auditConfigs);
      expect((await at.simulation.asOwner('GET', `/v1/projects/acme-analytics/serviceAccounts/${EMAIL}`)).status).toBe(
        404,
      );
      expect((await at.simulation.asOwner('GET', DATASET_PATH)).status).toBe(404);
      expect(await at.owner('GET', '/v1/projects/acme-analytics/roles/segmentReverseEtl')).toHaveProperty(
        'deleted',
        true,
      );
      expect(await at.secret()).toEqual({ value: undefined, noted: undefined });
    }
  }, 240_000);
});

describe('a change of access mode, killed after every single request', () => {
  test('the next run finishes, and the account never lacks what both modes give', async () => {
    const held = async (): Promise<string[]> =>
      (await at.policy()).bindings
        .filter(({ members, condition }) => condition === undefined && members.includes(`serviceAccount:${EMAIL}`))
        .map(({ role }) => role);
    const inputs = { mode: 'apply', access_mode: 'full' };
    let total = 40;
    for (let number = 1; number <= total; number += 1) {
      await at.simulation.reset();
      await at.run({ mode: 'apply' });
      let kill = (): void => undefined;
      proxy.arm(number, () => kill());
      const killed = await at.run(inputs, { env: proxy.env, onStart: (end) => (kill = end) });
      if (killed.code === 0) total = 0; // It made fewer requests than this: every one has had its turn.
      const between = await held();
      expect(between.includes('projects/acme-analytics/roles/segmentReverseEtl') || between.length === 2).toBe(true);
      const next = await at.run(inputs);
      expect({ number, code: next.code, log: next.code === 0 ? '' : next.stdout }).toEqual({
        number,
        code: 0,
        log: '',
      });
      expect(await held()).toEqual(['roles/bigquery.user', 'roles/bigquery.dataEditor']);
    }
    expect(total).toBe(0);
  }, 240_000);
});

describe('every request of an apply, every fault', () => {
  test.each(['lose-reply', 'reset', 'conflict', 'throttle', 'outage', 'deny', 'lag'] as const)(
    '%s: this run or the next one converges',
    async (fault) => {
      const first = await at.run({ mode: 'apply', ...toSecret() });
      const requests = [...new Set(first.sent.map(({ method, path }) => `${method} ${path}`))].filter(
        (line) => !line.includes('/_runner/'),
      );
      for (const on of requests) {
        await at.simulation.reset();
        const before = await at.policy();
        await at.simulation.faults([{ on, do: fault, times: 1 }]);
        const hit = await at.run({ mode: 'apply', ...toSecret() });
        expect({ on, leaked: leaks(hit.stdout + hit.stderr + hit.summary) }).toEqual({ on, leaked: false });
        if (hit.code !== 0) {
          expect({ on, log: hit.stdout }).toEqual({
            on,
            log: expect.stringMatching(/::error::.*(Could not|Refused|Failed)/),
          });
          const next = await at.run({ mode: 'apply', ...toSecret() });
          expect({ on, fault, code: next.code, log: next.code === 0 ? '' : next.stdout }).toMatchObject({ code: 0 });
        }
        await at.simulation.faults([]);
        await expectConverged(before, toSecret());
        expect({ on, works: await at.mints((await at.secret()).value ?? '{}') }).toEqual({ on, works: true });
      }
    },
    240_000,
  );
});

describe('two applies at the same moment', () => {
  test.each(['limited', 'full'])(
    'in %s access: nothing is lost, the secret works, the next run settles',
    async (access_mode) => {
      const before = await at.policy();
      const inputs = { mode: 'apply', access_mode, ...toSecret() };
      const both = await Promise.all([at.run(inputs), at.run(inputs)]);
      expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
      for (const { code, stdout } of both)
        if (code !== 0) expect(stdout).toMatch(/concurrency group|Run the workflow again/);
      expect(both.some(({ code }) => code === 0)).toBe(true);
      const next = await at.run(inputs);
      expect({ code: next.code, log: next.stdout }).toMatchObject({ code: 0 });
      expect(others(await at.policy())).toEqual(others(before));
      expect(driftOf(await at.run({ ...inputs, mode: 'check' }))).toEqual([]);
      expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
      const ids = / key=([0-9a-f]+)(?: old=([0-9a-f,]+))?/.exec(await at.description());
      const recorded = [ids?.[1] ?? '?', ...(ids?.[2] ?? '').split(',')].filter((id) => id !== '');
      for (const { id } of await at.keys()) expect(recorded.some((short) => id.startsWith(short))).toBe(true);
    },
    60_000,
  );

  test('on a healthy project while others edit policy and dataset: no update is lost', async () => {
    await at.run({ mode: 'apply' });
    await at.owner('DELETE', '/v1/projects/acme-analytics/roles/segmentReverseEtl');
    await at.setPolicy((policy) => ({
      ...policy,
      bindings: policy.bindings
        .map((one) => ({ ...one, members: one.members.filter((member) => !member.includes(EMAIL)) }))
        .filter(({ members }) => members.length > 0),
    }));
    await at.setAccess((access) => access.filter((entry) => entry['userByEmail'] !== EMAIL));
    const runs = Promise.all([at.run({ mode: 'apply' }), at.run({ mode: 'apply' })]);
    for (let number = 0; number < 12; number += 1) {
      await editAsOwner(number);
    }
    for (const { code, stdout } of await runs)
      expect({ code, log: code === 0 ? '' : stdout }).toEqual({ code: 0, log: '' });
    const policy = await at.policy();
    const { access } = await at.dataset();
    for (let number = 0; number < 12; number += 1) {
      expect(policy.bindings.flatMap(({ members }) => members)).toContain(`user:new${String(number)}@acme.example`);
      expect(access).toContainEqual({ role: 'READER', userByEmail: `new${String(number)}@acme.example` });
    }
    expect(driftOf(await at.run({ mode: 'check' }))).toEqual([]);
  }, 60_000);
});

/** A careful person at work: reads, adds, writes under the etag, and tries again on a conflict. */
async function editAsOwner(number: number): Promise<void> {
  const user = `new${String(number)}@acme.example`;
  for (;;) {
    const policy = await at.policy();
    const bindings = [...policy.bindings, { role: 'roles/viewer', members: [`user:${user}`] }];
    const reply = await at.simulation.asOwner('POST', '/v1/projects/acme-analytics:setIamPolicy', {
      policy: { ...policy, bindings, version: 3 },
    });
    if (reply.status === 200) break;
  }
  for (;;) {
    const dataset = await at.dataset();
    const access = [...dataset.access, { role: 'READER', userByEmail: user }];
    const reply = await at.simulation.asOwner(
      'PATCH',
      `${DATASET_PATH}?accessPolicyVersion=3`,
      { access },
      { 'if-match': String(dataset['etag']) },
    );
    if (reply.status === 200) break;
  }
}

/** Whether text holds key material or a token: nothing printed ever may, masks aside. */
function leaks(text: string): boolean {
  return /PRIVATE KEY|MII[A-Za-z0-9+/]{40}|sim-(account|federated|github|owner|runner)/.test(
    text.replace(/^::add-mask::.*$/gm, ''),
  );
}

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DATASET_PATH, EMAIL, stage } from '../../harness/stage.ts';
import type { PolicyFacts } from '../../harness/stage.ts';
import { startProxy } from '../../harness/proxy.ts';
import type { Proxy } from '../../harness/proxy.ts';
import { expectConverged, toSecret } from '../action/convergence.ts';

const at = stage('--scenario', 'busy');
let proxy: Proxy;
beforeAll(async () => {
  proxy = await startProxy(at.simulation.url, at.simulation.env);
});
afterAll(() => proxy.stop());

/** After which requests to kill a run in an untouched world that `prepare` made: of the reads before the first write, first and last. */
async function killPoints(inputs: () => Record<string, string>, prepare: () => Promise<unknown>): Promise<number[]> {
  await at.simulation.reset();
  await prepare();
  proxy.arm(0, () => undefined);
  await at.run({ mode: 'apply', ...inputs() }, { env: proxy.env });
  return points(proxy.count(), proxy.readsFirst());
}

function points(total: number, reads: number): number[] {
  const after = Array.from({ length: total - reads }, (_none, index) => reads + 1 + index);
  return [1, reads, ...after];
}

const scenes: { name: string; inputs: () => Record<string, string>; prepare: () => Promise<unknown> }[] = [
  { name: 'a first apply, key as output', inputs: () => ({}), prepare: () => Promise.resolve() },
  { name: 'a first apply, key into a secret', inputs: () => toSecret(at), prepare: () => Promise.resolve() },
  {
    name: 'an apply that mends a deleted key, role and entry',
    inputs: () => toSecret(at),
    prepare: async () => {
      await at.run({ mode: 'apply', ...toSecret(at) });
      await at.simulation.age(180); // What is young, and not listed, would be looked for again for a minute.
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
    const numbers = await killPoints(inputs, prepare);
    expect(numbers.length).toBeGreaterThan(9);
    for (const number of numbers) {
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
      await at.simulation.age(180); // The next run comes later: what is young would be looked for again.
      const next = await at.run({ mode: 'apply', verify: 'false', ...inputs() });
      expect({
        number,
        request: proxy.withheld(),
        code: next.code,
        log: next.code === 0 ? '' : next.stdout,
      }).toMatchObject({ code: 0 });
      await expectConverged(at, before, inputs());
      const { value } = await at.secret();
      const file =
        inputs()['key_delivery'] === 'github-secret' ? value : (next.outputs['key'] ?? killed.outputs['key']);
      expect({ number, works: await at.mints(file ?? '{}') }).toEqual({ number, works: true });
    }
  }, 240_000);
});

describe('a destroy, killed after every single request', () => {
  test('the next destroy finishes: nothing of ours is left, nothing foreign touched', async () => {
    const inputs = (): Record<string, string> => ({ mode: 'destroy', delete_dataset: 'true', ...toSecret(at) });
    const prepare = async (): Promise<PolicyFacts> => {
      await at.simulation.reset();
      const before = await at.policy();
      await at.run({ mode: 'apply', verify: 'false', ...toSecret(at) });
      return before;
    };
    await prepare();
    proxy.arm(0, () => undefined);
    await at.run(inputs(), { env: proxy.env });
    const numbers = points(proxy.count(), proxy.readsFirst());
    expect(numbers.length).toBeGreaterThan(9);
    for (const number of numbers) {
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
    const prepared = async (): Promise<void> => {
      await at.simulation.reset();
      await at.run({ mode: 'apply', verify: 'false' });
    };
    await prepared();
    proxy.arm(0, () => undefined);
    await at.run(inputs, { env: proxy.env });
    let total = 40;
    for (let number = proxy.readsFirst(); number <= total; number += 1) {
      await prepared();
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
      expect(await held()).toEqual(['roles/bigquery.dataEditor', 'roles/bigquery.user']);
    }
    expect(total).toBe(0);
  }, 240_000);
});

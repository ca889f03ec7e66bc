import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_PATH, driftOf, stage } from '../../harness/stage.ts';
import type { KeyFacts } from '../../harness/stage.ts';
import { isWrite } from '../../harness/simulation.ts';
import { startProxy } from '../../harness/proxy.ts';
import type { Proxy } from '../../harness/proxy.ts';
import { SECRET, holdings, homes, prepareHomes } from '../action/homes.ts';
import type { Home } from '../action/homes.ts';

const at = stage();
let proxy: Proxy;
beforeAll(async () => {
  proxy = await startProxy(at.simulation.url, at.simulation.env);
});
afterAll(() => proxy.stop());

const DAY = 86_400;
const everywhere: Home = homes.find(({ name }) => name === 'two secrets') ?? {
  name: '',
  places: [],
  inputs: () => ({}),
};
const inputs = (): Record<string, string> => ({
  mode: 'apply',
  key_max_age_days: '30',
  key_overlap_days: '7',
  ...everywhere.inputs(at.simulation.env),
});

/** A world in which the next scheduled apply rotates. */
async function prepare(): Promise<void> {
  await at.simulation.reset();
  await prepareHomes(at);
  await at.run({ ...inputs(), verify: 'false' });
  await at.simulation.age(1 * DAY);
  // Somebody else's: it must come through everything untouched.
  const { name } = await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
  foreign = String(name).split('/').at(-1) ?? '';
  await at.simulation.age(31 * DAY);
}

let foreign = '';
const ours = async (): Promise<KeyFacts[]> => (await at.keys()).filter(({ id }) => id !== foreign);

/** Whatever is held anywhere works at this moment. */
async function expectHeldToWork(place: unknown): Promise<void> {
  const held = await holdings(at, everywhere, undefined);
  const works = await Promise.all(held.map((file) => at.mints(file)));
  expect({ place, works }).toEqual({ place, works: [true, true] });
}

/** The next runs, as a schedule makes them, end with one key, which every destination holds. */
async function expectToSettle(place: unknown): Promise<void> {
  const next = await at.run(inputs());
  expect({ place, code: next.code, log: next.code === 0 ? '' : next.stdout }).toEqual({ place, code: 0, log: '' });
  await expectHeldToWork(place);
  const recorded = /key=([0-9a-f]+)(?: old=([0-9a-f,]+))?/.exec(await at.description());
  const known = [recorded?.[1] ?? '?', ...(recorded?.[2] ?? '').split(',')].filter((id) => id !== '');
  const unknown = (await ours()).filter(({ id, disabled }) => !disabled && !known.some((one) => id.startsWith(one)));
  expect({ place, unknown }).toEqual({ place, unknown: [] });
  expect((await ours()).length).toBeLessThanOrEqual(3);
  await at.simulation.age(8 * DAY);
  const quiet = { ...inputs(), verify: 'false' }; // What the account can do was tried above.
  await at.run(quiet);
  await at.run(quiet);
  await expectHeldToWork(place);
  const [only, ...others] = await ours();
  expect({ place, others }).toEqual({ place, others: [] });
  expect(await at.keys()).toContainEqual({ id: foreign, disabled: false });
  const held = await holdings(at, everywhere, undefined);
  expect(held.map((file) => (JSON.parse(file) as { private_key_id: string }).private_key_id)).toEqual([
    only?.id,
    only?.id,
  ]);
  const check = await at.run({ ...quiet, mode: 'check' });
  const drift = [expect.stringMatching(new RegExp(`key ${foreign.slice(0, 12)}: not ours`))];
  expect({ place, drift: driftOf(check) }).toEqual({ place, drift });
  expect(await enabledVersions()).toBe(1);
}

async function enabledVersions(): Promise<number> {
  const { versions = [] } = (await at.owner('GET', `/v1/${SECRET}/versions`)) as {
    versions?: { state: string }[];
  };
  return versions.filter(({ state }) => state === 'ENABLED').length;
}

describe('a rotation into two secrets', () => {
  test('killed after every single request: the key that is held works throughout, and the next runs settle', async () => {
    await prepare();
    proxy.arm(0, () => undefined);
    await at.run(inputs(), { env: proxy.env });
    let total = 100;
    // Before its first write a run changes nothing: wherever it dies there, it is the same.
    for (let number = proxy.readsFirst(); number <= total; number += 1) {
      await prepare();
      let kill = (): void => undefined;
      proxy.arm(number, () => kill());
      const killed = await at.run(inputs(), { env: proxy.env, onStart: (end) => (kill = end) });
      if (killed.code === 0) total = 0; // It made fewer requests than this: every one has had its turn.
      const place = { number, request: proxy.withheld() };
      await expectHeldToWork(place);
      await at.simulation.age(60);
      await expectToSettle(place);
    }
    expect(total).toBe(0);
  }, 300_000);

  test('with every reply to a write or for a token lost once: likewise', async () => {
    await prepare();
    const { sent } = await at.run(inputs());
    // What becomes of a lost reply to a read does not depend on what is done: see faults.test.ts.
    const requests = [
      ...new Set(
        sent
          .filter((entry) => isWrite(entry) || entry.path === '/token')
          .map(({ method, path }) => `${method} ${path}`),
      ),
    ];
    for (const on of requests) {
      await prepare();
      await at.simulation.faults([{ on, do: 'lose-reply', times: 1 }]);
      await at.run(inputs());
      await at.simulation.faults([]);
      await expectHeldToWork(on);
      await at.simulation.age(60);
      await expectToSettle(on);
    }
  }, 300_000);

  test('when the second destination refuses, both keys work, the run is red, and the next run heals it', async () => {
    await prepare();
    const before = await holdings(at, everywhere, undefined);
    await at.simulation.faults([{ on: `POST /v1/${SECRET}:addVersion`, do: 'deny', times: 1 }]);
    const red = await at.run(inputs());
    expect(red.code).toBe(1);
    expect(red.stdout).toMatch(
      /::error::Could not deliver the new key to the secret projects\/.*The new key stays, and so does the one before/,
    );
    const between = await holdings(at, everywhere, undefined);
    expect(between).not.toEqual(before);
    expect(await Promise.all([...before, ...between].map((file) => at.mints(file)))).toEqual([true, true, true, true]);
    await at.simulation.age(60);
    await expectToSettle('the second destination refuses');
  });
});

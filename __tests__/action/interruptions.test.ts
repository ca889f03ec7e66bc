import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startProxy } from '../../harness/proxy.ts';
import type { Proxy } from '../../harness/proxy.ts';
import { ACCOUNT_PATH, DATASET_PATH, POLICY_PATH, PROJECT, SECRETS_PATH, driftOf, stage } from '../../harness/stage.ts';
import '../../harness/matchers.ts';
import { expectConverged, others, toSecret } from './convergence.ts';

/** One of each kind of interruption. `npm run test:all` has them all: after every request, every fault on every request. */
const at = stage('--scenario', 'busy');
let proxy: Proxy;
beforeAll(async () => {
  proxy = await startProxy(at.simulation.url, at.simulation.env);
});
afterAll(() => proxy.stop());

/** Kills a first apply when it has sent its request with this number from the end. @returns the request */
async function killBeforeEnd(fromEnd: number): Promise<string | undefined> {
  const inputs = { mode: 'apply', verify: 'false', ...toSecret(at) };
  await at.simulation.reset();
  proxy.arm(0, () => undefined);
  await at.run(inputs, { env: proxy.env });
  const total = proxy.count();
  await at.simulation.reset();
  let kill = (): void => undefined;
  proxy.arm(total - fromEnd, () => kill());
  await at.run(inputs, { env: proxy.env, onStart: (end) => (kill = end) });
  return proxy.withheld();
}

describe('a first apply that is killed', () => {
  test.each([0, 2, 5])('%i requests before its end: the next run converges', async (fromEnd) => {
    const before = await at.policy();
    expect(await killBeforeEnd(fromEnd)).toBeDefined();
    await at.simulation.age(60); // Times are told in seconds: what happens within one is in doubt, rightly.
    expect(await at.run({ mode: 'apply', verify: 'false', ...toSecret(at) })).toEnd(0);
    await expectConverged(at, before, toSecret(at));
    expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
  });
});

describe('a first apply with a fault', () => {
  test.each([
    ['lose-reply', `POST ${ACCOUNT_PATH}/keys`],
    ['reset', `POST /v3/projects/${PROJECT}:getIamPolicy`],
    ['conflict', `POST /v3/projects/${PROJECT}:setIamPolicy`],
    ['throttle', `PATCH ${DATASET_PATH}`],
    ['outage', `PUT ${SECRETS_PATH}/secrets`],
    ['deny', `POST ${POLICY_PATH}/roles`],
    ['lag', `POST ${ACCOUNT_PATH}/keys`],
  ])('%s on %s: this run or the next one converges', async (fault, on) => {
    const before = await at.policy();
    await at.simulation.faults([{ on, do: fault as 'reset', times: 1 }]);
    const hit = await at.run({ mode: 'apply', verify: 'false', ...toSecret(at) });
    expect((await at.simulation.journal()).some(({ method, path }) => `${method} ${path}`.startsWith(on))).toBe(true);
    if (hit.code !== 0) expect(await at.run({ mode: 'apply', verify: 'false', ...toSecret(at) })).toEnd(0);
    await expectConverged(at, before, toSecret(at));
    expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
  });
});

test('two applies at the same moment: nothing is lost, and the next run settles', async () => {
  const before = await at.policy();
  const inputs = { mode: 'apply', verify: 'false', ...toSecret(at) };
  const both = await Promise.all([at.run(inputs), at.run(inputs)]);
  expect(both.some(({ code }) => code === 0)).toBe(true);
  expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
  expect(await at.run(inputs)).toEnd(0);
  expect(others(await at.policy())).toEqual(others(before));
  expect(driftOf(await at.run({ ...inputs, mode: 'check' }))).toEqual([]);
});

import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { DATASET_PATH, driftOf, stage } from '../../harness/stage.ts';
import { isWrite } from '../../harness/simulation.ts';
import { startProxy } from '../../harness/proxy.ts';
import { expectConverged, others, toSecret } from '../action/convergence.ts';

const at = stage('--scenario', 'busy');

describe('every request of an apply, every fault', () => {
  test.each(['lose-reply', 'reset', 'conflict', 'throttle', 'outage', 'deny', 'lag'] as const)(
    '%s: this run or the next one converges',
    async (fault) => {
      const first = await at.run({ mode: 'apply', ...toSecret(at) });
      // A read conflicts with nothing; to it a lost reply is a reset, and "not now" an outage.
      const isForWrites = ['conflict', 'lose-reply', 'throttle'].includes(fault);
      const sent = isForWrites ? first.sent.filter(isWrite) : first.sent;
      const requests = [...new Set(sent.map(({ method, path }) => `${method} ${path}`))].filter(
        // Policies are asked about side by side, in the same way: one of them stands for all.
        (line) =>
          !line.includes('/_runner/') && !/policies\/(iam\.managed|gcp|iam\.disableServiceAccountCreation)/.test(line),
      );
      for (const on of requests) {
        await at.simulation.reset();
        const before = await at.policy();
        await at.simulation.faults([{ on, do: fault, times: 1 }]);
        const hit = await at.run({ mode: 'apply', ...toSecret(at) });
        expect({ on, leaked: leaks(hit.stdout + hit.stderr + hit.summary) }).toEqual({ on, leaked: false });
        if (hit.code !== 0) {
          expect({ on, log: hit.stdout }).toEqual({
            on,
            log: expect.stringMatching(/::error::.*(Could not|Refused|Failed)/),
          });
          const next = await at.run({ mode: 'apply', verify: 'false', ...toSecret(at) });
          expect({ on, fault, code: next.code, log: next.code === 0 ? '' : next.stdout }).toMatchObject({ code: 0 });
        }
        await at.simulation.faults([]);
        await expectConverged(at, before, toSecret(at));
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
      const inputs = { mode: 'apply', access_mode, ...toSecret(at) };
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

  test('a key that the other run took for a dead one’s, and that is delivered after all, is not lost', async () => {
    const until = async (isSo: () => Promise<boolean>): Promise<void> => {
      while (!(await isSo())) await pause(20);
    };
    let isRecorded = false;
    // One is held before it delivers, until the other has disabled its key; the other before it issues, until the first recorded.
    const slow = await startProxy(at.simulation.url, at.simulation.env, async (request) => {
      if (request.includes('PUT /repos')) await until(async () => (await at.description()).includes(' old='));
    });
    const quick = await startProxy(at.simulation.url, at.simulation.env, async (request) => {
      if (/POST .*\/keys$/.test(request)) await until(() => Promise.resolve(isRecorded));
    });
    try {
      const inputs = { mode: 'apply', verify: 'false', ...toSecret(at) };
      const first = at.run(inputs, { env: slow.env }).then((result) => {
        isRecorded = true;
        return result;
      });
      await until(async () => (await at.keys().catch(() => [])).length === 1);
      const second = await at.run(inputs, { env: quick.env });
      expect((await first).stdout).toContain('another run had disabled the new key while it was being delivered');
      expect(second.sent.map(({ path }) => path)).toContainEqual(expect.stringMatching(/\/keys\/\w+:disable$/));
      expect(second.stdout).toContain('another run issued a key at the same moment; both keys work');
      const next = await at.run(inputs);
      expect({ code: next.code, log: next.stdout }).toMatchObject({ code: 0 });
      expect(driftOf(await at.run({ ...inputs, mode: 'check' }))).toEqual([]);
      expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
    } finally {
      await Promise.all([slow.stop(), quick.stop()]);
    }
  }, 60_000);

  test('on a healthy project while others edit policy and dataset: no update is lost', async () => {
    await at.run({ mode: 'apply', ...toSecret(at) });
    await at.owner('DELETE', '/v1/projects/acme-analytics/roles/segmentReverseEtl');
    await at.unbind();
    await at.changeEntries(() => []);
    const runs = Promise.all([at.run({ mode: 'apply', ...toSecret(at) }), at.run({ mode: 'apply', ...toSecret(at) })]);
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
    expect(driftOf(await at.run({ mode: 'check', ...toSecret(at) }))).toEqual([]);
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

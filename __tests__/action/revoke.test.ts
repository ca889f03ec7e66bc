import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable } from '../../harness/log.ts';
import { ACCOUNT_PATH, DATASET_PATH, EMAIL, driftOf, stage, writes } from '../../harness/stage.ts';

const at = stage();

/** Whether an access token that was minted before is still taken. */
async function isTaken(token: string): Promise<boolean> {
  const reply = await fetch(`${at.simulation.url}${DATASET_PATH}`, { headers: { authorization: `Bearer ${token}` } });
  return reply.status !== 401;
}

/** A token that the account holds at this moment. */
async function tokenOf(): Promise<string> {
  const { identity } = (await at.simulation.world()) as {
    identity: { tokens: Record<string, { principal: string }> };
  };
  const [token = ''] =
    Object.entries(identity.tokens).findLast(([, { principal }]) => principal === `serviceAccount:${EMAIL}`) ?? [];
  return token;
}

describe('mode revoke', () => {
  test('account: revoked → keys and tokens are rejected at once; apply fails until restore: true, and then is in sync', async () => {
    const absent = await at.run({ mode: 'revoke' });
    expect(absent).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(errorsIn(absent.stdout)[0]).toMatch(
      /^Could not disable the service account .*: there is no such account, so there was nothing to cut off\. Check account_id and project_id: .* Help: \S+#account\.absent$/,
    );

    const { outputs } = await at.run({ mode: 'apply' });
    const file = outputs['key'] ?? '';
    expect(await at.mints(file)).toBe(true);
    const token = await tokenOf();
    expect(await isTaken(token)).toBe(true);
    const revoked = await at.run({ mode: 'revoke' });
    expect(revoked).toMatchObject({ code: 0, outputs: { result: 'changed', service_account_email: EMAIL } });
    expect(revoked.sent.slice(3).map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST ${ACCOUNT_PATH}:disable`,
      `GET ${ACCOUNT_PATH}`,
      `PATCH ${ACCOUNT_PATH}`,
      `GET ${ACCOUNT_PATH}`,
      `GET ${ACCOUNT_PATH}/keys`,
    ]);
    expect(await at.mints(file)).toBe(false);
    expect(await isTaken(token)).toBe(false);
    expect(await at.description()).toMatch(/ revoked at=o\]$/);
    expect(await at.dataset()).toMatchObject({ location: 'EU' });
    expect(revoked.summary).toContain('deletes the old keys, enables the account, and delivers a new key');
    expect(readable(revoked.stdout)).toContain('mode rotate with restore: true deletes the old keys');
    expect(await at.run({ mode: 'revoke' })).toMatchObject({ code: 0, outputs: { result: 'unchanged' } });

    const scheduled = await at.run({ mode: 'apply' }, { env: { GITHUB_EVENT_NAME: 'schedule' } });
    expect(scheduled.code).toBe(1);
    expect(writes(scheduled.sent)).toEqual([]);
    expect(errorsIn(scheduled.stdout)[0]).toMatch(
      /mode revoke disabled it.*mode rotate with restore: true, which deletes the old keys/,
    );
    const check = await at.run({ mode: 'check' });
    expect(driftOf(check)).toEqual([expect.stringContaining('disabled: true (revoked) → false')]);
    const restored = await at.run({ mode: 'apply', restore: 'true' });
    expect({ code: restored.code, log: readable(restored.stdout) }).toMatchObject({ code: 0 });
    expect(driftOf(await at.run({ mode: 'check' }))).toEqual([]);
    expect(await at.mints(file)).toBe(true);
    expect(await at.description()).not.toContain('revoked');
  });
});

describe('rotate with restore: true', () => {
  test('credential: a revoked account → its old keys go before it is enabled; a new one is delivered, and verified after', async () => {
    const first = await at.run({ mode: 'apply' });
    await at.simulation.age(60);
    const second = await at.run({ mode: 'rotate' });
    await at.simulation.age(60);
    await at.run({ mode: 'revoke' });
    expect(await at.run({ mode: 'rotate' })).toMatchObject({ code: 1 });
    const restored = await at.run({ mode: 'rotate', restore: 'true' });
    expect({ code: restored.code, log: readable(restored.stdout) }).toMatchObject({ code: 0 });
    const changes = restored.sent
      .filter(({ method, path }) => method !== 'GET' && /keys|:enable|\/token$/.test(path) && !path.includes('_runner'))
      .map(
        ({ method, path }) =>
          `${method} ${path.replace(/\/keys\/.*/, '/keys/K').replace(/.*serviceAccounts\/[^:/]*/, '')}`,
      );
    expect(changes.slice(-8)).toEqual([
      'DELETE /keys/K',
      'DELETE /keys/K',
      'POST :enable',
      'POST /keys',
      'POST /token',
      'POST /token',
      'POST /token',
      'POST /token',
    ]);
    expect(await at.mints(first.outputs['key'] ?? '')).toBe(false);
    expect(await at.mints(second.outputs['key'] ?? '')).toBe(false);
    expect(await at.mints(restored.outputs['key'] ?? '')).toBe(true);
    expect(await at.description()).toMatch(/\[segment-retl created key=[0-9a-f]{12} at=o\]$/);
    expect(driftOf(await at.run({ mode: 'check' }))).toEqual([]);
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable } from '../../harness/log.ts';
import '../../harness/matchers.ts';
import { MEMBER, ROLE, driftOf, stage, writes } from '../../harness/stage.ts';

/** Accounts, grants and keys take this long to show; real clouds take minutes. Each wait is in tables, on a fake clock. */
const at = stage('--lag', '1500');
const full = { access_mode: 'full' };

async function heldRoles(): Promise<string[]> {
  return (await at.policy()).bindings.filter(({ members }) => members.includes(MEMBER)).map(({ role }) => role);
}

describe('a first apply, while nothing shows at once', () => {
  test('with patience → waits for the account, then until it can do what it must; the second changes nothing', async () => {
    const applied = await at.run({ mode: 'apply', patience_minutes: '1' });
    expect(applied).toEnd(0);
    const log = readable(applied.stdout);
    expect(log).toContain('Resource Manager does not know the new account or role yet; trying again …');
    expect(log).toMatch(
      /Not effective yet: the service account should be able to .*; trying again, for 1 minute at most …/,
    );
    expect(log).toContain('All 13 access checks passed.');
    expect(await at.run({ mode: 'apply' })).toEnd(0, { result: 'unchanged' });
  });

  test('beyond its patience → red, "not yet effective"; a later check is green without any write', async () => {
    const applied = await at.run({ mode: 'apply', patience_minutes: '0' });
    expect(applied).toEnd(1, { result: 'failed' });
    expect(errorsIn(applied.stdout)).toContainEqual(
      expect.stringMatching(/: not yet effective; .*raise `patience_minutes`/),
    );
    await at.simulation.age(60);
    const check = await at.run({ mode: 'check' });
    expect(check).toEnd(0);
    expect(writes(check.sent)).toEqual([]);
  });
});

describe('a change of access mode, while nothing shows at once', () => {
  test('with patience, and a federated token that ends meanwhile → it is minted anew; the new grants are proven before the old go', async () => {
    const direct = { service_account: '' };
    await at.run({ mode: 'apply', verify: 'false', ...direct });
    await at.simulation.age(60);
    const asked = async (): Promise<number> =>
      (await at.simulation.journal()).filter(({ path }) => path.endsWith(':testIamPermissions')).length;
    const before = await asked();
    const run = at.run({ mode: 'apply', ...full, patience_minutes: '1', ...direct });
    while ((await asked()) < before + 2) await pause(50); // Its own rights are asked first, then those of the account.
    await at.simulation.age(400);
    const changed = await run;
    expect(changed).toEnd(0);
    expect(changed.sent.filter(({ path }) => path === '/v1/token').length).toBeGreaterThan(1);
    expect(readable(changed.stdout)).toMatch(
      /The new access is not effective yet[\s\S]*The new access works, verified as the service account/,
    );
    expect(await heldRoles()).toEqual(['roles/bigquery.dataEditor', 'roles/bigquery.user']);
  });

  test('beyond its patience → red, and nothing is taken away; the next run does', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.simulation.age(60);
    const changed = await at.run({ mode: 'apply', ...full, patience_minutes: '0' });
    expect(changed).toEnd(1);
    expect(errorsIn(changed.stdout)).toContainEqual(expect.stringMatching(/not yet effective.*No access was revoked/));
    expect(await heldRoles()).toContain(ROLE);
    await at.simulation.age(60);
    expect(await at.run({ mode: 'apply', ...full, patience_minutes: '0' })).toEnd(0);
    expect(driftOf(await at.run({ mode: 'check', ...full }))).toEqual([]);
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { EMAIL, MEMBER, ROLE, driftOf, stage, writes } from '../../harness/stage.ts';

/** Accounts, grants and keys take this long to show; real clouds take minutes. */
const at = stage('--lag', '1500');

describe('a cloud in which nothing shows at once', () => {
  test('a first apply waits for the account and ends green; the second changes nothing', async () => {
    const applied = await at.run({ mode: 'apply' });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    expect(applied.stdout).toContain('Resource Manager does not know the new account or role yet; trying again …');
    const again = await at.run({ mode: 'apply' });
    expect(again).toMatchObject({ code: 0, outputs: { result: 'unchanged' } });
  });

  test('apply waits until the account can do what it must, and says for what it waits', async () => {
    const applied = await at.run({ mode: 'apply', patience_minutes: '1' });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    expect(applied.stdout).toMatch(
      /Not effective yet: the account should be able to .*; trying again, for 1 minute at most …/,
    );
    expect(applied.stdout).toMatch(/Proven as the account itself: 13 claims/);
  });

  test('beyond its patience it ends red with "not yet effective", and a later check is green without any write', async () => {
    const applied = await at.run({ mode: 'apply', patience_minutes: '0' });
    expect(applied).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(applied.stdout).toMatch(/::error::.*it is not yet effective.*raise patience_minutes/);
    await at.simulation.age(60);
    const check = await at.run({ mode: 'check' });
    expect({ code: check.code, log: check.stdout }).toMatchObject({ code: 0 });
    expect(writes(check.sent)).toEqual([]);
  });

  test('a change of access mode proves the new grants before it takes the old away', async () => {
    await at.run({ mode: 'apply' });
    await at.simulation.age(60);
    const changed = await at.run({ mode: 'apply', access_mode: 'full', patience_minutes: '1' });
    expect({ code: changed.code, log: changed.stdout }).toMatchObject({ code: 0 });
    expect(changed.stdout).toMatch(/not effective yet[\s\S]*tried as the account itself/);
    const held = (await at.policy()).bindings.filter(({ members }) => members.includes(MEMBER)).map(({ role }) => role);
    expect(held).toEqual(['roles/bigquery.user', 'roles/bigquery.dataEditor']);
  });

  test('beyond its patience nothing is taken away, and the step is red: not yet effective', async () => {
    await at.run({ mode: 'apply' });
    await at.simulation.age(60);
    const changed = await at.run({ mode: 'apply', access_mode: 'full', patience_minutes: '0' });
    expect(changed.code).toBe(1);
    expect(changed.stdout).toMatch(/::error::.*not yet effective.*Nothing was taken away/);
    const held = (await at.policy()).bindings.filter(({ members }) => members.includes(MEMBER)).map(({ role }) => role);
    expect(held).toContain(ROLE);
    await at.simulation.age(60);
    const later = await at.run({ mode: 'apply', access_mode: 'full', patience_minutes: '0' });
    expect({ code: later.code, log: later.stdout }).toMatchObject({ code: 0 });
    expect(driftOf(await at.run({ mode: 'check', access_mode: 'full' }))).toEqual([]);
  });

  test('a new key mints three tokens in a row before it replaces a working one', async () => {
    const inputs = { key_delivery: 'github-secret', github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
    await at.run({ mode: 'apply', ...inputs });
    await at.simulation.age(60);
    const before = (await at.secret()).value ?? '';
    await at.owner('DELETE', '/repos/acme/data-platform/actions/secrets/SEGMENT_BIGQUERY_CREDENTIALS');
    const replaced = await at.run({ mode: 'apply', ...inputs });
    expect({ code: replaced.code, log: replaced.stdout }).toMatchObject({ code: 0 });
    expect(replaced.sent.filter(({ path, status }) => path === '/token' && status === 200)).toHaveLength(4); // One more is the proof's.
    expect(await at.mints((await at.secret()).value ?? '')).toBe(true);
    expect(await at.mints(before)).toBe(true);
    expect(await at.description()).toMatch(/ old=[0-9a-f]{12}/);
    expect((await at.dataset()).access).toContainEqual({ role: 'WRITER', userByEmail: EMAIL });
  });
});

describe('a federated token that ends in the middle of a run', () => {
  test('is minted anew', async () => {
    const direct = { service_account: '' };
    await at.run({ mode: 'apply', ...direct });
    await at.simulation.age(60);
    const asked = async (): Promise<number> =>
      (await at.simulation.journal()).filter(({ path }) => path.endsWith(':testIamPermissions')).length;
    const before = await asked();
    const run = at.run({ mode: 'apply', access_mode: 'full', patience_minutes: '1', ...direct });
    while ((await asked()) < before + 2) await pause(50); // Its own rights are asked first, then those of the account.
    await at.simulation.age(400);
    const changed = await run;
    expect({ code: changed.code, log: changed.stdout }).toMatchObject({ code: 0 });
    expect(changed.sent.filter(({ path }) => path === '/v1/token').length).toBeGreaterThan(1);
  });
});

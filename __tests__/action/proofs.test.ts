import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable, warningsIn } from '../../harness/log.ts';
import '../../harness/matchers.ts';
import { ACCOUNT_PATH, EMAIL, PROJECT, ROLE, stage, writes } from '../../harness/stage.ts';
import type { ActionResult } from '../../harness/run-action.ts';

/** Which claims there are, and which cause a failure has, is in `__tests__/pure/verify`. */
const at = stage();
const DATASETS = `/bigquery/v2/projects/${PROJECT}/datasets`;
const reader = (): Record<string, string> => ({
  service_account: at.simulation.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '',
});

interface Claimed {
  readonly what: string;
  readonly expected: string;
  readonly outcome: string;
  readonly words?: string;
  readonly cause?: string;
  readonly remedy?: string;
}
interface Verified {
  readonly tried: boolean;
  readonly verified: boolean;
  readonly how?: string;
  readonly why?: string;
  readonly checks: readonly Claimed[];
}

const verificationOf = ({ outputs }: ActionResult): Verified =>
  (JSON.parse(outputs['plan'] ?? '{}') as { verification: Verified }).verification;
const failing = (result: ActionResult): Claimed[] =>
  verificationOf(result).checks.filter(({ outcome }) => outcome !== 'holds');

/** A dataset with a table that models read. */
async function makeShop(): Promise<void> {
  await at.makeDataset('shop');
  await at.owner('POST', `${DATASETS}/shop/tables`, {
    tableReference: { projectId: PROJECT, datasetId: 'shop', tableId: 'orders' },
    schema: { fields: [{ name: 'id', type: 'INTEGER' }] },
  });
}

describe('a healthy setup', () => {
  test.each([
    ['limited', { read_api: 'storage' }, 14],
    ['full', {}, 9],
  ])('%s %j → every claim holds, in both directions', async (access_mode, more, count) => {
    await makeShop();
    const inputs = { access_mode, proof_tables: 'shop.orders', ...more };
    const applied = await at.run({ mode: 'apply', ...inputs });
    expect(applied).toEnd(0);
    expect(verificationOf(applied)).toMatchObject({ tried: true, verified: true, how: 'with the key just issued' });
    const check = await at.run({ mode: 'check', ...inputs });
    expect(check).toEnd(0);
    expect(failing(check)).toEqual([]);
    expect(verificationOf(check)).toMatchObject({ tried: true, verified: true, how: 'by impersonation' });
    expect(verificationOf(check).checks).toHaveLength(count);
    const log = readable(check.stdout);
    expect(log).toContain('✓ can read shop.orders (dry run of SELECT)');
    expect(log).toContain('✓ cannot use resourcemanager.projects.setIamPolicy on the project');
    expect(log).toContain(`In sync. All ${String(count)} access checks passed.`);
    expect(writes(check.sent)).toEqual([]);
  });

  /** Requests of the plan, side by side; among them five that ask what would keep apply from its work. */
  const WAVE = 13;

  test('check → proving adds one round trip after the wave, in which the token is minted', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    const { sent } = await at.run({ mode: 'check' });
    const paths = sent.slice(3).map(({ path }) => path);
    expect(paths.slice(0, WAVE)).toContain(`/v1/projects/-/serviceAccounts/${EMAIL}:generateAccessToken`);
    expect(paths.slice(WAVE).every((path) => /queries$|:testIamPermissions$|__segment_reverse_etl$/.test(path))).toBe(
      true,
    );
  });

  test('credentials_json → that key itself is tried, so that a scheduled check proves the key in use', async () => {
    // The secret tells since when there is the key: of a young one, a list that lacks it could be old.
    const delivery = { key_delivery: 'github-secret', github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
    await at.run({ mode: 'apply', verify: 'false', ...delivery });
    const { value: key = '' } = await at.secret();
    await at.simulation.age(3600);
    const inputs = { mode: 'check', credentials_json: key, ...delivery, ...reader() };
    const check = await at.run(inputs);
    expect(check).toEnd(0);
    expect(verificationOf(check)).toMatchObject({ tried: true, verified: true, how: 'with credentials_json' });
    const { private_key_id: id } = JSON.parse(inputs.credentials_json) as { private_key_id: string };
    await at.owner('DELETE', `${ACCOUNT_PATH}/keys/${id}`);
    const dead = await at.run(inputs);
    expect(dead).toEnd(1, { drift: 'true' });
    expect(failing(dead)).toMatchObject([
      {
        what: 'mint a token',
        words: 'Invalid JWT Signature.',
        cause: expect.stringContaining('key is deleted'),
        remedy: expect.stringContaining('Run mode `apply`'),
      },
    ]);
  });

  test('nothing can be tried → the report says that nothing was verified and why, never "ok"', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    const check = await at.run({ mode: 'check', ...reader() });
    expect(check).toEnd(0, { drift: 'false' });
    const log = readable(check.stdout);
    expect(log).toMatch(
      /Access not verified: this run cannot act as the service account \(Permission 'iam\.serviceAccounts\.getAccessToken' denied/,
    );
    expect(log).toContain('In sync. Access was not verified.');
    expect(check.summary).toContain('not verified');
    expect(verificationOf(check)).toMatchObject({ tried: false, verified: false, checks: [] });
  });

  test('verify: false → nothing is tried', async () => {
    const applied = await at.run({ mode: 'apply', verify: 'false' });
    expect(applied).toEnd(0);
    expect(readable(applied.stdout)).not.toContain('Verif');
    expect(applied.sent.some(({ path }) => path.endsWith('/queries'))).toBe(false);
  });
});

describe('a claim that does not hold', () => {
  test('a permission is missing from the role → the claim fails, with its cause and the remedy', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.simulation.age(60);
    await at.takePermission('bigquery.jobs.create');
    const check = await at.run({ mode: 'check', patience_minutes: '0' });
    expect(check).toEnd(1, { drift: 'true' });
    expect(failing(check)).toContainEqual(
      expect.objectContaining({
        what: 'run a query (dry run of SELECT 1)',
        outcome: 'fails',
        cause: expect.stringContaining('permission bigquery.jobs.create is absent'),
        remedy: 'Run mode `apply` to fix this.',
      }),
    );
    expect(errorsIn(check.stdout)).toContainEqual(
      expect.stringMatching(/service account cannot run a query .*permission bigquery\.jobs\.create is absent/),
    );
    expect(writes(check.sent)).toEqual([]);
  });

  test('a role too much, and ours missing → the right that is too much has a cause of its own', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.simulation.age(60);
    await at.unbind(ROLE);
    await at.bind('roles/bigquery.admin');
    const check = await at.run({ mode: 'check', patience_minutes: '0' });
    expect(check).toEnd(1);
    expect(failing(check)).toContainEqual(
      expect.objectContaining({
        what: 'use bigquery.datasets.create on the project',
        expected: 'cannot',
        cause: expect.stringMatching(/^it comes from excess access: \S+ binding roles\/bigquery\.admin is [^;]*$/),
        remedy: expect.stringContaining('prune: true'),
      }),
    );
    expect(errorsIn(check.stdout)).toContainEqual(
      expect.stringMatching(/service account has unexpected permission bigquery\.datasets\.create/),
    );
    expect(writes(check.sent)).toEqual([]);
  });
});

test('a table with row access policies, which give no error → a warning', async () => {
  await makeShop();
  await at.run({ mode: 'apply', verify: 'false' });
  await at.owner('POST', `${DATASETS}/shop/tables/orders/rowAccessPolicies`, {
    rowAccessPolicyReference: { projectId: PROJECT, datasetId: 'shop', tableId: 'orders', policyId: 'eu_only' },
    filterPredicate: 'id > 0',
    grantees: ['user:ann@acme.example'],
  });
  const result = await at.run({ mode: 'check', proof_tables: 'shop.orders', patience_minutes: '0' });
  expect(result).toEnd(0);
  expect(warningsIn(result.stdout)).toContainEqual(
    expect.stringMatching(
      /shop\.orders has row access policies: models get only the rows that .*no error for the rest/,
    ),
  );
});

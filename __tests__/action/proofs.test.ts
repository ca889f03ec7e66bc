import { describe, expect, test } from '@jest/globals';
import { ACCOUNT_PATH, DATASET_PATH, EMAIL, PROJECT, ROLE, stage, writes } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';
import type { ActionResult } from '../../harness/run-action.ts';

const at = stage();
const TABLES = `/bigquery/v2/projects/${PROJECT}/datasets/shop/tables`;

interface Claimed {
  readonly what: string;
  readonly expected: string;
  readonly outcome: string;
  readonly words?: string;
  readonly cause?: string;
  readonly remedy?: string;
}

const proofsOf = ({ outputs }: ActionResult): { proven: boolean; how?: string; why?: string; claims: Claimed[] } =>
  (JSON.parse(outputs['plan'] ?? '{}') as { proofs: { proven: boolean; claims: Claimed[] } }).proofs;
const failing = (result: ActionResult): Claimed[] =>
  proofsOf(result).claims.filter(({ outcome }) => outcome !== 'holds');

/** A dataset with a table that models read. */
async function makeShop(): Promise<void> {
  await at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, {
    datasetReference: { datasetId: 'shop' },
    location: 'EU',
  });
  await at.owner('POST', TABLES, {
    tableReference: { projectId: PROJECT, datasetId: 'shop', tableId: 'orders' },
    schema: {
      fields: [
        { name: 'id', type: 'INTEGER' },
        { name: 'email', type: 'STRING' },
      ],
    },
  });
}

describe('a healthy setup', () => {
  test.each([
    ['limited', {}, 13],
    ['limited', { read_api: 'storage' }, 13],
    ['full', {}, 8],
  ])('%s %j: every claim holds, in both directions', async (access_mode, more, count) => {
    await makeShop();
    const inputs = { access_mode, proof_tables: 'shop.orders', ...more };
    const applied = await at.run({ mode: 'apply', ...inputs });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    expect(proofsOf(applied)).toMatchObject({ proven: true, how: 'with the key just issued' });
    const check = await at.run({ mode: 'check', ...inputs });
    expect({ code: check.code, failing: failing(check) }).toEqual({ code: 0, failing: [] });
    expect(proofsOf(check).how).toBe('by impersonation');
    expect(proofsOf(check).claims).toHaveLength(count + 1);
    expect(check.stdout).toContain('✓ can read shop.orders (dry run of SELECT)');
    expect(check.stdout).toContain('✓ cannot use resourcemanager.projects.setIamPolicy on the project');
    expect(check.stdout).toMatch(
      /No drift: everything is as the guide wants it\. Proven as the account itself: \d+ claims\./,
    );
    expect(writes(check.sent)).toEqual([]);
  });

  test('the proofs of a check add one round trip after the wave: the token is minted in it', async () => {
    await at.run({ mode: 'apply' });
    const { sent } = await at.run({ mode: 'check' });
    const paths = sent.slice(3).map(({ path }) => path);
    const wave = paths.slice(0, 8);
    expect(wave).toContain(`/v1/projects/-/serviceAccounts/${EMAIL}:generateAccessToken`);
    expect(paths.slice(8).every((path) => /queries$|:testIamPermissions$|__segment_reverse_etl$/.test(path))).toBe(
      true,
    );
  });

  test('credentials_json is tried itself, so that a scheduled check proves the key in use', async () => {
    const { outputs } = await at.run({ mode: 'apply' });
    const reader = { service_account: at.simulation.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '' };
    const check = await at.run({ mode: 'check', credentials_json: outputs['key'] ?? '', ...reader });
    expect(check).toMatchObject({ code: 0 });
    expect(proofsOf(check)).toMatchObject({ proven: true, how: 'with credentials_json' });
    const other = JSON.stringify({
      ...(JSON.parse(outputs['key'] ?? '{}') as object),
      client_email: 'x@y.iam.gserviceaccount.com',
    });
    const refused = await at.run({ mode: 'check', credentials_json: other, ...reader });
    expect(refused).toMatchObject({ code: 1, sent: [] });
    expect(refused.stdout).toContain('credentials_json: it is a key of x@y.iam.gserviceaccount.com');
  });

  test('a key in use that was replaced is told apart from one that is dead', async () => {
    const first = await at.run({ mode: 'apply' });
    await at.simulation.age(60);
    await at.run({ mode: 'rotate', key_overlap_days: '7' });
    const inputs = { mode: 'check', credentials_json: first.outputs['key'] ?? '', key_overlap_days: '7' };
    const moved = await at.run(inputs);
    expect(moved).toMatchObject({ code: 0 });
    expect(moved.stdout).toMatch(
      /::warning::.*which was replaced, and works until \d{4}-.*: its consumer has not moved/,
    );
    const { private_key_id: id } = JSON.parse(inputs.credentials_json) as { private_key_id: string };
    await at.owner('DELETE', `${ACCOUNT_PATH}/keys/${id}`);
    const dead = await at.run(inputs);
    expect(dead).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(failing(dead)).toMatchObject([
      { what: 'mint a token', cause: expect.stringContaining('which was deleted') },
    ]);
  });

  test('a key in use that has expired is told so', async () => {
    const ends = { key_lifetime_days: '30' };
    const { outputs } = await at.run({ mode: 'apply', ...ends });
    await at.simulation.age(31 * 86_400);
    const check = await at.run({ mode: 'check', credentials_json: outputs['key'] ?? '', ...ends });
    expect(check).toMatchObject({ code: 1, outputs: { drift: 'true' } });
    expect(failing(check)).toMatchObject([
      {
        what: 'mint a token',
        cause: expect.stringMatching(/key is expired \([0-9a-f]{12}, on /),
        remedy: 'Mode apply mends it.',
      },
    ]);
  });

  test('where nothing can be tried, the report says "not proven" and why, never "ok"', async () => {
    await at.run({ mode: 'apply' });
    const reader = { service_account: at.simulation.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '' };
    const check = await at.run({ mode: 'check', ...reader });
    expect(check).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    expect(check.stdout).toMatch(
      /Not proven: this run cannot become the account \(Permission 'iam\.serviceAccounts\.getAccessToken' denied/,
    );
    expect(check.stdout).toContain('What the account can do is not proven.');
    expect(check.summary).toContain('Not proven');
    expect(proofsOf(check)).toMatchObject({ proven: false, claims: [] });
  });

  test('verify: false tries nothing', async () => {
    const applied = await at.run({ mode: 'apply', verify: 'false' });
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).not.toContain('Prove');
    expect(applied.sent.some(({ path }) => path.endsWith('/queries'))).toBe(false);
  });
});

interface Case {
  readonly name: string;
  readonly inputs?: Record<string, string>;
  readonly break: (s: Stage, key: string) => Promise<unknown>;
  /** Claims that fail, at least. */
  readonly fails: RegExp;
  readonly cause: RegExp;
  readonly remedy: RegExp;
}

const FULL = { access_mode: 'full' };
const MENDS = /Mode apply mends it/;
const cases: Case[] = [
  {
    name: 'jobs.create taken from the role',
    break: (s) => s.takePermission('bigquery.jobs.create'),
    fails: /run a query/,
    cause: /permission bigquery\.jobs\.create is absent/,
    remedy: MENDS,
  },
  {
    name: 'datasets.get taken from the role',
    break: (s) => s.takePermission('bigquery.datasets.get'),
    fails: /use bigquery\.datasets\.get/,
    cause: /permission bigquery\.datasets\.get is absent/,
    remedy: MENDS,
  },
  {
    name: 'tables.getData taken from the role',
    break: (s) => s.takePermission('bigquery.tables.getData'),
    fails: /read shop\.orders/,
    cause: /permission bigquery\.tables\.getData is absent/,
    remedy: MENDS,
  },
  {
    name: 'tables.getData taken from the role, on the project',
    break: (s) => s.takePermission('bigquery.tables.getData'),
    fails: /use bigquery\.tables\.getData/,
    cause: /permission bigquery\.tables\.getData is absent/,
    remedy: MENDS,
  },
  {
    name: 'a read session permission taken',
    inputs: { read_api: 'storage' },
    break: (s) => s.takePermission('bigquery.readsessions.create'),
    fails: /use bigquery\.readsessions\.create/,
    cause: /permission bigquery\.readsessions\.create is absent/,
    remedy: MENDS,
  },
  {
    name: 'the role deleted',
    break: (s) => s.owner('DELETE', `/v1/${ROLE}`),
    fails: /run a query/,
    cause: /role is deleted/,
    remedy: MENDS,
  },
  {
    name: 'the role disabled',
    break: (s) => s.setRole({ stage: 'DISABLED' }),
    fails: /run a query/,
    cause: /stage is DISABLED/,
    remedy: MENDS,
  },
  {
    name: 'the binding removed',
    break: (s) => s.unbind(ROLE),
    fails: /run a query/,
    cause: /binding .*segmentReverseEtl is absent/,
    remedy: MENDS,
  },
  {
    name: 'the binding made conditional on what is past',
    break: (s) =>
      s.setPolicy((policy) => ({
        ...policy,
        bindings: policy.bindings.map((one) =>
          one.role === ROLE
            ? { ...one, condition: { title: 'past', expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' } }
            : one,
        ),
      })),
    fails: /run a query/,
    cause: /binding .*segmentReverseEtl is only if/,
    remedy: MENDS,
  },
  {
    name: 'the entry removed',
    break: (s) => s.changeEntries(() => []),
    fails: /create tables in __segment/,
    cause: /access of .* is absent/,
    remedy: MENDS,
  },
  {
    name: 'the entry downgraded',
    break: (s) => s.changeEntries((entry) => [{ ...entry, role: 'READER' }]),
    fails: /create tables in __segment/,
    cause: /access of .* is READER/,
    remedy: MENDS,
  },
  {
    name: 'the dataset deleted',
    break: (s) => s.owner('DELETE', DATASET_PATH),
    fails: /see the state dataset/,
    cause: /dataset is absent/,
    remedy: MENDS,
  },
  {
    name: 'the dataset deleted, tables',
    break: (s) => s.owner('DELETE', DATASET_PATH),
    fails: /create tables/,
    cause: /dataset is absent/,
    remedy: MENDS,
  },
  {
    name: 'the account disabled',
    break: (s) => s.owner('POST', `${ACCOUNT_PATH}:disable`, {}),
    fails: /mint a token/,
    cause: /disabled/,
    remedy: /restore: true|disabled/,
  },
  {
    name: 'the key disabled',
    inputs: { credentials_json: 'KEY' },
    break: (s, key) => s.owner('POST', `${ACCOUNT_PATH}/keys/${key}:disable`, {}),
    fails: /mint a token/,
    cause: /key is disabled/,
    remedy: MENDS,
  },
  {
    name: 'the key deleted',
    inputs: { credentials_json: 'KEY' },
    break: (s, key) => s.owner('DELETE', `${ACCOUNT_PATH}/keys/${key}`),
    fails: /mint a token/,
    cause: /key is deleted/,
    remedy: MENDS,
  },
  {
    name: 'the account of the key disabled',
    inputs: { credentials_json: 'KEY' },
    break: (s) => s.owner('POST', `${ACCOUNT_PATH}:disable`, {}),
    fails: /mint a token/,
    cause: /disabled/i,
    remedy: /disabled/,
  },
  {
    name: 'the account of the key deleted',
    inputs: { credentials_json: 'KEY' },
    break: (s) => s.owner('DELETE', ACCOUNT_PATH),
    fails: /mint a token/,
    cause: /account not found/,
    remedy: /deleted/,
  },
  {
    name: 'BigQuery off where the account belongs',
    break: (s) => s.simulation.disableApi(PROJECT, 'bigquery.googleapis.com'),
    fails: /run a query/,
    cause: /an API is off/,
    remedy: /gcloud services enable bigquery\.googleapis\.com/,
  },
  {
    name: 'a table that does not exist',
    inputs: { proof_tables: 'shop.nothing' },
    break: () => Promise.resolve(),
    fails: /read shop\.nothing/,
    cause: /does not exist/,
    remedy: /Check its name/,
  },
  {
    name: 'full: user taken',
    inputs: FULL,
    break: (s) => s.unbind('roles/bigquery.user'),
    fails: /run a query/,
    cause: /binding roles\/bigquery\.user is absent/,
    remedy: MENDS,
  },
  {
    name: 'full: dataEditor taken',
    inputs: FULL,
    break: (s) => s.unbind('roles/bigquery.dataEditor'),
    fails: /use bigquery\.tables\.updateData/,
    cause: /binding roles\/bigquery\.dataEditor is absent/,
    remedy: MENDS,
  },
  {
    name: 'full: dataEditor taken, tables',
    inputs: FULL,
    break: (s) => s.unbind('roles/bigquery.dataEditor'),
    fails: /read shop\.orders/,
    cause: /binding roles\/bigquery\.dataEditor is absent/,
    remedy: MENDS,
  },
  {
    name: 'surplus: owner',
    break: (s) => s.bind('roles/owner'),
    fails: /use resourcemanager\.projects\.setIamPolicy/,
    cause: /binding roles\/owner/,
    remedy: /prune: true/,
  },
  {
    name: 'surplus: key admin',
    break: (s) => s.bind('roles/iam.serviceAccountKeyAdmin'),
    fails: /use iam\.serviceAccountKeys\.create/,
    cause: /binding roles\/iam\.serviceAccountKeyAdmin/,
    remedy: /prune: true/,
  },
  {
    name: 'surplus: BigQuery admin',
    break: (s) => s.bind('roles/bigquery.admin'),
    fails: /use bigquery\.datasets\.create/,
    cause: /binding roles\/bigquery\.admin/,
    remedy: /prune: true/,
  },
  {
    name: 'surplus: full access left over',
    break: (s) => s.bind('roles/bigquery.user'),
    fails: /use bigquery\.readsessions\.create/,
    cause: /binding roles\/bigquery\.user/,
    remedy: MENDS,
  },
  {
    name: 'surplus and missing at once: the right that is too much has a cause of its own',
    break: async (s) => {
      await s.unbind(ROLE);
      await s.bind('roles/bigquery.admin');
    },
    fails: /use bigquery\.datasets\.create/,
    cause: /it comes from what is beyond the access mode: binding roles\/bigquery\.admin$/,
    remedy: /prune: true/,
  },
  {
    name: 'surplus: a permission added to the role',
    break: (s) => s.addPermission('bigquery.tables.updateData'),
    fails: /use bigquery\.tables\.updateData/,
    cause: /permission bigquery\.tables\.updateData/,
    remedy: MENDS,
  },
];

describe('with one thing taken away, or too much', () => {
  test.each(cases)('$name: the right claim fails, with its true cause and the remedy', async (one) => {
    await makeShop();
    const { credentials_json: asks, ...more } = one.inputs ?? {};
    const inputs = { proof_tables: 'shop.orders', ...more };
    const applied = await at.run({
      mode: 'apply',
      ...(one.inputs?.['access_mode'] === undefined ? {} : FULL),
      ...(more['read_api'] === undefined ? {} : { read_api: 'storage' }),
    });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    const file = applied.outputs['key'] ?? '';
    await at.simulation.age(60);
    await one.break(at, (JSON.parse(file) as { private_key_id: string }).private_key_id);
    const check = await at.run({
      mode: 'check',
      ...inputs,
      ...(asks === undefined ? {} : { credentials_json: file }),
      patience_minutes: '0',
    });
    expect(check.code).toBe(1);
    const found = failing(check).find(({ what }) => one.fails.test(what));
    expect({ found, failing: failing(check).map(({ what }) => what) }).toMatchObject({
      found: { cause: expect.stringMatching(one.cause), remedy: expect.stringMatching(one.remedy) },
    });
    expect(check.stdout).toMatch(new RegExp(`::error::.*${one.fails.source}`));
    expect(writes(check.sent)).toEqual([]);
  });
});

describe('what models read', () => {
  const table = (datasetId: string, tableId: string, more: object, project = PROJECT): Promise<unknown> =>
    at.owner('POST', `/bigquery/v2/projects/${project}/datasets/${datasetId}/tables`, {
      tableReference: { projectId: project, datasetId, tableId },
      ...more,
    });
  const dataset = (datasetId: string, location = 'EU', project = PROJECT): Promise<unknown> =>
    at.owner('POST', `/bigquery/v2/projects/${project}/datasets`, { datasetReference: { datasetId }, location });
  const check = (proof_tables: string): Promise<ActionResult> =>
    at.run({ mode: 'check', proof_tables, patience_minutes: '0' });
  const schema = (...more: object[]): object => ({ schema: { fields: [{ name: 'id', type: 'INTEGER' }, ...more] } });

  test('a policy tag in the way is named, with the role that opens it', async () => {
    await at.run({ mode: 'apply' });
    await dataset('crm');
    const tag = 'projects/acme-analytics/locations/eu/taxonomies/1/policyTags/2';
    await table('crm', 'people', schema({ name: 'email', type: 'STRING', policyTags: { names: [tag] } }));
    const result = await check('crm.people');
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', drift: 'false' } });
    expect(failing(result)).toMatchObject([
      {
        what: 'read crm.people (dry run of SELECT)',
        cause: `a policy tag protects columns of crm.people: ${tag}`,
        remedy: expect.stringContaining('roles/datacatalog.categoryFineGrainedReader'),
      },
    ]);
  });

  test('a view over a table that the account may not read names that table', async () => {
    await at.run({ mode: 'apply' });
    await at.owner('POST', '/v1/projects/acme-ci:getIamPolicy', {}).catch(() => undefined);
    await dataset('shop');
    await dataset('hidden');
    await table('hidden', 'orders', schema());
    await table('shop', 'orders', {
      view: { query: `SELECT id FROM \`${PROJECT}.hidden.orders\``, useLegacySql: false },
    });
    // A person takes project-wide reading away, and gives the view's dataset alone.
    await at.takePermission('bigquery.tables.getData');
    await at.owner('PATCH', `/bigquery/v2/projects/${PROJECT}/datasets/shop`, {
      access: [
        { role: 'OWNER', userByEmail: 'owner@acme.example' },
        { role: 'READER', userByEmail: EMAIL },
      ],
    });
    const result = await check('shop.orders');
    expect(failing(result).find(({ what }) => what.startsWith('read'))).toMatchObject({
      cause: `shop.orders is a view over ${PROJECT}.hidden.orders, which the account may not read`,
      remedy: expect.stringMatching(/Authorise the view|dataViewer/),
    });
  });

  test('row access policies give no error, so they are warned about', async () => {
    await at.run({ mode: 'apply' });
    await dataset('crm');
    await table('crm', 'people', schema());
    await at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets/crm/tables/people/rowAccessPolicies`, {
      rowAccessPolicyReference: { projectId: PROJECT, datasetId: 'crm', tableId: 'people', policyId: 'eu_only' },
      filterPredicate: 'id > 0',
      grantees: ['user:ann@acme.example'],
    });
    const result = await check('crm.people');
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toMatch(
      /::warning::.*crm\.people has row access policies: rows .* are left out of models without any error/,
    );
  });

  test('a table in another project', async () => {
    await at.run({ mode: 'apply' });
    const result = await check('acme-ci.shop.orders');
    expect(failing(result)).toMatchObject([
      {
        cause: expect.stringContaining('lies in another project'),
        remedy: expect.stringContaining('roles/bigquery.dataViewer'),
      },
    ]);
  });

  test('a name that could end a statement is refused before any request', async () => {
    const result = await check('shop.orders`; DROP TABLE x; --');
    expect(result).toMatchObject({ code: 1, sent: [] });
    expect(result.stdout).toContain('proof_tables:');
  });
});

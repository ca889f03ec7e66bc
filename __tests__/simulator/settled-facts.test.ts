/** What Google was seen to do, point by point. Weather, projects and subjects have files of their own. */
import { describe, expect, test } from '@jest/globals';
import { resourceManagerState } from '../../simulator/directory/projects.ts';
import { iamState } from '../../simulator/directory/iam.ts';
import { makeKey } from './minting.ts';
import { DATASETS, PROJECT, lab } from './world.ts';
import type { Answer, Extras } from './world.ts';

const at = lab();
const V1 = `/v1/projects/${PROJECT}`;
const V3 = `/v3/projects/${PROJECT}`;
const EMAIL = `segment@${PROJECT}.iam.gserviceaccount.com`;
const ACCOUNT = `${V1}/serviceAccounts/${EMAIL}`;
const OWNERS = { role: 'roles/owner', members: ['user:owner@acme.example'] };
const READERS = { role: 'READER', specialGroup: 'projectReaders' };

const getPolicy = async (): Promise<Record<string, unknown>> =>
  (await at.send(`POST ${V3}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } })).body;
const setPolicy = async (...bindings: object[]): Promise<Answer> =>
  at.send(`POST ${V3}:setIamPolicy`, { policy: { ...(await getPolicy()), bindings: [OWNERS, ...bindings] } });
const change = (what: object): Promise<Answer> => at.send('POST /_simulator/change', what);
const makeDataset = (datasetId: string, more: object = {}): Promise<Answer> =>
  at.send(`POST ${DATASETS}`, { datasetReference: { datasetId }, location: 'EU', ...more });
const makeTable = (tableId: string, more: object): Promise<Answer> =>
  at.send(`POST ${DATASETS}/shop/tables`, { tableReference: { tableId }, ...more });
const dryRun = (query: string, extras: Extras = {}): Promise<Answer> =>
  at.send(`POST /bigquery/v2/projects/${PROJECT}/queries`, { query, useLegacySql: false, dryRun: true }, extras);
const accessOf = async (dataset: string): Promise<object[]> =>
  (await at.send(`GET ${DATASETS}/${dataset}`)).body['access'] as object[];
const grant = (role: string, member: string): void => {
  const grants = resourceManagerState(at.world).projects[PROJECT]?.grants;
  grants?.push({ role, member, condition: undefined, addedAt: 0 });
};

describe('setIamPolicy', () => {
  test.each([
    ['serviceAccount:gone@acme-ci.iam.gserviceaccount.com', 'Service account gone@acme-ci.iam.gserviceaccount.com'],
    ['user:gone@acme.example', 'User gone@acme.example'],
    ['group:gone@acme.example', 'Group gone@acme.example'],
    ['serviceAccount:loader@old.iam.gserviceaccount.com', 'Service account loader@old.iam.gserviceaccount.com'],
  ])('names %s, although it stood there before, and takes the policy without it', async (member, name) => {
    const others = { role: 'roles/viewer', members: ['user:a@acme.example', member] };
    resourceManagerState(at.world).projects[PROJECT]?.policy.bindings.push(others);
    await change({ unknownMembers: ['user:gone@acme.example', 'group:gone@acme.example', member] });
    const mine = { role: 'roles/bigquery.user', members: ['user:b@acme.example'] };
    expect((await setPolicy(others, mine)).said).toBe(`400 badRequest ${name} does not exist.`);
    expect((await setPolicy(mine)).status).toBe(200);
  });

  test('of an account that was deleted between read and write names it; a new read shows it as deleted, which is echoed', async () => {
    const email = await at.account('loader');
    const member = `serviceAccount:${email}`;
    const uniqueId = iamState(at.world).accounts[email]?.uniqueId ?? '';
    await setPolicy({ role: 'roles/viewer', members: [member] });
    const before = await getPolicy();
    await at.send(`DELETE ${V1}/serviceAccounts/${email}`);
    const late = await at.send(`POST ${V3}:setIamPolicy`, { policy: before });
    expect(late.said).toBe(`400 badRequest Service account ${email} does not exist.`);
    const after = await getPolicy();
    const dead = { role: 'roles/viewer', members: [`deleted:${member}?uid=${uniqueId}`] };
    expect(after['bindings']).toContainEqual(dead);
    expect((await at.send(`POST ${V3}:setIamPolicy`, { policy: after })).status).toBe(200);
    expect((await getPolicy())['bindings']).toContainEqual(dead);
  });

  test('answers bindings sorted by role, and version 1 where nothing is conditional', async () => {
    const roles = ['roles/viewer', 'roles/bigquery.user', 'roles/bigquery.dataViewer'];
    const bindings = roles.map((role) => ({ role, members: ['user:a@acme.example'] }));
    const sorted = ['roles/bigquery.dataViewer', 'roles/bigquery.user', 'roles/owner', 'roles/viewer'];
    for (const { version, bindings: answered } of [(await setPolicy(...bindings)).body, await getPolicy()]) {
      expect(version).toBe(1);
      expect((answered as { role: string }[]).map(({ role }) => role)).toEqual(sorted);
    }
  });

  test('of an account answers its etag alone until something is written', async () => {
    await at.account('segment');
    const { body } = await at.send(`POST ${ACCOUNT}:getIamPolicy`, {});
    expect(Object.keys(body)).toEqual(['etag']);
  });
});

describe('accounts and keys', () => {
  test('one that never was is told in other words than one that was', async () => {
    expect((await at.send(`GET ${ACCOUNT}`)).said).toBe('404 notFound Unknown service account');
    await at.account('segment');
    await at.send(`DELETE ${ACCOUNT}`);
    expect((await at.send(`GET ${ACCOUNT}`)).said).toBe(
      `404 notFound Service account projects/${PROJECT}/serviceAccounts/${EMAIL} does not exist.`,
    );
    expect((await at.send(`GET /v1/projects/-/serviceAccounts/${EMAIL}`)).status).toBe(403);
  });

  test('a PATCH answers what it changed and the name; disabled is there only when it is so', async () => {
    await at.account('segment');
    const patched = await at.send(`PATCH ${ACCOUNT}`, {
      serviceAccount: { description: 'x' },
      updateMask: 'description',
    });
    expect(patched.body).toEqual({ name: `projects/${PROJECT}/serviceAccounts/${EMAIL}`, description: 'x' });
    expect((await at.send(`GET ${ACCOUNT}`)).body).not.toHaveProperty('disabled');
    await at.send(`POST ${ACCOUNT}:disable`, {});
    expect((await at.send(`GET ${ACCOUNT}`)).body['disabled']).toBe(true);
  });

  test('a disabled account is told by the token endpoint', async () => {
    await at.account('segment');
    const key = await makeKey(at, ACCOUNT);
    expect(await key.mint()).toBe(200);
    await at.send(`POST ${ACCOUNT}:disable`, {});
    expect(await key.mint()).toBe(400);
  });

  test('of a new organization: the making of keys is closed by the managed constraint, which the refusal names', async () => {
    await at.account('segment');
    const constraint = 'iam.managed.disableServiceAccountKeyCreation';
    await change({ constraints: { [PROJECT]: [constraint] } });
    const { error } = (await at.send(`POST ${ACCOUNT}/keys`, {})).body as {
      error: { details: { violations: object[] }[] };
    };
    expect(error.details[0]?.violations[0]).toMatchObject({ type: `constraints/${constraint}` });
    const policy = await at.send(`GET /v2/projects/${PROJECT}/policies/${constraint}:getEffectivePolicy`);
    expect(policy.body).toMatchObject({ spec: { rules: [{ enforce: true }] } });
  });

  test.each([
    [
      3,
      200,
      "400 failedPrecondition You can't create a role with role_id (abc) where there is an existing role with that role_id in a deleted state.",
    ],
    [8, 404, "400 failedPrecondition You can't create a role_id (abc) which has been marked for deletion."],
    [45, 404, '200'],
  ])('a role that was deleted %i days ago → %i, and to make it anew: %s', async (days, status, says) => {
    const make = (): Promise<Answer> => at.send(`POST ${V1}/roles`, { roleId: 'abc', role: {} });
    await make();
    await at.send(`DELETE ${V1}/roles/abc`);
    await at.age(days * 86_400);
    expect((await at.send(`GET ${V1}/roles/abc`)).status).toBe(status);
    expect((await make()).said).toBe(says);
  });
});

describe('datasets', () => {
  test.each([
    ['no access', {}, 4],
    ['an empty list', { access: [] }, 4],
    ['an entry', { access: [{ role: 'READER', userByEmail: 'a@acme.example' }] }, 1],
  ])('insert with %s → the usual entries only where none was sent', async (_title, more, count) => {
    await makeDataset('d', more);
    expect(await accessOf('d')).toHaveLength(count);
  });

  test('a look shows what the answer of the insert lacks', async () => {
    expect((await makeDataset('d')).body).not.toHaveProperty('maxTimeTravelHours');
    expect((await at.send(`GET ${DATASETS}/d`)).body['maxTimeTravelHours']).toBe('168');
    expect((await makeDataset('e', { maxTimeTravelHours: '48' })).body['maxTimeTravelHours']).toBe('48');
  });

  test("the access list comes back in BigQuery's order", async () => {
    await makeDataset('d');
    const routine = { routine: { projectId: PROJECT, datasetId: 'd', routineId: 'r' } };
    const metadata = { role: 'roles/bigquery.metadataViewer', domain: 'acme.example' };
    const sent = [routine, metadata, READERS, { role: 'OWNER', specialGroup: 'projectOwners' }];
    const { body } = await at.send(`PATCH ${DATASETS}/d`, { access: sent });
    expect(body['access']).toEqual([sent[3], READERS, metadata, routine]);
  });

  test('a list that names a view that is gone is refused, whoever put it there; a day later it is not in the list', async () => {
    await makeDataset('shop');
    await makeDataset('d');
    await makeTable('v', { view: { query: 'SELECT 1 AS one', useLegacySql: false } });
    const view = { view: { projectId: PROJECT, datasetId: 'shop', tableId: 'v' } };
    const write = async (access: object[]): Promise<Answer> => at.send(`PATCH ${DATASETS}/d`, { access });
    expect((await write([READERS, view])).status).toBe(200);
    await at.send(`DELETE ${DATASETS}/shop/tables/v`);
    const access = await accessOf('d');
    expect(access).toContainEqual(view);
    const mine = { role: 'READER', userByEmail: 'me@acme.example' };
    expect((await write([...access, mine])).said).toBe(
      `400 invalid View ${PROJECT}:shop.v to authorize not found in location EU`,
    );
    expect((await write([READERS, mine])).status).toBe(200);
    await at.age(25 * 3_600);
    expect(await accessOf('d')).not.toContainEqual(view);
  });

  test('what stands in the list of a view that is gone is dropped after a day', async () => {
    await makeDataset('shop');
    await makeDataset('d');
    await makeTable('v', { view: { query: 'SELECT 1 AS one', useLegacySql: false } });
    const view = { view: { projectId: PROJECT, datasetId: 'shop', tableId: 'v' } };
    await at.send(`PATCH ${DATASETS}/d`, { access: [READERS, view] });
    await at.send(`DELETE ${DATASETS}/shop?deleteContents=true`);
    await at.age(23 * 3_600);
    expect(await accessOf('d')).toEqual([READERS, view]);
    await at.age(2 * 3_600);
    expect(await accessOf('d')).toEqual([READERS]);
  });

  test("a list that names another's dead group is refused, with its name", async () => {
    await makeDataset('d', { access: [READERS, { role: 'READER', groupByEmail: 'gone@acme.example' }] });
    await change({ unknownMembers: ['group:gone@acme.example'] });
    const access = await accessOf('d');
    expect((await at.send(`PATCH ${DATASETS}/d`, { access })).said).toBe(
      `400 invalid IAM setPolicy failed for Dataset ${PROJECT}:d: Group gone@acme.example does not exist.`,
    );
  });
});

describe('dry runs', () => {
  const day = {
    schema: {
      fields: [
        { name: 'day', type: 'DATE' },
        { name: 'id', type: 'INTEGER' },
      ],
    },
  };
  const pseudo = "'_PARTITION_LOAD_TIME', '_PARTITIONDATE', '_PARTITIONTIME'";

  test.each([
    ['a column', { timePartitioning: { type: 'DAY', field: 'day' }, requirePartitionFilter: true }, "'day'", 'day'],
    [
      'the old field',
      { timePartitioning: { type: 'DAY', field: 'day', requirePartitionFilter: true } },
      "'day'",
      'day',
    ],
    [
      'the time of loading',
      { timePartitioning: { type: 'DAY' }, requirePartitionFilter: true },
      pseudo,
      '_PARTITIONDATE',
    ],
  ])(
    'a table with a required filter over %s → refused without it, after rights were asked',
    async (_title, layout, columns, column) => {
      await makeDataset('shop');
      expect((await makeTable('events', { ...day, ...layout })).status).toBe(200);
      const says = `400 invalidQuery Cannot query over table '${PROJECT}.shop.events' without a filter over column(s) ${columns} that can be used for partition elimination`;
      for (const query of ['SELECT * FROM shop.events', 'SELECT COUNT(*) FROM shop.events WHERE id = 7'])
        expect((await dryRun(query)).said).toBe(says);
      expect((await dryRun(`SELECT * FROM shop.events WHERE ${column} >= '2026-11-01'`)).status).toBe(200);
      grant('roles/bigquery.jobUser', 'user:analyst@acme.example');
      const denied = await dryRun('SELECT * FROM shop.events', { as: 'user:analyst@acme.example' });
      expect(denied.said).toContain('403 accessDenied Access Denied: Table');
      expect((await at.send(`GET ${DATASETS}/shop/tables/events`)).body).toMatchObject(layout);
    },
  );

  test('a view over it passes the demand on, unless it filters itself', async () => {
    await makeDataset('shop');
    await makeTable('events', { ...day, timePartitioning: { type: 'DAY', field: 'day' } });
    const view = (name: string, query: string): Promise<Answer> =>
      makeTable(name, { view: { query, useLegacySql: false } });
    await view('all', 'SELECT * FROM shop.events');
    await view('some', "SELECT id FROM shop.events WHERE day = '2026-11-01'");
    await at.send(`DELETE ${DATASETS}/shop/tables/events`);
    await makeTable('events', {
      ...day,
      timePartitioning: { type: 'DAY', field: 'day' },
      requirePartitionFilter: true,
    });
    expect((await dryRun('SELECT * FROM shop.all')).said).toContain('partition elimination');
    expect((await dryRun("SELECT * FROM shop.all WHERE day = '2026-11-01'")).status).toBe(200);
    expect((await dryRun('SELECT * FROM shop.some')).status).toBe(200);
  });

  test.each([
    [{ timePartitioning: { type: 'DAY', field: 'none' } }, 'cannot be found in the schema: none'],
    [{ requirePartitionFilter: true }, 'cannot be set for non-partitioned tables'],
  ])('a table with %j is not made', async (layout, says) => {
    await makeDataset('shop');
    expect((await makeTable('events', { ...day, ...layout })).said).toContain(says);
  });

  test.each([
    [
      'a sheet',
      { sourceFormat: 'GOOGLE_SHEETS', sourceUris: ['https://docs.google.com/spreadsheets/d/1'] },
      'Permission denied while getting Drive credentials.',
    ],
    [
      'files',
      { sourceFormat: 'CSV', sourceUris: ['gs://bucket/*.csv'] },
      "Permission denied while globbing file pattern. analyst@acme.example does not have storage.objects.list access to the Google Cloud Storage bucket. Permission 'storage.objects.list' denied on resource (or it may not exist). Please make sure gs://bucket/*.csv is accessible",
    ],
  ])('a table over %s → refused in words of its own', async (_title, externalDataConfiguration, says) => {
    const as = 'user:analyst@acme.example';
    grant('roles/bigquery.jobUser', as);
    grant('roles/bigquery.dataViewer', as);
    await makeDataset('shop');
    expect((await makeTable('outside', { ...day, externalDataConfiguration })).body['type']).toBe('EXTERNAL');
    const refused = await dryRun('SELECT * FROM shop.outside', { as });
    expect(refused.said).toContain(`403 accessDenied Access Denied: BigQuery BigQuery: ${says}`);
    grant('roles/storage.objectViewer', as);
    const status = externalDataConfiguration.sourceFormat === 'CSV' ? 200 : 403;
    expect((await dryRun('SELECT * FROM shop.outside', { as })).status).toBe(status);
  });

  test.each([
    ['roles/datacatalog.categoryFineGrainedReader', 200],
    ['roles/bigquerydatapolicy.maskedReader', 200],
    ['roles/bigquery.user', 403],
  ])('a policy tag → refused with taxonomy and tag, until %s is held: %i', async (role, status) => {
    const as = 'user:analyst@acme.example';
    const tag = 'projects/acme-analytics/locations/eu/taxonomies/1/policyTags/2';
    grant('roles/bigquery.jobUser', as);
    grant('roles/bigquery.dataViewer', as);
    await makeDataset('shop');
    await makeTable('people', {
      schema: { fields: [{ name: 'email', type: 'STRING', policyTags: { names: [tag] } }] },
    });
    await change({ policyTags: { [tag]: 'Sensitivity : High' } });
    expect((await dryRun('SELECT email FROM shop.people', { as })).said).toContain(
      `User has neither fine-grained reader nor masked get permission to get data protected by policy tag "Sensitivity : High" on column(s) ${PROJECT}.shop.people.email.`,
    );
    grant(role, as);
    expect((await dryRun('SELECT email FROM shop.people', { as })).status).toBe(status);
  });
});

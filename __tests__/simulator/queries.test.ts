import { describe, expect, test } from '@jest/globals';
import { bigQueryState } from '../../simulator/bigquery/state.ts';
import { resourceManagerState } from '../../simulator/directory/projects.ts';
import { DATASETS, PROJECT, lab } from './world.ts';
import type { Answer, Extras } from './world.ts';

const at = lab();
const JOBS = `/bigquery/v2/projects/${PROJECT}`;
const TABLE = '`acme-analytics.source.users`';
const SCHEMA = '__segment_reverse_etl';

const query = (sql: string, more: object = {}, extras: Extras = {}): Promise<Answer> =>
  at.send(`POST ${JOBS}/queries`, { query: sql, useLegacySql: false, ...more }, extras);
const tryOut = (sql: string, more: object = {}, extras: Extras = {}): Promise<Answer> =>
  query(sql, { dryRun: true, ...more }, extras);
const makeSource = async (): Promise<void> => {
  await at.send(`POST ${DATASETS}`, { datasetReference: { datasetId: 'source' }, location: 'EU' });
  const fields = [
    { name: 'id', type: 'INTEGER' },
    { name: 'name', type: 'STRING' },
  ];
  await at.send(`POST ${DATASETS}/source/tables`, {
    tableReference: { tableId: 'users' },
    schema: { fields },
    numBytes: '512',
  });
};
const grant = (member: string, role: string): void => {
  const project = resourceManagerState(at.world).projects[PROJECT];
  project?.grants.push({ role, member, condition: undefined, addedAt: 0 });
};

describe("the guide's statements", () => {
  test('make the dataset and share it', async () => {
    const email = await at.account('segment-reverse-etl');
    const create = `CREATE SCHEMA IF NOT EXISTS \`${SCHEMA}\`;`;
    expect((await query(create, { location: 'EU' })).status).toBe(200);
    expect((await query(create, { location: 'US' })).status).toBe(200);
    const share = `GRANT \`roles/bigquery.dataEditor\` ON SCHEMA \`${SCHEMA}\` TO "serviceAccount:${email}";`;
    expect((await query(share)).status).toBe(200);
    expect((await query(share)).status).toBe(200);
    const { body } = await at.send(`GET ${DATASETS}/${SCHEMA}`);
    expect(body['location']).toBe('EU');
    expect((body['access'] as object[])[1]).toEqual({ role: 'WRITER', userByEmail: email });
    await query(share.replace('GRANT', 'REVOKE').replace(' TO ', ' FROM '));
    expect((await at.send(`GET ${DATASETS}/${SCHEMA}`)).body['access']).toHaveLength(4);
  });

  test('with options', async () => {
    const options =
      "OPTIONS(location='EU', description=\"it's\", labels=[('a','b')], default_table_expiration_days=1.5)";
    expect((await query(`CREATE SCHEMA x ${options}`, { location: 'us' })).said).toContain('does not match');
    await query(`CREATE SCHEMA x ${options}`);
    expect((await at.send(`GET ${DATASETS}/x`)).body).toMatchObject({
      ...{ location: 'EU', description: "it's", labels: { a: 'b' }, defaultTableExpirationMs: '129600000' },
    });
    expect((await query('CREATE SCHEMA x')).said).toBe(`409 duplicate Already Exists: Dataset ${PROJECT}:x`);
    expect((await query('DROP SCHEMA x')).status).toBe(200);
    expect((await query('DROP SCHEMA IF EXISTS x')).status).toBe(200);
    expect((await query('DROP SCHEMA x')).status).toBe(404);
  });
});

test.each([
  ['SELECT 1, -2.5 AS b, "x\\"y" AS c, TRUE, NULL', ['1', '-2.5', 'x"y', 'true', null]],
  ["select 'a' as a -- why\n;", ['a']],
  ['# note\nSELECT /* so */ SESSION_USER()', ['owner@acme.example']],
  ['SELECT COUNT(*) FROM source.users WHERE id = 7 AND name IS NOT NULL', ['0']],
])('%s', async (sql, values) => {
  await makeSource();
  const { rows } = (await query(sql)).body as { rows: { f: { v: unknown }[] }[] };
  expect(rows[0]?.f.map(({ v }) => v)).toEqual(values);
});

test.each([
  ['SELEC 1', 'invalidQuery'],
  ['SELECT 1; SELECT 2', 'invalidQuery'],
  ['SELECT 1 +', 'invalidQuery'],
  ['SELECT "x', 'Illegal input character'],
  ['SELECT *', 'SELECT * must have a FROM clause'],
  [`SELECT nope FROM ${TABLE}`, 'Unrecognized name: nope at [1:8]'],
  [`SELECT id FROM ${TABLE} WHERE id = 'x'`, 'No matching signature'],
  [`SELECT id, COUNT(*) FROM ${TABLE}`, 'neither grouped nor aggregated'],
  [`SELECT id AS a, name AS a FROM ${TABLE}`, 'Duplicate column names'],
  [`SELECT * FROM ${TABLE} JOIN b`, 'not supported by this simulator'],
  ['SELECT * FROM users', 'must be qualified with a dataset'],
  ['SELECT * FROM source.INFORMATION_SCHEMA.TABLES', 'not supported by this simulator'],
  ['SELECT * FROM INFORMATION_SCHEMA.SCHEMATA', 'not supported by this simulator'],
  ['CREATE TABLE source.t (x INT65)', 'Type not found: INT65'],
  ['CREATE TABLE source.t (x INT64, X STRING)', 'Duplicate column name'],
  ['CREATE TABLE source.users (x INT64)', '409 duplicate Already Exists: Table acme-analytics:source.users'],
  ['CREATE SCHEMA a OPTIONS(colour="red")', 'Unknown option'],
  ['DELETE FROM source.users WHERE true', 'not supported by this simulator'],
  ['GRANT `READER` ON SCHEMA source TO "user:a@b.cc"', 'Invalid role: READER'],
  ['GRANT `roles/bigquery.dataViewer` ON SCHEMA source TO "a@b.cc"', 'Invalid member a@b.cc'],
  ['GRANT `roles/bigquery.dataViewer` ON TABLE source.users TO "user:a@b.cc"', 'not supported by this simulator'],
])('refuses %s', async (sql, says) => {
  await makeSource();
  const answer = await query(sql);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.said).toContain(says);
});

test.each([
  [{ useLegacySql: true }, 'legacy'],
  [{ useLegacySql: undefined }, 'legacy'],
  [{ nonsense: 1 }, 'Unknown name "nonsense"'],
  [{ createSession: true }, 'createSession of a query is not supported'],
  [{ requestId: 'x'.repeat(37) }, 'requestId'],
  [{ location: 'moon' }, 'Invalid storage region'],
])('refuses a query with %j', async (more, says) => {
  expect((await query('SELECT 1', more)).said).toContain(says);
});

test('a dry run checks what the run would need, and leaves nothing', async () => {
  await makeSource();
  const email = await at.account('segment-reverse-etl');
  const as = `serviceAccount:${email}`;
  const read = `SELECT id FROM ${TABLE}`;
  const write = `CREATE TABLE \`${PROJECT}.source.probe\` (x INT64)`;
  expect((await tryOut(read, {}, { as })).said).toBe(
    `403 accessDenied Access Denied: Project ${PROJECT}: User does not have bigquery.jobs.create permission in project ${PROJECT}.`,
  );
  grant(as, 'roles/bigquery.jobUser');
  expect((await tryOut('SELECT 1', {}, { as })).status).toBe(200);
  expect((await tryOut(read, { location: 'EU' }, { as })).said).toBe(
    `403 accessDenied Access Denied: Table ${PROJECT}:source.users: User does not have permission to query table ${PROJECT}:source.users, or perhaps it does not exist in location EU.`,
  );
  const share = async (role: string): Promise<void> => {
    await query(`GRANT \`${role}\` ON SCHEMA source TO "${as}"`);
  };
  await share('roles/bigquery.dataViewer');
  expect((await tryOut(read, {}, { as })).body).toMatchObject({ totalBytesProcessed: '512', jobComplete: true });
  expect((await tryOut(read, { location: 'US' }, { as })).said).toBe(
    `404 notFound Not found: Dataset ${PROJECT}:source was not found in location US`,
  );
  expect((await tryOut(write, {}, { as })).said).toContain('Permission bigquery.tables.create denied on dataset');
  await share('roles/bigquery.dataEditor');
  const jobs = Object.keys(bigQueryState(at.world).jobs).length;
  expect((await tryOut(write, {}, { as })).status).toBe(200);
  expect(Object.keys(bigQueryState(at.world).jobs)).toHaveLength(jobs);
  expect((await at.send(`GET ${DATASETS}/source/tables/probe`)).status).toBe(404);
  expect((await query(write, {}, { as })).status).toBe(200);
  expect((await at.send(`GET ${DATASETS}/source/tables/probe`)).status).toBe(200);
  expect((await tryOut('GRANT `roles/bigquery.user` ON SCHEMA source TO "user:a@b.cc"')).status).toBe(400);
});

test('a view needs rights on what it reads, unless it is authorised there', async () => {
  await makeSource();
  await at.send(`POST ${DATASETS}`, { datasetReference: { datasetId: 'views' }, location: 'EU' });
  const view = { query: `SELECT id FROM ${TABLE}`, useLegacySql: false };
  const made = await at.send(`POST ${DATASETS}/views/tables`, { tableReference: { tableId: 'v' }, view });
  expect(made.body['schema']).toEqual({ fields: [{ name: 'id', type: 'INTEGER', mode: 'NULLABLE' }] });
  const broken = { ...view, query: 'SELECT id FROM source.nothing' };
  expect(
    (await at.send(`POST ${DATASETS}/views/tables`, { tableReference: { tableId: 'w' }, view: broken })).status,
  ).toBe(404);
  const as = 'user:analyst@acme.example';
  grant(as, 'roles/bigquery.jobUser');
  await query(`GRANT \`roles/bigquery.dataViewer\` ON SCHEMA views TO "${as}"`);
  const read = 'SELECT id FROM views.v';
  expect((await tryOut(read, {}, { as })).said).toContain(`Access Denied: Table ${PROJECT}:source.users`);
  const { access } = (await at.send(`GET ${DATASETS}/source`)).body as { access: object[] };
  const authorised = { view: { projectId: PROJECT, datasetId: 'views', tableId: 'v' } };
  await at.send(`PATCH ${DATASETS}/source`, { access: [...access, authorised] });
  expect((await tryOut(read, {}, { as })).body).toMatchObject({ totalBytesProcessed: '512' });
  expect((await tryOut('SELECT name FROM views.v', {}, { as })).said).toContain('Unrecognized name: name');
});

test('jobs: failures are kept, results are found where they ran, ids are used once', async () => {
  const insert = (sql: string, jobReference: object, configuration: object = {}): Promise<Answer> =>
    at.send(`POST ${JOBS}/jobs`, {
      jobReference,
      configuration: { query: { query: sql, useLegacySql: false, continuous: false }, ...configuration },
    });
  const failed = await insert('SELECT * FROM a.b', { jobId: 'one', location: 'EU' });
  expect(failed.body).toMatchObject({ status: { state: 'DONE', errorResult: { reason: 'notFound' } } });
  expect((await at.send(`GET ${JOBS}/queries/one`)).said).toContain('404 notFound Not found: Dataset');
  expect((await insert('SELECT * FROM a.b', {}, { dryRun: true })).status).toBe(404);
  expect((await insert('SELECT 1', { jobId: 'one' })).said).toContain('409 duplicate Already Exists: Job');
  await insert('SELECT 1', { jobId: 'two', location: 'europe-west1' });
  expect((await at.send(`GET ${JOBS}/jobs/two`)).said).toBe(`404 notFound Not found: Job ${PROJECT}:two`);
  expect((await at.send(`GET ${JOBS}/jobs/two?location=europe-west1`)).status).toBe(200);
  expect((await at.send(`GET ${JOBS}/queries/one?location=US`)).status).toBe(404);
  const as = 'user:other@acme.example';
  expect((await at.send(`GET ${JOBS}/jobs/one`, undefined, { as })).said).toContain('bigquery.jobs.get denied');
  const load = { configuration: { load: { destinationTable: { tableId: 't' } } } };
  expect((await at.send(`POST ${JOBS}/jobs`, load)).said).toContain('not supported by this simulator');
});

test('a query repeated under one requestId runs once', async () => {
  const create = (requestId: string): Promise<Answer> => query('CREATE SCHEMA x', { requestId });
  expect((await create('r')).status).toBe(200);
  expect((await create('r')).status).toBe(200);
  expect((await create('s')).status).toBe(409);
  await at.age(16 * 60);
  expect((await create('r')).status).toBe(409);
});

import { describe, expect, test } from '@jest/globals';
import { DATASETS, PROJECT, lab } from './world.ts';
import type { Answer, Extras } from './world.ts';

const at = lab();
const ROOT = `/bigquery/v2/projects/${PROJECT}`;
const QUERY = 'WITH a AS (SELECT 1 AS id)\nSELECT id, [STRUCT("x" AS y)] AS list\nFROM a JOIN shop.users USING (id)';
const SCHEMA = [
  { name: 'id', type: 'INTEGER', mode: 'REQUIRED' },
  { name: 'list', type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'y', type: 'STRING' }] },
];
const FIELDS = [SCHEMA[0], { ...SCHEMA[1], fields: [{ name: 'y', type: 'STRING', mode: 'NULLABLE' }] }];

const prepare = (...answers: object[]): Promise<Answer> => at.send('POST /_simulator/queries', answers);
const asQuery = (query: string, more: object = {}, extras: Extras = {}): Promise<Answer> =>
  at.send(`POST ${ROOT}/queries`, { query, useLegacySql: false, dryRun: true, ...more }, extras);
const asJob = (query: string, location?: string): Promise<Answer> =>
  at.send(`POST ${ROOT}/jobs`, {
    configuration: { dryRun: true, query: { query, useLegacySql: false } },
    ...(location === undefined ? {} : { jobReference: { location } }),
  });
const wrapped = (query: string): string => `WITH __m AS (\n${query}\n)\nSELECT * FROM __m`;

test.each([
  ['as it is', QUERY],
  ['with spaces around it', `\n  ${QUERY}\n\n`],
  ['as a model is tried', wrapped(QUERY)],
  [
    'as a model is tried, with what a file ends in',
    `WITH __m AS (\n${QUERY}\n\n) SELECT COUNT(*), COUNT(DISTINCT id) FROM __m`,
  ],
])('a prepared query is answered, %s', async (_title, sent) => {
  const tables = [`${PROJECT}.shop.users`];
  await prepare({ query: `${QUERY}\n`, schema: SCHEMA, bytes: '1234', accuracy: 'LOWER_BOUND', tables });
  expect((await asQuery(sent)).body).toMatchObject({ schema: { fields: FIELDS }, totalBytesProcessed: '1234' });
  const job = await asJob(sent);
  expect(job.body['statistics']).toEqual({
    totalBytesProcessed: '1234',
    query: expect.objectContaining({
      statementType: 'SELECT',
      totalBytesProcessedAccuracy: 'LOWER_BOUND',
      schema: { fields: FIELDS },
      referencedTables: [{ projectId: PROJECT, datasetId: 'shop', tableId: 'users' }],
    }) as object,
  });
});

test('accuracy, type and bytes have usual values; the newest answer wins', async () => {
  await prepare({ query: QUERY, schema: SCHEMA }, { query: QUERY, schema: [], statementType: 'SCRIPT' });
  expect((await asJob(QUERY)).body['statistics']).toMatchObject({
    totalBytesProcessed: '0',
    query: { statementType: 'SCRIPT', totalBytesProcessedAccuracy: 'PRECISE' },
  });
  await at.send('POST /_simulator/queries', { query: QUERY, schema: SCHEMA });
  expect((await asQuery(QUERY)).body).toMatchObject({ schema: { fields: FIELDS } });
});

test('an error keeps its place in the query: a line lower where a line stands before it', async () => {
  const message = 'Unrecognized name: nope at [3:8]';
  await prepare({ query: QUERY, error: { code: 400, reason: 'invalidQuery', message } });
  expect((await asQuery(QUERY)).said).toBe(`400 invalidQuery ${message}`);
  expect((await asJob(wrapped(QUERY))).said).toBe('400 invalidQuery Unrecognized name: nope at [4:8]');
  const run = await asQuery(QUERY, { dryRun: false });
  expect(run.said).toBe(`400 invalidQuery ${message}`);
});

test('rights and location of its tables are asked for, whether they are there or not', async () => {
  await at.send(`POST ${DATASETS}`, { datasetReference: { datasetId: 'shop' }, location: 'EU' });
  await prepare({ query: QUERY, schema: SCHEMA, tables: [`${PROJECT}.shop.users`, 'elsewhere.x.y'] });
  expect((await asQuery(QUERY)).said).toContain('Access Denied: Table elsewhere:x.y');
  await prepare({ query: QUERY, schema: SCHEMA, tables: [`${PROJECT}.shop.users`] });
  expect((await asJob(QUERY, 'US')).said).toBe(
    `404 notFound Not found: Table ${PROJECT}:shop.users was not found in location US`,
  );
  expect((await asJob(QUERY, 'EU')).body).toMatchObject({ jobReference: { location: 'EU' } });
  expect((await asJob(QUERY)).body).toMatchObject({ jobReference: { location: 'EU' } });
  expect((await asQuery(QUERY, {}, { as: 'user:nobody@acme.example' })).said).toContain('bigquery.jobs.create');
});

test('what is not prepared is read as ever, also as a model is tried, with places in what was sent', async () => {
  await prepare({ query: QUERY, schema: SCHEMA });
  expect((await asQuery(`${QUERY} WHERE TRUE`)).status).toBe(400);
  expect((await asQuery(wrapped('SELECT 1 AS one'))).body).toMatchObject({ schema: { fields: [{ name: 'one' }] } });
  expect((await asQuery(wrapped('SELECT\n  nope FROM shop.users'))).said).toContain('404');
  expect((await asQuery(wrapped('SELECT nope'))).said).toContain('Unrecognized name: nope at [2:8]');
  expect((await asQuery(wrapped('DROP SCHEMA shop'))).said).toContain('Syntax error');
});

describe('the control', () => {
  test.each([
    ['no query', { schema: [] }],
    ['a column without a type', { query: 'x', schema: [{ name: 'y' }] }],
    ['a table without its dataset', { query: 'x', tables: ['users'] }],
  ])('%s → 400, and nothing is prepared', async (_title, given) => {
    expect((await at.send('POST /_simulator/queries', [{ query: QUERY }, given])).status).toBe(400);
    expect((await asQuery(QUERY)).status).toBe(400);
  });

  test('a reset forgets what was prepared', async () => {
    await prepare({ query: QUERY });
    expect((await asQuery(QUERY)).status).toBe(200);
    await at.send('POST /_simulator/reset');
    expect((await asQuery(QUERY)).status).toBe(400);
  });
});

import { expect, test } from '@jest/globals';
import { DATASETS, PROJECT, lab } from './world.ts';
import type { Answer } from './world.ts';

/** What the simulator knows of models: wrapped queries, counts, commits, and who may try. */
const at = lab();
const ROOT = `/bigquery/v2/projects/${PROJECT}`;
const REPOSITORY = '/repos/acme/data-platform';
const COMMIT = 'a'.repeat(40);

const asJob = (query: string): Promise<Answer> =>
  at.send(`POST ${ROOT}/jobs`, { configuration: { dryRun: true, query: { query, useLegacySql: false } } });
const wrap = (name: string, query: string, select = '*'): string =>
  `WITH ${name} AS (\n${query}\n) SELECT ${select} FROM ${name}`;

test('a wrapper of any name, and lines that end in CRLF → the same prepared query', async () => {
  const query = 'SELECT id,\n  nope\nFROM x';
  await at.send('POST /_simulator/queries', { query, error: { message: 'Unrecognized name: nope at [2:3]' } });
  for (const sent of [wrap('__segment_model', query), wrap('m', query.replaceAll('\n', '\r\n'))])
    expect((await asJob(sent)).said).toBe('400 invalidQuery Unrecognized name: nope at [3:3]');
  expect((await asJob(wrap('__segment_model', 'SELECT 1 AS one'))).status).toBe(200);
});

test('a column after a tab → counted up to the next multiple of eight', async () => {
  expect((await asJob('SELECT\n\tnope')).said).toContain('at [2:9]');
  expect((await asJob('SELECT 1,\r\n  \tnope')).said).toContain('at [2:9]');
});

test('rows of a prepared query → counted where it is run, within what may be billed', async () => {
  await at.send(`POST ${DATASETS}`, { datasetReference: { datasetId: 'shop' }, location: 'EU' });
  const query = 'SELECT id FROM shop.users';
  const counts = { rows: 5, distinct: 3, nulls: 1 };
  await at.send('POST /_simulator/queries', {
    query,
    schema: [],
    bytes: '7',
    tables: [`${PROJECT}.shop.users`],
    counts,
  });
  const run = (more: object): Promise<Answer> =>
    at.send(`POST ${ROOT}/queries`, {
      query: wrap('m', query, 'COUNT(*), COUNT(DISTINCT id), COUNTIF(id IS NULL)'),
      useLegacySql: false,
      location: 'EU',
      ...more,
    });
  expect((await run({})).body).toMatchObject({
    rows: [{ f: [{ v: '5' }, { v: '3' }, { v: '1' }] }],
    totalBytesBilled: '10485760',
  });
  expect((await run({ maximumBytesBilled: '1000' })).said).toContain('bytesBilledLimitExceeded');
});

test('files of a commit → listed and read with contents: read; unknown commits and files are 404', async () => {
  const files = { 'segment/a.yml': Buffer.from('models: []').toString('base64') };
  await at.send('POST /_simulator/change', { gitHubCommits: { 'acme/data-platform': { [COMMIT]: files } } });
  const as = (token: string): { token: string } => ({ token: at.env[token] ?? '' });
  const mine = as('SIMULATOR_GITHUB_PULL_TOKEN');
  const tree = await at.send(`GET ${REPOSITORY}/git/trees/${COMMIT}?recursive=1`, undefined, mine);
  expect(tree.body).toMatchObject({
    truncated: false,
    tree: [
      { path: 'segment', type: 'tree' },
      // What `git hash-object` says of it.
      { path: 'segment/a.yml', type: 'blob', mode: '100644', sha: '18aa79c24514585b3557c5dc861763cf47a59950' },
    ],
  });
  const path = `${REPOSITORY}/contents/segment%2Fa.yml?ref=${COMMIT}`;
  const { content } = (await at.send(`GET ${path}`, undefined, mine)).body as { content: string };
  expect(Buffer.from(content, 'base64').toString()).toBe('models: []');
  const status = async (on: string, token: string): Promise<number> => (await at.send(on, undefined, as(token))).status;
  expect(await status(`GET ${path}`, 'SIMULATOR_GITHUB_JOB_TOKEN')).toBe(403);
  expect(await status(`GET ${REPOSITORY}/git/trees/${'b'.repeat(40)}?recursive=1`, 'SIMULATOR_GITHUB_PULL_TOKEN')).toBe(
    404,
  );
  expect(await status(`GET ${REPOSITORY}/contents/x?ref=${COMMIT}`, 'SIMULATOR_GITHUB_PULL_TOKEN')).toBe(404);
  const wrong = await at.send('POST /_simulator/change', { gitHubCommits: { 'acme/data-platform': { short: {} } } });
  expect(wrong.status).toBe(400);
});

test("the tester → may act as Segment's account, and do nothing else", async () => {
  const email = await at.account('segment-reverse-etl');
  const tester = `serviceAccount:${at.env['SIMULATOR_TESTER_SERVICE_ACCOUNT'] ?? ''}`;
  const token = (as: string): Promise<Answer> =>
    at.send(`POST /v1/projects/-/serviceAccounts/${email}:generateAccessToken`, { scope: ['x'] }, { as });
  expect((await token(tester)).status).toBe(200);
  expect((await token(`serviceAccount:${at.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? ''}`)).status).toBe(403);
  const dataset = { datasetReference: { datasetId: 'shop' }, location: 'EU' };
  expect((await at.send(`POST ${DATASETS}`, dataset, { as: tester })).status).toBe(403);
  const keys = `GET /v1/projects/${PROJECT}/serviceAccounts/${email}/keys`;
  expect((await at.send(keys, undefined, { as: tester })).status).toBe(403);
});

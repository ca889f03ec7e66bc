import { beforeEach, describe, expect, test } from '@jest/globals';
import { SignJWT, importPKCS8 } from 'jose';
import { METRIC } from '../../simulator/monitoring/filter.ts';
import { misfits } from '../contract/discovery.ts';
import { makeKey } from './minting.ts';
import type { MadeKey } from './minting.ts';
import { PROJECT, lab } from './world.ts';
import type { Answer, Extras } from './world.ts';

const FILTER = `metric.type = "${METRIC}"`;
const HOUR = 3600;

/** One point of a series: what it counts, and how many seconds ago it ended. */
type Told = readonly [count: string, secondsAgo: number];

interface Series {
  readonly metric: { readonly type: string; readonly labels: { readonly key_id: string } };
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly metricKind: string;
  readonly valueType: string;
  readonly points?: readonly {
    readonly interval: { readonly startTime: string; readonly endTime: string };
    readonly value: { readonly int64Value: string };
  }[];
}

/** A JWT that the key signs. */
async function sign({ file, id }: MadeKey, claims: Readonly<Record<string, unknown>>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: id })
    .setIssuer(file['client_email'] ?? '')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(await importPKCS8(file['private_key'] ?? '', 'RS256'));
}

describe.each([1, 60])('a world in a hurry of %d', (hurry) => {
  const at = lab({ hurry });
  let path: string;
  let key: MadeKey;

  beforeEach(async () => {
    path = `/v1/projects/${PROJECT}/serviceAccounts/${await at.account('segment-reverse-etl')}`;
    key = await makeKey(at, path);
  });

  const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

  /** An answer that Google's description agrees with. */
  async function ask(more: Readonly<Record<string, string>> = {}, extras?: Extras, project = PROJECT): Promise<Answer> {
    const query = { filter: FILTER, 'interval.startTime': ago(30 * 86_400), 'interval.endTime': ago(0), ...more };
    const given = Object.entries(query).filter(([, value]) => value !== '');
    const url = `/v3/projects/${project}/timeSeries?${new URLSearchParams(given).toString()}`;
    const answer = await at.send(`GET ${url}`, undefined, extras);
    const exchange = { method: 'GET', url, request: undefined, status: answer.status, reply: answer.body };
    expect(misfits(exchange)).toEqual([]);
    return answer;
  }

  async function series(more?: Readonly<Record<string, string>>): Promise<Series[]> {
    const { status, body } = await ask(more);
    expect(status).toBe(200);
    return (body['timeSeries'] ?? []) as Series[];
  }

  async function told(keyId = key.id): Promise<Told[]> {
    const found = (await series()).find(({ metric }) => metric.labels.key_id === keyId);
    return (found?.points ?? []).map(({ interval, value }) => [
      value.int64Value,
      (Date.now() - Date.parse(interval.endTime)) / 1000,
    ]);
  }

  test('a key was used → it shows three hours after its ten minutes have ended, whatever the hurry', async () => {
    expect(await ask()).toMatchObject({ status: 200, body: {} });
    await key.mint();
    await key.mint();
    await at.age(3 * HOUR - 1);
    expect(await series()).toEqual([]);
    await at.age(601);
    const [found] = await series();
    expect(found).toMatchObject({
      metric: { type: METRIC, labels: { key_id: key.id } },
      resource: { type: 'iam_service_account', labels: { project_id: PROJECT } },
      metricKind: 'DELTA',
      valueType: 'INT64',
    });
    const counts = (found?.points ?? []).map(({ value }) => Number(value.int64Value));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    for (const { interval } of found?.points ?? []) {
      expect(Date.parse(interval.endTime) - Date.parse(interval.startTime)).toBe(600_000);
      expect(Date.parse(interval.endTime) % 600_000).toBe(0);
    }
  });

  test('used twice, hours between → the newest point first, and behind each use one that says 0', async () => {
    await key.mint();
    await at.age(2 * HOUR);
    await key.mint();
    await at.age(5 * HOUR);
    const points = await told();
    expect(points.map(([count]) => count)).toEqual(['0', '1', '0', '1']);
    const times = points.map(([, secondsAgo]) => secondsAgo);
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  test('not used any more → points end, and six weeks later they are forgotten', async () => {
    await key.mint();
    await at.age(41 * 86_400);
    expect(await series({ 'interval.startTime': ago(50 * 86_400) })).toHaveLength(1);
    expect(await series()).toEqual([]);
    await at.age(2 * 86_400);
    expect(await series({ 'interval.startTime': ago(50 * 86_400) })).toEqual([]);
  });

  test('refused afterwards, or signed by oneself → counts; a key that does not work → does not', async () => {
    const other = await makeKey(at, path);
    await at.send(`POST ${path}/keys/${other.id}:disable`, {});
    expect(await other.mint()).toBe(400);
    const claims = { sub: key.file['client_email'], aud: 'https://iam.googleapis.com/' };
    const bearer = await sign(key, claims);
    expect((await at.send(`GET ${path}/keys`, undefined, { token: bearer })).status).toBe(403);
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: bearer };
    expect((await at.send('POST /token', grant)).status).toBe(400);
    await at.age(4 * HOUR);
    const counts = (await told()).map(([count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(await told(other.id)).toEqual([]);
  });

  test('filters → by key, by several, by account, by project', async () => {
    const other = await makeKey(at, path);
    await key.mint();
    await other.mint();
    await at.age(4 * HOUR);
    const ids = async (filter: string): Promise<string[]> =>
      (await series({ filter: `${FILTER}${filter}` })).map(({ metric }) => metric.labels.key_id);
    const [{ resource } = { resource: { labels: {} as Record<string, string> } }] = await series();
    const account = resource.labels['unique_id'] ?? '';
    expect(await ids('')).toEqual([key.id, other.id]);
    expect(await ids(` AND metric.labels.key_id = "${other.id}"`)).toEqual([other.id]);
    expect(await ids(` AND metric.label.key_id="${key.id}"`)).toEqual([key.id]);
    expect(await ids(` AND metric.labels.key_id = one_of("${key.id}", "${other.id}")`)).toEqual([key.id, other.id]);
    expect(await ids(` AND resource.labels.unique_id = "${account}" AND project = "${PROJECT}"`)).toHaveLength(2);
    expect(await ids(' AND resource.labels.unique_id = "1"')).toEqual([]);
    expect(await ids(' AND resource.type = "gce_instance"')).toEqual([]);
    expect(await ids(' AND project = "other"')).toEqual([]);
  });

  test('pages and headers → points are counted, and headers have none', async () => {
    const other = await makeKey(at, path);
    await key.mint();
    await other.mint();
    await at.age(4 * HOUR);
    const first = (await ask({ pageSize: '3' })).body as { timeSeries: Series[]; nextPageToken: string };
    expect(first.timeSeries.map(({ points }) => points?.length)).toEqual([2, 1]);
    const rest = (await ask({ pageSize: '3', pageToken: first.nextPageToken })).body;
    expect((rest['timeSeries'] as Series[]).map(({ points }) => points?.length)).toEqual([1]);
    expect(rest).not.toHaveProperty('nextPageToken');
    for (const header of await series({ view: 'HEADERS' })) expect(header).not.toHaveProperty('points');
    expect(await series({ view: 'HEADERS' })).toHaveLength(2);
  });

  test.each([
    ['no end', { 'interval.endTime': '' }, 400],
    ['an end before its start', { 'interval.endTime': '2020-01-01T00:00:00Z' }, 400],
    ['no filter', { filter: '' }, 400],
    ['a filter without a metric', { filter: 'resource.type = "iam_service_account"' }, 400],
    ['a filter of an unknown field', { filter: `${FILTER} AND metric.labels.color = "red"` }, 400],
    ['a filter that ends early', { filter: `${FILTER} AND ` }, 400],
    ['another metric', { filter: 'metric.type = "compute.googleapis.com/instance/uptime"' }, 404],
    ['an aggregation', { 'aggregation.perSeriesAligner': 'ALIGN_SUM' }, 400],
  ])('%s → refused', async (_what, query, status) => {
    expect((await ask(query)).status).toBe(status);
  });

  test('who may not, a project that is not there, or the API off → 403', async () => {
    const denied = await ask({}, { as: 'user:nobody@acme.example' });
    expect(denied.said).toBe('403 Permission monitoring.timeSeries.list denied (or the resource may not exist).');
    expect((await ask({}, {}, 'nowhere')).said).toBe(denied.said);
    await at.send('POST /_simulator/change', { disabledApis: { [PROJECT]: ['monitoring.googleapis.com'] } });
    expect((await ask()).said).toContain('Cloud Monitoring API has not been used in project');
  });
});

import { beforeEach, expect, test } from '@jest/globals';
import { METRIC } from '../../simulator/monitoring/filter.ts';
import type { Mapping } from '../../harness/workspace.ts';
import { makeKey } from './minting.ts';
import type { MadeKey } from './minting.ts';
import { segmentLab } from './segment.ts';
import { PROJECT, lab } from './world.ts';

/** What a rotation has to go by: syncs of Segment and points of Monitoring, which must fit each other. */
const at = lab();
const segment = segmentLab(at);
const HOUR = 3600;
const READER = 'user:reader@acme.example';
let first: MadeKey;
let second: MadeKey;
let source: string;
let mapping: Mapping;

/** A mapping that syncs each hour, five hours long; then another key is stored. */
beforeEach(async () => {
  const account = await at.account('segment-reverse-etl');
  const now = (await at.send(`POST /v3/projects/${PROJECT}:getIamPolicy`, {})).body;
  const bindings = [
    ...(now['bindings'] as object[]),
    { role: 'roles/monitoring.viewer', members: [READER] },
    ...['roles/bigquery.user', 'roles/bigquery.dataEditor'].map((role) => ({
      role,
      members: [`serviceAccount:${account}`],
    })),
  ];
  await at.send(`POST /v3/projects/${PROJECT}:setIamPolicy`, { policy: { ...now, bindings } });
  const path = `/v1/projects/${PROJECT}/serviceAccounts/${account}`;
  first = await makeKey(at, path);
  source = await segment.source({ location: 'EU', credentials: JSON.stringify(first.file) });
  const schedule = { strategy: 'PERIODIC', config: { interval: '1h' } };
  mapping = await segment.mapping(source, { query: 'SELECT 1 AS id', schedule });
  await at.age(5.5 * HOUR);
  second = await makeKey(at, path);
  await segment.data(`PATCH /sources/${source}`, { settings: { credentials: JSON.stringify(second.file) } });
});

/** How many hours ago a key was last seen in use, as Monitoring knows by now; undefined = never. */
async function lastUse({ id }: MadeKey): Promise<number | undefined> {
  const query = new URLSearchParams({
    filter: `metric.type = "${METRIC}" AND metric.labels.key_id = "${id}"`,
    'interval.startTime': new Date(Date.now() - 30 * 24 * HOUR * 1000).toISOString(),
    'interval.endTime': new Date().toISOString(),
  });
  const url = `/v3/projects/${PROJECT}/timeSeries?${query.toString()}`;
  const { body } = await at.send(`GET ${url}`, undefined, { as: READER });
  const [series] = (body['timeSeries'] ?? []) as {
    points: { interval: { endTime: string }; value: { int64Value: string } }[];
  }[];
  const used = series?.points.find(({ value }) => value.int64Value !== '0');
  return used === undefined ? undefined : (Date.now() - Date.parse(used.interval.endTime)) / 3_600_000;
}

async function syncs(): Promise<string[]> {
  const path = `/reverse-etl-models/${mapping.model}/subscriptionId/${mapping.subscription}/syncs?count=100`;
  const { syncStatuses } = await segment.data(`GET ${path}`);
  return (syncStatuses as { syncStatus: string }[]).map(({ syncStatus }) => syncStatus);
}

test('just stored → Monitoring knows the old key, up to three hours ago, and the new one not at all', async () => {
  const seen = await lastUse(first);
  expect(seen).toBeGreaterThanOrEqual(3);
  expect(seen).toBeLessThan(4.2);
  expect(await lastUse(second)).toBeUndefined();
});

test('nine hours later → syncs went on, with the new key alone, and the old one has been silent since', async () => {
  await at.age(9 * HOUR);
  expect(await syncs()).toEqual(Array.from({ length: 14 }, () => 'SUCCESS'));
  expect(await lastUse(first)).toBeGreaterThan(9);
  expect(await lastUse(second)).toBeLessThan(4.2);
});

test('Segment still works with the old key → every sync is green, and only Monitoring tells', async () => {
  await at.age(0.4 * HOUR);
  await at.send('POST /_simulator/sync', { ...mapping, stale: true });
  await at.age(3.2 * HOUR);
  expect(new Set(await syncs())).toEqual(new Set(['SUCCESS']));
  expect(await lastUse(first)).toBeLessThan(3.4);
});

test('the old key is disabled too early → the next sync fails, and that use is not counted', async () => {
  const path = `/v1/projects/${PROJECT}/serviceAccounts/${first.file['client_email'] ?? ''}/keys/${first.id}`;
  await at.send(`POST ${path}:disable`, {});
  const { body } = await at.send('POST /_simulator/sync', { ...mapping, stale: true });
  expect(body).toMatchObject({ syncStatus: 'FAIL', keyId: first.id });
  await at.age(9 * HOUR);
  expect(await lastUse(first)).toBeGreaterThan(9);
  expect((await syncs())[0]).toBe('SUCCESS');
});

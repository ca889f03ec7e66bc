import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Mapping, MappingExtras } from '../../harness/workspace.ts';
import { makeKey } from './minting.ts';
import type { MadeKey } from './minting.ts';
import { segmentLab } from './segment.ts';
import { DATASETS, PROJECT, lab } from './world.ts';

const at = lab();
const segment = segmentLab(at);
const ROLES = ['roles/bigquery.user', 'roles/bigquery.dataEditor'];
const STATE = `${DATASETS}/__segment_reverse_etl`;
let account: string;
let key: MadeKey;

/** A project as Segment's guide leaves it, with a table to read, in the EU. */
beforeEach(async () => {
  account = await at.account('segment-reverse-etl');
  await bind(...ROLES);
  key = await makeKey(at, `/v1/projects/${PROJECT}/serviceAccounts/${account}`);
  await at.send(`POST ${DATASETS}`, { datasetReference: { projectId: PROJECT, datasetId: 'sales' }, location: 'EU' });
  await at.send(`POST ${DATASETS}/sales/tables`, {
    tableReference: { projectId: PROJECT, datasetId: 'sales', tableId: 'orders' },
    schema: { fields: [{ name: 'ID', type: 'INTEGER' }] },
  });
});

/** Gives the account exactly these roles. */
async function bind(...roles: string[]): Promise<void> {
  const member = `serviceAccount:${account}`;
  const now = (await at.send(`POST /v3/projects/${PROJECT}:getIamPolicy`, {})).body;
  const bindings = now['bindings'] as { role: string; members: string[] }[];
  const others = bindings.filter(({ members }) => !members.includes(member));
  const policy = { ...now, bindings: [...others, ...roles.map((role) => ({ role, members: [member] }))] };
  expect((await at.send(`POST /v3/projects/${PROJECT}:setIamPolicy`, { policy })).status).toBe(200);
}

const file = ({ file: content }: MadeKey): string => JSON.stringify(content);
const sourceOf = (made: MadeKey, location = 'EU'): Promise<string> =>
  segment.source({ location, credentials: file(made) });

async function mapped(more: MappingExtras = {}, location?: string): Promise<Mapping & { source: string }> {
  const source = await sourceOf(key, location);
  return { source, ...(await segment.mapping(source, more)) };
}

/** A sync as the controls have it. */
async function sync(
  { model, subscription }: Mapping,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const { status, body } = await at.send('POST /_simulator/sync', { model, subscription, ...more });
  return status === 200 ? body : { status };
}

async function listed({ model, subscription }: Mapping, query = ''): Promise<Record<string, unknown>[]> {
  const data = await segment.data(`GET /reverse-etl-models/${model}/subscriptionId/${subscription}/syncs${query}`);
  return data['syncStatuses'] as Record<string, unknown>[];
}

async function used(): Promise<string[]> {
  const { body } = await at.send('GET /_simulator/world');
  return (body['monitoring'] as { authentications: { keyId: string }[] }).authentications.map(({ keyId }) => keyId);
}

describe('a sync', () => {
  test('key that works → it is extracted, the state is kept in BigQuery, and the key has authenticated', async () => {
    const mapping = await mapped();
    const done = await sync(mapping);
    expect(done).toMatchObject({ syncStatus: 'SUCCESS', sourceId: mapping.source, keyId: key.id });
    expect(done['extractPhase']).toMatchObject({ errorCode: '', extractCount: '0', finishedAt: expect.any(String) });
    expect(done['loadPhase']).toMatchObject({ deliverSuccessCount: '0', deliverFailureCount: '0' });
    const { tables } = (await at.send(`GET ${STATE}/tables`)).body as { tables: { tableReference: object }[] };
    expect(tables.map(({ tableReference }) => tableReference)).toEqual(
      ['checkpoints', 'records'].map((table) => ({
        ...{ projectId: PROJECT, datasetId: '__segment_reverse_etl' },
        tableId: `${table}_${mapping.subscription}`,
      })),
    );
    expect((await at.send(`GET ${STATE}`)).body['location']).toBe('EU');
    expect(await used()).toEqual([key.id]);
    expect((await sync(mapping))['syncStatus']).toBe('SUCCESS');
  });

  test('what Segment asks Google → stands in no journal, and meets no fault', async () => {
    const mapping = await mapped();
    await at.send('POST /_simulator/faults', [{ on: 'POST /token', do: 'outage' }]);
    expect((await sync(mapping))['syncStatus']).toBe('SUCCESS');
    const journal = (await at.send('GET /_simulator/journal')).body as unknown as { path: string }[];
    expect(journal.filter(({ path }) => path === '/token' || path.endsWith('/queries'))).toEqual([]);
  });

  const KEYS = (): string => `/v1/projects/${PROJECT}/serviceAccounts/${account}/keys/${key.id}`;
  test.each([
    ['a disabled key', () => at.send(`POST ${KEYS()}:disable`, {}), 'AuthenticationFailed', /Invalid JWT Signature/],
    ['a deleted key', () => at.send(`DELETE ${KEYS()}`), 'AuthenticationFailed', /Invalid JWT Signature/],
    [
      'a disabled account',
      () => at.send(`POST /v1/projects/${PROJECT}/serviceAccounts/${account}:disable`, {}),
      'AuthenticationFailed',
      /disabled/,
    ],
    ['no role', () => bind(), 'StateNotWritable', /denied/],
    ['nothing but BigQuery User', () => bind('roles/bigquery.user'), 'QueryFailed', /denied/i],
    [
      'BigQuery off',
      () => at.send('POST /_simulator/change', { disabledApis: { [PROJECT]: ['bigquery.googleapis.com'] } }),
      'StateNotWritable',
      /has not been used/,
    ],
    ['the table gone', () => at.send(`DELETE ${DATASETS}/sales/tables/orders`), 'QueryFailed', /Not found: Table/],
  ])('with %s → fails', async (_what, breakIt, errorCode, error) => {
    const mapping = await mapped();
    await breakIt();
    expect(await sync(mapping)).toMatchObject({
      ...{ syncStatus: 'FAIL', errorCode, error: expect.stringMatching(error) },
      extractPhase: { errorCode },
    });
    expect((await segment.shown(mapping.source))['keyId']).toBe(key.id);
  });

  test('location of the source is not that of the data → fails', async () => {
    expect(await sync(await mapped({}, 'US'))).toMatchObject({ syncStatus: 'FAIL', errorCode: 'QueryFailed' });
  });

  test('the state lies elsewhere than the source says → fails', async () => {
    await at.send(`POST ${DATASETS}`, {
      ...{ datasetReference: { projectId: PROJECT, datasetId: '__segment_reverse_etl' }, location: 'US' },
    });
    expect(await sync(await mapped())).toMatchObject({ syncStatus: 'FAIL', errorCode: 'StateNotWritable' });
  });

  test('a query without its identifier → fails', async () => {
    const query = `SELECT 1 AS one FROM \`${PROJECT}.sales.orders\``;
    expect(await sync(await mapped({ query }))).toMatchObject({ syncStatus: 'FAIL', errorCode: 'IdentifierMissing' });
  });

  test('no key, or one without power → fails, and nobody has authenticated', async () => {
    const other = { ...key.file, private_key: 'none' };
    for (const credentials of ['{}', 'no JSON', JSON.stringify(other)]) {
      const source = await segment.source({ location: 'EU', credentials }, { slug: `s${String(credentials.length)}` });
      const done = await sync(await segment.mapping(source));
      expect(done).toMatchObject({ syncStatus: 'FAIL', errorCode: 'InvalidCredentials' });
    }
    expect(await used()).toEqual([]);
  });

  test('setting set to null → fails', async () => {
    const mapping = await mapped();
    await segment.data(`PATCH /sources/${mapping.source}`, { settings: { credentials: null } });
    expect(await sync(mapping)).toMatchObject({ syncStatus: 'FAIL', keyId: null });
  });

  test('stale → it works with the key before the last, as long as that works', async () => {
    const mapping = await mapped();
    expect(await sync(mapping, { stale: true })).toEqual({ status: 400 });
    const path = `/v1/projects/${PROJECT}/serviceAccounts/${account}`;
    const second = await makeKey(at, path);
    const patch = (): Promise<unknown> =>
      segment.data(`PATCH /sources/${mapping.source}`, { settings: { credentials: file(second) } });
    await patch();
    await patch(); // Sent again: the one before the last is still the first.
    expect(await sync(mapping)).toMatchObject({ syncStatus: 'SUCCESS', keyId: second.id });
    expect(await sync(mapping, { stale: true })).toMatchObject({ syncStatus: 'SUCCESS', keyId: key.id });
    expect(await used()).toEqual([second.id, key.id]);
    await at.send(`POST ${path}/keys/${key.id}:disable`, {});
    expect(await sync(mapping, { stale: true })).toMatchObject({ syncStatus: 'FAIL', keyId: key.id });
    expect(await sync(mapping)).toMatchObject({ syncStatus: 'SUCCESS', keyId: second.id });
  });

  test('records that the destination refuses → partial success', async () => {
    const mapping = await mapped({ query: 'SELECT 1 AS id' });
    expect(await sync(mapping, { refusedRecords: 1 })).toMatchObject({
      syncStatus: 'PARTIAL_SUCCESS',
      extractPhase: { extractCount: '1', errorCode: '' },
      loadPhase: { deliverSuccessCount: '0', deliverFailureCount: '1' },
    });
  });

  test('a part that is disabled, or a mapping that is not there → 400, and no sync', async () => {
    const mapping = await mapped();
    const { source, model, destination, subscription } = mapping;
    const parts: readonly (readonly [string, (enabled: boolean) => object])[] = [
      [`/sources/${source}`, (enabled) => ({ enabled })],
      [`/reverse-etl-models/${model}`, (enabled) => ({ enabled })],
      [`/destinations/${destination}`, (enabled) => ({ enabled })],
      [`/destinations/${destination}/subscriptions/${subscription}`, (enabled) => ({ input: { enabled } })],
    ];
    for (const [path, body] of parts) {
      await segment.data(`PATCH ${path}`, body(false));
      expect(await sync(mapping)).toEqual({ status: 400 });
      const byHand = { sourceId: source, modelId: model, subscriptionId: subscription };
      expect(await segment.refusal('POST /reverse-etl-syncs', byHand)).toBe('422 ValidationFailure');
      await segment.data(`PATCH ${path}`, body(true));
    }
    expect(await sync({ ...mapping, model: 'nothing' })).toEqual({ status: 400 });
    expect(await listed(mapping)).toEqual([]);
  });
});

describe('syncs by hand', () => {
  test('asked for → under way, and a second later ended', async () => {
    const { source: sourceId, model: modelId, subscription: subscriptionId } = await mapped();
    const ids = { sourceId, modelId, subscriptionId };
    const { reverseETLManualSync } = await segment.data('POST /reverse-etl-syncs', ids);
    const { syncId } = reverseETLManualSync as { syncId: string };
    const status = async (): Promise<Record<string, unknown>> =>
      (await segment.data(`GET /reverse-etl-models/${modelId}/syncs/${syncId}`))['reverseETLSyncStatus'] as Record<
        string,
        unknown
      >;
    const underWay = await status();
    expect(underWay).toMatchObject({ syncStatus: 'IN_PROGRESS', extractPhase: { errorCode: '' } });
    expect(underWay).not.toHaveProperty('finishedAt');
    expect(underWay['extractPhase']).not.toHaveProperty('finishedAt');
    await at.age(0.6);
    expect((await status())['extractPhase']).toHaveProperty('finishedAt');
    await at.age(0.6);
    expect(await status()).toMatchObject({ syncStatus: 'SUCCESS', finishedAt: expect.any(String) });
    expect(await used()).toEqual([key.id]);
  });

  test('not in alpha, of a member, of another source, or of no mapping → refused', async () => {
    const { source: sourceId, model: modelId, subscription: subscriptionId } = await mapped();
    const ids = { sourceId, modelId, subscriptionId };
    const ask = 'POST /reverse-etl-syncs';
    expect(await segment.refusal(ask, ids, { version: 'v1' })).toBe('406 NotAcceptable');
    expect(await segment.refusal(ask, ids, { headers: { 'content-type': 'application/json' } })).toMatch(/^415/);
    expect(await segment.refusal(ask, ids, { role: 'member' })).toMatch(/^403/);
    expect(await segment.refusal(ask, { ...ids, sourceId: 'x' })).toBe('422 ValidationFailure sourceId');
    expect(await segment.refusal(ask, { ...ids, subscriptionId: 'x' })).toBe('404 NotFound');
    expect(await segment.refusal(ask, { sourceId, modelId })).toBe('422 ValidationFailure subscriptionId');
  });
});

describe('syncs, looked at', () => {
  test('list → the newest first, in pages of up to 100', async () => {
    const mapping = await mapped();
    const ids: unknown[] = [];
    for (let index = 0; index < 12; index += 1) ids.unshift((await sync(mapping))['syncId']);
    const listedIds = async (query?: string): Promise<unknown[]> =>
      (await listed(mapping, query)).map(({ syncId }) => syncId);
    expect(await listedIds()).toEqual(ids.slice(0, 10));
    expect(await listedIds('?count=100')).toEqual(ids);
    const path = `/reverse-etl-models/${mapping.model}/subscriptionId/${mapping.subscription}/syncs`;
    const { pagination } = await segment.data(`GET ${path}?count=7`);
    const { next } = pagination as { next: string };
    expect(await listedIds(`?count=7&cursor=${encodeURIComponent(next)}`)).toEqual(ids.slice(7));
    expect(await segment.refusal(`GET ${path}?count=101`)).toBe('422 ValidationFailure pagination.count');
    expect((await listed(mapping))[0]).not.toHaveProperty('keyId');
  });

  test('of a model, sync or mapping that is not there → 404', async () => {
    const { model, subscription } = await mapped();
    for (const path of [
      `${model}/syncs/x`,
      `x/syncs/x`,
      `${model}/subscriptionId/x/syncs`,
      `x/subscriptionId/${subscription}/syncs`,
    ])
      expect(await segment.refusal(`GET /reverse-etl-models/${path}`)).toBe('404 NotFound');
  });
});

describe('syncs by an interval', () => {
  const hourly = { schedule: { strategy: 'PERIODIC', config: { interval: '1h' } } };

  test('time passes → one at each of its hours, and syncs that were move back', async () => {
    const mapping = await mapped(hourly);
    await at.age(3599);
    expect(await listed(mapping)).toEqual([]);
    await at.age(3 * 3600);
    const times = (await listed(mapping)).map(({ startedAt }) => Date.now() - Date.parse(String(startedAt)));
    expect(times.map((time) => Math.round(time / 3_600_000))).toEqual([1, 2, 3]);
    await at.age(-60); // A clock that was set back makes nothing due.
    expect(await listed(mapping)).toHaveLength(3);
    expect(await used()).toEqual([key.id, key.id, key.id]);
  });

  test('the key ends meanwhile → those before succeed, and those after fail', async () => {
    await at.send('POST /_simulator/change', { constraints: { [PROJECT]: ['iam.serviceAccountKeyExpiryHours=2h'] } });
    key = await makeKey(at, `/v1/projects/${PROJECT}/serviceAccounts/${account}`);
    const mapping = await mapped(hourly);
    await at.age(4 * 3600);
    expect((await listed(mapping)).map(({ syncStatus }) => syncStatus)).toEqual(['FAIL', 'FAIL', 'FAIL', 'SUCCESS']);
  });

  test('a sync by hand in between → the next one comes an interval after it', async () => {
    const mapping = await mapped(hourly);
    await at.age(1800);
    await sync(mapping);
    await at.age(1900);
    expect(await listed(mapping)).toHaveLength(1);
    await at.age(1800);
    expect(await listed(mapping)).toHaveLength(2);
  });

  test('disabled, or by another schedule → none', async () => {
    const { destination, subscription, ...mapping } = await mapped(hourly);
    const path = `/destinations/${destination}/subscriptions/${subscription}`;
    await segment.data(`PATCH ${path}`, { input: { enabled: false } });
    await at.age(7200);
    const manual = { strategy: 'MANUAL', config: null };
    await segment.data(`PATCH ${path}`, { input: { enabled: true, reverseETLSchedule: manual } });
    await at.age(7200);
    expect(await listed({ ...mapping, destination, subscription })).toEqual([]);
  });

  test('three months at once → the last 200 are carried out, in step', async () => {
    const mapping = await mapped({ schedule: { strategy: 'PERIODIC', config: { interval: '15m' } } });
    await at.age(90 * 86_400);
    const { pagination } = await segment.data(
      `GET /reverse-etl-models/${mapping.model}/subscriptionId/${mapping.subscription}/syncs`,
    );
    expect(pagination).toMatchObject({ totalEntries: 200 });
    const [last] = await listed(mapping);
    expect(Date.now() - Date.parse(String(last?.['startedAt']))).toBeLessThan(900_000);
  });
});

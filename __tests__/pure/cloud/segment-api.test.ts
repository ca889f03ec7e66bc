import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { publicHalfOf } from '../../../src/cloud/google/public-half.ts';
import { makeCanary } from '../../../src/cloud/segment/canary.ts';
import { publicApi } from '../../../src/cloud/segment/public-api.ts';
import type { PublicApi } from '../../../src/cloud/segment/public-api.ts';
import { Secret } from '../../../src/secret.ts';
import { fakeClock } from './fake-clock.ts';

/** What is made of answers, over real HTTP: of whoever they are, and whatever alpha calls add or leave out. */

interface Asked {
  readonly line: string;
  readonly type: string | undefined;
  readonly accept: string | undefined;
  readonly authorization: string | undefined;
}

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

let server: Server;
let asked: Asked[] = [];
let answers: Answer[] = [];
let api: PublicApi;

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    const { accept, authorization, 'content-type': type } = request.headers;
    asked.push({
      line: `${request.method ?? ''} ${decodeURIComponent(request.url ?? '')}`,
      type,
      accept,
      authorization,
    });
    request.resume().on('end', () => {
      const { status = 200, body } = answers.shift() ?? { status: 500, body: {} };
      response.writeHead(status, { 'content-type': 'application/vnd.segment.v1+json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const silent = (): void => undefined;
  api = publicApi({
    ...{ token: new Secret('sgp_0123456789abcdef'), baseUrl: `http://127.0.0.1:${String(port)}` },
    ...{ clock: fakeClock(), patience: 0, say: silent, trace: silent },
  });
});
beforeEach(() => {
  asked = [];
  answers = [];
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const data = (body: object): Answer => ({ body: { data: body } });
const source = {
  id: 'id1',
  slug: 's',
  enabled: true,
  metadata: { id: 'bq', secret: 'x' },
  writeKeys: ['wk'],
  name: 'S',
};
const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const publicKey = publicHalfOf(pair.privateKey);

describe('a source', () => {
  test('everything that Segment tells of it → nothing leaves but what is picked, of its settings only the location', async () => {
    const settings = { location: 'EU', apiKey: 'hidden', nested: { password: 'hidden' } };
    answers = [data({ source: { ...source, settings } })];
    const found = await api.source('id1');
    expect(found).toEqual({
      ...{ id: 'id1', slug: 's', enabled: true, metadataId: 'bq', name: 'S', location: 'EU' },
      ...{ showsSettings: true, exposed: [] },
    });
    expect(asked).toEqual([
      {
        ...{ line: 'GET /sources/id1', type: undefined, accept: 'application/vnd.segment.v1+json' },
        authorization: 'Bearer sgp_0123456789abcdef',
      },
    ]);
  });

  const file = { private_key: pair.privateKey };
  test.each<[string, unknown]>([
    ['as text', pair.privateKey],
    ['in a key file, as an object', file],
    ['in a key file, as text', JSON.stringify(file)],
    ['in a key file, escaped twice', JSON.stringify(JSON.stringify(file))],
    ['somewhere deep', { list: [{ value: JSON.stringify(file) }] }],
  ])('a private key in clear text %s → its setting and its public half', async (_title, value) => {
    answers = [data({ source: { ...source, settings: { location: 'EU', other: value } } })];
    expect((await api.source('id1'))?.exposed).toEqual([{ setting: 'other', publicKey }]);
  });

  test.each<[string, unknown]>([
    ['starred out', '••••1234'],
    ['a public key', pair.publicKey],
    ['what only looks like a key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
  ])('%s → shows nothing', async (_title, value) => {
    answers = [data({ source: { ...source, settings: { other: value } } })];
    expect((await api.source('id1'))?.exposed).toEqual([]);
  });

  test.each<[string, Answer]>([
    ['a page of a proxy', { body: '<html>' }],
    ['no data', { body: {} }],
    ['no source', data({})],
    ['a source without its kind', data({ source: { ...source, metadata: undefined } })],
    ['a source whose ID leads elsewhere', data({ source: { ...source, id: '..' } })],
    ['a source whose ID would say more in a record', data({ source: { ...source, id: 'id1] old=0123456789ab' } })],
    ['a source whose ID is a command', data({ source: { ...source, id: '##[stop-commands]x' } })],
    ['a source of which nobody says whether it is enabled', data({ source: { ...source, enabled: null } })],
  ])('%s → no answer, and never an absent source', async (_title, answer) => {
    answers = [answer, answer, answer, answer];
    await expect(api.source('id1')).rejects.toMatchObject({ code: undefined, reason: 'unreadable' });
  });

  test.each<[string, unknown, string | undefined]>([
    ['a region', 'us-west1', 'us-west1'],
    ['nothing', '', undefined],
    ['a private key', pair.privateKey, 'no name of a location'],
    ['a sentence', 'in the EU', 'no name of a location'],
  ])('its location is %s → %3$s', async (_title, location, expected) => {
    answers = [data({ source: { ...source, settings: { location } } })];
    expect((await api.source('id1'))?.location).toBe(expected);
  });

  test('a setting of nothing but backslashes → read before the test is out of time', async () => {
    answers = [data({ source: { ...source, settings: { other: '\\'.repeat(500_000) } } })];
    expect((await api.source('id1'))?.exposed).toEqual([]);
  });

  test('404 in the words of Segment → absent', async () => {
    answers = [{ status: 404, body: { errors: [{ type: 'NotFound' }] } }];
    expect(await api.source('id1')).toBeUndefined();
  });

  test('created → sent once, disabled, without warehouses', async () => {
    answers = [{ status: 503, body: { errors: [{ type: 'x' }] } }];
    await expect(api.create({ slug: 's', metadataId: 'bq', settings: {} })).rejects.toMatchObject({ code: 503 });
    expect(asked.map(({ line, type }) => [line, type])).toEqual([['POST /sources', 'application/vnd.segment.v1+json']]);
  });

  test('an id that would lead elsewhere → encoded', async () => {
    answers = [data({ source })];
    await api.source('../credentials?x=1');
    expect(asked[0]?.line).toBe('GET /sources/../credentials?x=1');
  });
});

test('a list → page after page, by the cursor of the one before', async () => {
  answers = [
    data({ sources: [source], pagination: { current: 'a', next: 'b' } }),
    data({ sources: [{ ...source, id: 'id2' }], pagination: { current: 'b' } }),
  ];
  const ids: string[] = [];
  for await (const page of api.sources()) ids.push(...page.map(({ id }) => id));
  expect(ids).toEqual(['id1', 'id2']);
  expect(asked.map(({ line }) => line)).toEqual([
    'GET /sources?pagination[count]=200',
    'GET /sources?pagination[count]=200&pagination[cursor]=b',
  ]);
});

describe('alpha', () => {
  const sub = { id: 'map1', name: 'Upsert', enabled: true, modelId: 'm1', unheardOf: { of: 1 } };
  const destination = { id: 'd1', name: 'CRM', enabled: true, settings: { apiKey: 'hidden' } };
  const mappingOf = async (more: object, from: object = destination): Promise<unknown> => {
    answers = [data({ destinations: [from] }), data({ subscriptions: [{ ...sub, ...more }] })];
    return (await api.mappings('id1'))[0];
  };
  const whole = {
    ...{ id: 'map1', name: 'Upsert', modelId: 'm1', destination: 'CRM', isEnabled: true },
    ...{ isDestinationEnabled: true, interval: undefined, syncsAMonth: undefined, columns: undefined },
  };

  test.each<[string, object, object | undefined]>([
    ['nothing but what is needed', {}, whole],
    ['no model', { modelId: null }, undefined],
    ['an empty model', { modelId: '' }, undefined],
    ['the name that updates use', { modelId: undefined, reverseETLModelId: 'm1' }, whole],
    ['whether it is enabled is not told: it may sync', { enabled: undefined }, whole],
    ['disabled', { enabled: false }, { ...whole, isEnabled: false }],
    [
      'an interval',
      { reverseETLSchedule: { strategy: 'PERIODIC', config: { interval: '1h30m' } } },
      { ...whole, interval: 5_400_000, syncsAMonth: 487 },
    ],
    [
      'an interval that nobody can read',
      { reverseETLSchedule: { strategy: 'PERIODIC', config: { interval: 'soon' } } },
      whole,
    ],
    [
      'a schedule of another kind',
      { reverseETLSchedule: { strategy: 'MANUAL', config: null } },
      { ...whole, syncsAMonth: 0 },
    ],
    ['a schedule in a shape of its own', { reverseETLSchedule: 'hourly' }, whole],
    [
      'settings: the names of columns leave the client, and nothing else',
      { settings: { plan: { '@path': '$.properties.plan' }, apiKey: 'hidden' }, trigger: 'properties.vip = true' },
      {
        ...whole,
        columns: {
          uses: [
            { column: 'plan', takenBy: 'plan' },
            { column: 'vip', takenBy: 'trigger' },
          ],
          takesAll: false,
        },
      },
    ],
  ])('a mapping, %s', async (_title, more, expected) => {
    expect(await mappingOf(more)).toEqual(expected);
    expect(asked.at(-1)?.accept).toBe('application/vnd.segment.v1alpha+json');
  });

  test.each<[string, () => Promise<unknown>, object]>([
    ['a destination', () => api.mappings('id1'), { destinations: [{ ...destination, id: '../x' }] }],
    ['a model', () => api.models('id1'), { models: [{ id: '', sourceId: 'id1' }] }],
    ['a source in a list', async () => api.sources().next(), { sources: [{ ...source, id: '.' }] }],
    ['a workspace', () => api.workspace(), { workspace: { id: 'a b', slug: 'acme' } }],
  ])('the ID of %s leads elsewhere → no answer, and no defect', async (_title, call, body) => {
    answers = Array.from({ length: 4 }, () => data(body));
    await expect(call()).rejects.toMatchObject({ service: 'segment', reason: 'unreadable' });
  });

  test('BigQuery is in the list of the catalog, in no shape that is known → no answer, and no defect', async () => {
    const notFound = { status: 404, body: { errors: [{ type: 'NotFound' }] } };
    const listed = data({ sourcesCatalog: [{ slug: 'bigquery', categories: ['Warehouse'] }] });
    answers = [notFound, listed, listed, listed, listed];
    await expect(api.catalogEntry()).rejects.toMatchObject({ service: 'segment', reason: 'unreadable' });
  });

  const sync = {
    syncId: 's1',
    syncStatus: 'SUCCESS',
    startedAt: '2026-11-01T10:00:00Z',
    finishedAt: '2026-11-01T10:05:00Z',
  };
  const ended = { startedAt: '2026-11-01T10:00:01Z', finishedAt: '2026-11-01T10:01:00Z' };
  test.each<[string, object, boolean | undefined]>([
    ['ended without a code', { extractPhase: { ...ended, errorCode: '' } }, true],
    ['ended with one', { extractPhase: { ...ended, errorCode: 'x' } }, false],
    ['not over', { extractPhase: { startedAt: ended.startedAt } }, undefined],
    ['not told', {}, undefined],
  ])('a sync whose extraction %s → read: %3$p', async (_title, more, extracted) => {
    answers = [data({ reverseETLSyncStatus: { ...sync, ...more } })];
    expect(await api.sync('m1', 's1')).toMatchObject({ id: 's1', status: 'SUCCESS', extracted });
  });

  test.each<[string, unknown]>([
    ['SUCCESS', 'SUCCESS'],
    ['PARTIAL_SUCCESS', 'PARTIAL_SUCCESS'],
    ['FAIL', 'FAIL'],
    ['IN_PROGRESS', 'IN_PROGRESS'],
    ['unknown', 'CANCELLING'],
    ['unknown', '$(touch pwned)##[stop-commands]x'],
    ['unknown', undefined],
    ['unknown', { toString: 'SUCCESS' }],
  ])('a sync is %s where Segment calls it %j', async (expected, syncStatus) => {
    answers = [data({ reverseETLSyncStatus: { ...sync, syncStatus } })];
    expect((await api.sync('m1', 's1')).status).toBe(expected);
  });

  test.each(['+275760-09-13T00:00:00.000Z', '2026', 'Nov 1 2026 (::error::x)', '2026-13-01T00:00:00Z', 0])(
    'the time of a sync is %j → not told',
    async (startedAt) => {
      answers = [data({ reverseETLSyncStatus: { ...sync, startedAt } })];
      expect((await api.sync('m1', 's1')).startedAt).toBeUndefined();
    },
  );

  test.each(['..', '.', 'a/b', '', 'x'.repeat(65)])('the ID of a sync is %j → no answer', async (syncId) => {
    const answer = data({ reverseETLSyncStatus: { ...sync, syncId } });
    answers = [answer, answer, answer, answer];
    await expect(api.sync('m1', 's1')).rejects.toMatchObject({ reason: 'unreadable' });
  });

  test('syncs → asked for back to when they matter, newest first', async () => {
    const older = { ...sync, syncId: 's0', startedAt: '2026-10-01T10:00:00Z' };
    answers = [
      data({ syncStatuses: [older, sync], pagination: { next: 'b' } }),
      data({ syncStatuses: [], pagination: {} }),
    ];
    const found = await api.syncs(whole, Date.parse('2026-10-15T00:00:00Z'));
    expect(found.map(({ id }) => id)).toEqual(['s1', 's0']);
    expect(asked.map(({ line }) => line)).toEqual(['GET /reverse-etl-models/m1/subscriptionId/map1/syncs?count=100']);
  });

  test('models of others → are not kept', async () => {
    const model = { id: 'm1', sourceId: 'id1', name: 'Orders', description: ' ', enabled: true, query: 'SELECT 1' };
    answers = [data({ models: [model, { ...model, id: 'm2', sourceId: 'other' }] })];
    expect(await api.models('id1')).toEqual([
      {
        id: 'm1',
        sourceId: 'id1',
        name: 'Orders',
        description: ' ',
        isEnabled: true,
        query: 'SELECT 1',
        identifier: undefined,
      },
    ]);
  });
});

test('the catalog does not know the usual id → BigQuery is found by its slug among warehouses', async () => {
  const options = [{ name: 'credentials', type: 'string', required: true, label: 'Key' }];
  answers = [
    { status: 404, body: { errors: [{ type: 'NotFound' }] } },
    data({
      sourcesCatalog: [
        { id: 'no', slug: 'bigquery', categories: ['Analytics'], options: [] },
        { id: 'yes', slug: 'bigquery', categories: ['Warehouse'], options },
      ],
    }),
  ];
  expect(await api.catalogEntry()).toEqual({
    metadataId: 'yes',
    options: [{ name: 'credentials', type: 'string', label: 'Key', hasDefault: false }],
  });
});

test('the canary → a whole key file, whose key nobody else has, masked at birth', async () => {
  const masks: string[] = [];
  const [one, other] = [
    await makeCanary('acme', (mask) => masks.push(mask)),
    await makeCanary('acme', () => undefined),
  ];
  const file = JSON.parse(one.file.reveal()) as Record<string, string>;
  expect(file).toMatchObject({ type: 'service_account', client_email: 'canary@acme.iam.gserviceaccount.com' });
  expect(publicHalfOf(file['private_key'] ?? '')).toBe(one.publicKey);
  expect(one.publicKey).not.toBe(other.publicKey);
  expect(masks.length).toBeGreaterThan(20);
});

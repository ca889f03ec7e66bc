import { describe, expect, test } from '@jest/globals';
import { BIGQUERY } from '../../simulator/segment/catalog.ts';
import { segmentLab } from './segment.ts';
import { lab } from './world.ts';

const at = lab();
const segment = segmentLab(at);
const KEY = JSON.stringify({ type: 'service_account', private_key_id: 'f'.repeat(40), private_key: 'PRIVATE KEY' });
const SETTINGS = { location: 'EU', credentials: KEY };
const CREATE = { slug: 'bigquery', enabled: false, metadataId: BIGQUERY, settings: SETTINGS };

describe('who asks', () => {
  test('no token, or one that is not known → 401', async () => {
    expect(await segment.refusal('GET /sources', undefined, { role: 'nobody' })).toBe('401 Unauthorized');
    expect(await segment.refusal('GET /sources', undefined, { headers: { authorization: '' } })).toBe(
      '401 Unauthorized',
    );
  });

  test('a member → reads, but neither writes nor looks into the audit trail', async () => {
    const id = await segment.source(SETTINGS);
    const as = { role: 'member' } as const;
    for (const path of ['/', '/sources', `/sources/${id}`, '/catalog/sources', '/reverse-etl-models', '/destinations'])
      expect((await segment.ask(`GET ${path}`, undefined, as)).status).toBe(200);
    for (const [on, body] of [
      ['GET /audit-events', undefined],
      ['POST /sources', { ...CREATE, slug: 'other' }],
      [`PATCH /sources/${id}`, { enabled: false }],
      [`DELETE /sources/${id}`, undefined],
      ['POST /reverse-etl-models', {}],
      ['POST /reverse-etl-syncs', {}],
    ] as const)
      expect(await segment.refusal(on, body, as)).toBe('403 Forbidden');
  });

  test('the workspace → id, name and slug of the one that the environment names', async () => {
    const { workspace } = await segment.data('GET /');
    expect(workspace).toEqual({ id: expect.any(String), name: 'Acme', slug: at.env['SIMULATOR_SEGMENT_WORKSPACE'] });
    expect(new URL(at.env['PUBLIC_API_URL'] ?? '').pathname).toBe('/');
  });
});

describe('versions', () => {
  test.each(['v1', 'v1beta', 'v1alpha'] as const)('what is stable, in %s → answered in it', async (version) => {
    const answer = await segment.ask('POST /sources', CREATE, { version });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe(`application/vnd.segment.${version}+json`);
  });

  test('what is stable, in plain JSON → v1', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' };
    const answer = await segment.ask('POST /sources', CREATE, { headers });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/vnd.segment.v1+json');
  });

  test.each([
    'application/json',
    'application/vnd.segment.v1+json',
    'application/vnd.segment.v1beta+json',
    'text/plain',
  ])('a write that only alpha has, as %s → 415', async (type) => {
    const headers = { 'content-type': type };
    expect(await segment.refusal('POST /reverse-etl-models', {}, { headers })).toBe('415 UnsupportedMediaType');
  });

  test('a read that only alpha has: in v1 → 406, in whatever there is → alpha', async () => {
    expect(await segment.refusal('GET /reverse-etl-models', undefined, { version: 'v1' })).toBe('406 NotAcceptable');
    const answer = await segment.ask('GET /reverse-etl-models', undefined, { headers: { accept: '*/*' } });
    expect(answer.headers.get('content-type')).toBe('application/vnd.segment.v1alpha+json');
  });

  test('a source with a name: in v1 → 422, in alpha → it has that name', async () => {
    const named = { ...CREATE, name: 'Warehouse' };
    expect(await segment.refusal('POST /sources', named, { version: 'v1' })).toBe('422 ValidationFailure name');
    expect((await segment.data('POST /sources', named))['source']).toMatchObject({ name: 'Warehouse' });
  });

  test('no JSON → 400', async () => {
    const headers = { 'content-type': 'application/vnd.segment.v1+json' };
    const reply = await fetch(`${at.env['PUBLIC_API_URL'] ?? ''}/sources`, {
      method: 'POST',
      body: `{"settings": ${KEY}`,
      headers: { ...headers, authorization: `Bearer ${at.env['SIMULATOR_SEGMENT_TOKEN'] ?? ''}` },
    });
    expect(reply.status).toBe(400);
    expect(JSON.stringify((await at.send('GET /_simulator/journal')).body)).not.toContain('PRIVATE');
  });
});

describe('pages', () => {
  const fill = async (): Promise<void> => {
    for (const slug of ['a', 'b', 'c', 'd']) await segment.source(SETTINGS, { slug });
  };

  test.each(['pagination[NAME]', 'pagination.NAME'])(
    'parameters as %s → the whole list, page by page',
    async (spelled) => {
      await fill();
      const slugs: string[] = [];
      let cursor: string | undefined = '';
      while (cursor !== undefined) {
        const query = new URLSearchParams({ [spelled.replace('NAME', 'count')]: '2' });
        if (cursor !== '') query.set(spelled.replace('NAME', 'cursor'), cursor);
        const data: Record<string, unknown> = await segment.data(`GET /sources?${query.toString()}`);
        slugs.push(...(data['sources'] as { slug: string }[]).map(({ slug }) => slug));
        const pagination = data['pagination'] as { next?: string; totalEntries: number };
        expect(pagination.totalEntries).toBe(5);
        cursor = pagination.next;
      }
      expect(slugs).toEqual(['website', 'a', 'b', 'c', 'd']);
    },
  );

  test('no count → ten; more than 200, none, or a broken cursor → 422', async () => {
    for (let index = 0; index < 10; index += 1) await segment.source(SETTINGS, { slug: `s${String(index)}` });
    expect((await segment.data('GET /sources'))['sources']).toHaveLength(10);
    expect((await segment.data('GET /sources?pagination[count]=200'))['sources']).toHaveLength(11);
    for (const count of ['201', '0', 'x'])
      expect(await segment.refusal(`GET /sources?pagination[count]=${count}`)).toBe(
        '422 ValidationFailure pagination.count',
      );
    expect(await segment.refusal('GET /sources?pagination.cursor=!')).toBe('422 ValidationFailure pagination.cursor');
  });

  test('a parameter that is not known → 422', async () => {
    expect(await segment.refusal('GET /sources?count=3')).toBe('422 ValidationFailure count');
  });
});

describe('catalog', () => {
  test('BigQuery → by its id and in the list, with its options, and no word of which is secret', async () => {
    const { sourceMetadata } = await segment.data(`GET /catalog/sources/${BIGQUERY}`);
    expect(sourceMetadata).toMatchObject({ slug: 'bigquery', categories: ['Warehouse'], isCloudEventSource: false });
    const { options } = sourceMetadata as { options: Record<string, unknown>[] };
    expect(options.map(({ name, type, required }) => [name, type, required])).toEqual([
      ['location', 'string', true],
      ['credentials', 'string', true],
      ['useStorageApi', 'boolean', false],
    ]);
    expect(JSON.stringify(options)).not.toContain('isSecret');
    const { sourcesCatalog } = await segment.data('GET /catalog/sources');
    expect(sourcesCatalog).toContainEqual(sourceMetadata);
    expect(await segment.refusal('GET /catalog/sources/nothing')).toBe('404 NotFound');
  });

  test('destinations → one kind with one action', async () => {
    const id = at.env['SIMULATOR_SEGMENT_DESTINATION_METADATA'] ?? '';
    const { destinationMetadata } = await segment.data(`GET /catalog/destinations/${id}`);
    expect(destinationMetadata).toMatchObject({ id, actions: [{ id: at.env['SIMULATOR_SEGMENT_ACTION'] }] });
    expect((await segment.data('GET /catalog/destinations'))['destinationsCatalog']).toEqual([destinationMetadata]);
    expect(await segment.refusal('GET /catalog/destinations/nothing')).toBe('404 NotFound');
  });
});

describe('sources', () => {
  test('the world begins → with nothing but the source of somebody else', async () => {
    const { sources } = await segment.data('GET /sources');
    expect(sources).toEqual([expect.objectContaining({ slug: 'website', enabled: true })]);
    expect((await segment.data('GET /reverse-etl-models'))['models']).toEqual([]);
    expect((await segment.data('GET /destinations'))['destinations']).toEqual([]);
  });

  test('created in v1 → its name is the slug, and no answer has a secret', async () => {
    const { source } = await segment.data('POST /sources', CREATE, { version: 'v1' });
    expect(source).toMatchObject({ slug: 'bigquery', name: 'bigquery', enabled: false, settings: { location: 'EU' } });
    const { id } = source as { id: string };
    const read = await segment.data(`GET /sources/${id}`);
    expect(read['source']).toEqual(source);
    expect((await segment.data('GET /sources'))['sources']).toContainEqual(source);
    expect(JSON.stringify([source, read])).not.toMatch(/PRIVATE|credentials":/);
  });

  test.each([
    ['an unknown field', { ...CREATE, color: 'red' }, '422 ValidationFailure color'],
    [
      'an unknown setting',
      { ...CREATE, settings: { ...SETTINGS, color: 'red' } },
      '422 ValidationFailure settings.color',
    ],
    ['no location', { ...CREATE, settings: { credentials: KEY } }, '422 ValidationFailure settings.location'],
    ['no secret', { ...CREATE, settings: { location: 'EU' } }, '422 ValidationFailure settings.credentials'],
    ['no settings', { ...CREATE, settings: undefined }, '422 ValidationFailure settings.location'],
    [
      'an object for a string',
      { ...CREATE, settings: { ...SETTINGS, credentials: {} } },
      '422 ValidationFailure settings.credentials',
    ],
    [
      'a string for a boolean',
      { ...CREATE, settings: { ...SETTINGS, useStorageApi: 'yes' } },
      '422 ValidationFailure settings.useStorageApi',
    ],
    ['no slug', { ...CREATE, slug: undefined }, '422 ValidationFailure slug'],
    ['a slug in capitals', { ...CREATE, slug: 'BigQuery' }, '422 ValidationFailure slug'],
    ['a slug with a dot', { ...CREATE, slug: 'big.query' }, '422 ValidationFailure slug'],
    ['a slug that is taken', { ...CREATE, slug: 'website' }, '409 Conflict slug'],
    ['a kind that is not there', { ...CREATE, metadataId: 'x' }, '422 ValidationFailure metadataId'],
    ['enabled in words', { ...CREATE, enabled: 'true' }, '422 ValidationFailure enabled'],
  ])('created with %s → refused', async (_what, body, refusal) => {
    expect(await segment.refusal('POST /sources', body)).toBe(refusal);
    expect((await segment.data('GET /sources'))['sources']).toHaveLength(1);
  });

  test('patched → settings that are not named stay, null drops one, and the kind cannot change', async () => {
    const id = await segment.source({ ...SETTINGS, useStorageApi: true });
    const patch = async (body: object): Promise<unknown> =>
      (await segment.data(`PATCH /sources/${id}`, body))['source'];
    expect(await patch({ name: 'Warehouse', enabled: false })).toMatchObject({ name: 'Warehouse', enabled: false });
    expect(await patch({ settings: { location: 'US' } })).toMatchObject({
      settings: { location: 'US', useStorageApi: true },
    });
    expect((await segment.shown(id))['keyId']).toBe('f'.repeat(40));
    expect(await patch({ settings: { useStorageApi: null, credentials: null } })).toMatchObject({ slug: 'bigquery' });
    expect((await segment.shown(id))['settings']).toEqual({ location: 'US' });
    expect((await segment.shown(id))['keyId']).toBeNull();
    const kind = { metadataId: BIGQUERY };
    expect(await segment.refusal(`PATCH /sources/${id}`, kind)).toBe('422 ValidationFailure metadataId');
    expect(await segment.refusal(`PATCH /sources/${id}`, { slug: 'website' })).toBe('409 Conflict slug');
    expect(await patch({ slug: 'bigquery' })).toMatchObject({ slug: 'bigquery' });
    const setting = { settings: { color: 'red' } };
    expect(await segment.refusal(`PATCH /sources/${id}`, setting)).toBe('422 ValidationFailure settings.color');
    expect(await segment.refusal('PATCH /sources/nothing', {})).toBe('404 NotFound');
  });

  test('deleted → gone with its models, destinations and mappings, and its slug is free', async () => {
    const id = await segment.source(SETTINGS);
    await segment.mapping(id);
    expect(await segment.data(`DELETE /sources/${id}`)).toEqual({ status: 'SUCCESS' });
    expect(await segment.refusal(`GET /sources/${id}`)).toBe('404 NotFound');
    expect(await segment.refusal(`DELETE /sources/${id}`)).toBe('404 NotFound');
    expect((await at.send('GET /_simulator/world')).body['segment']).toMatchObject({
      ...{ models: [], destinations: [], subscriptions: [], syncs: [] },
    });
    expect(await segment.source(SETTINGS)).not.toBe(id);
  });

  test('the world shows → which key a source has, and never the key itself', async () => {
    const id = await segment.source(SETTINGS);
    expect(await segment.shown(id)).toEqual({
      ...{ id, slug: 'bigquery', name: 'bigquery', enabled: true, metadataId: BIGQUERY },
      settings: { location: 'EU', credentials: '***' },
      keyId: 'f'.repeat(40),
    });
    expect(JSON.stringify((await at.send('GET /_simulator/world')).body['segment'])).not.toContain('PRIVATE');
  });

  test('the journal → masks settings', async () => {
    await segment.source(SETTINGS);
    const [entry] = (
      (await at.send('GET /_simulator/journal')).body as unknown as { path: string; body: unknown }[]
    ).filter(({ path }) => path === '/sources');
    expect(entry?.body).toMatchObject({ slug: 'bigquery', settings: '***' });
  });
});

describe('models', () => {
  const model = { name: 'Orders', description: ' ', enabled: true, query: 'SELECT 1', queryIdentifierColumn: 'id' };

  test('created, read, patched, listed, deleted → with its mappings', async () => {
    const sourceId = await segment.source(SETTINGS);
    const ids = await segment.mapping(sourceId);
    const path = `/reverse-etl-models/${ids.model}`;
    const { reverseEtlModel } = await segment.data(`GET ${path}`);
    expect(reverseEtlModel).toMatchObject({ id: ids.model, sourceId, name: 'Orders', queryIdentifierColumn: 'id' });
    const changed = { query: 'SELECT 2', enabled: false };
    expect((await segment.data(`PATCH ${path}`, changed))['reverseEtlModel']).toMatchObject({ ...changed, sourceId });
    expect(await segment.refusal(`PATCH ${path}`, { sourceId })).toBe('422 ValidationFailure sourceId');
    expect((await segment.data('GET /reverse-etl-models'))['models']).toHaveLength(1);
    expect(await segment.data(`DELETE ${path}`)).toEqual({ status: 'SUCCESS' });
    expect(await segment.refusal(`GET ${path}`)).toBe('404 NotFound');
    const { subscriptions } = await segment.data(`GET /destinations/${ids.destination}/subscriptions`);
    expect(subscriptions).toEqual([]);
  });

  test.each([
    ['no description', { description: '' }, 'description'],
    ['no identifier', { queryIdentifierColumn: undefined }, 'queryIdentifierColumn'],
    ['an unknown field', { color: 'red' }, 'color'],
    ['a query of 65,536 characters', { query: 'x'.repeat(65_536) }, 'query'],
    ['an identifier of 192 characters', { queryIdentifierColumn: 'x'.repeat(192) }, 'queryIdentifierColumn'],
    ['a source that is not there', { sourceId: 'nothing' }, 'sourceId'],
    ['a source that is no warehouse', { sourceId: 'rh5BDZp6QDHvXFCkibm1pR' }, 'sourceId'],
  ])('created with %s → 422', async (_what, change, field) => {
    const sourceId = await segment.source(SETTINGS);
    const body = { ...model, sourceId, ...change };
    expect(await segment.refusal('POST /reverse-etl-models', body)).toBe(`422 ValidationFailure ${field}`);
  });
});

describe('destinations and mappings', () => {
  test('a destination → shows how its secret ends, is connected to its source, and goes with its mappings', async () => {
    const sourceId = await segment.source(SETTINGS);
    const { destination: id } = await segment.mapping(sourceId);
    const { destination } = await segment.data(`GET /destinations/${id}`);
    expect(destination).toMatchObject({ id, sourceId, enabled: true, settings: { apiKey: '••••••••••••••••1234' } });
    expect((await segment.data(`GET /sources/${sourceId}/connected-destinations`))['destinations']).toEqual([
      destination,
    ]);
    const changed = (await segment.data(`PATCH /destinations/${id}`, { enabled: false, settings: { apiKey: null } }))[
      'destination'
    ];
    expect(changed).toMatchObject({ enabled: false, settings: {} });
    const unknown = { settings: { color: 'red' } };
    expect(await segment.refusal(`PATCH /destinations/${id}`, unknown)).toBe('422 ValidationFailure settings.color');
    expect(await segment.data(`DELETE /destinations/${id}`)).toEqual({ status: 'SUCCESS' });
    expect((await at.send('GET /_simulator/world')).body['segment']).toMatchObject({ subscriptions: [] });
  });

  test.each([
    ['a source that is not there', { sourceId: 'x' }, 'sourceId'],
    ['a kind that is not there', { metadataId: 'x' }, 'metadataId'],
    ['an unknown field', { color: 'red' }, 'color'],
  ])('a destination with %s → 422', async (_what, change, field) => {
    const sourceId = await segment.source(SETTINGS);
    const metadataId = at.env['SIMULATOR_SEGMENT_DESTINATION_METADATA'];
    const body = { sourceId, metadataId, enabled: true, name: 'CRM', settings: {}, ...change };
    expect(await segment.refusal('POST /destinations', body)).toBe(`422 ValidationFailure ${field}`);
  });

  test('a mapping → made, scheduled, changed, listed, deleted', async () => {
    const { model, destination, subscription } = await segment.mapping(await segment.source(SETTINGS));
    const path = `/destinations/${destination}/subscriptions`;
    const reverseETLSchedule = { strategy: 'PERIODIC', config: { interval: '1h30m' } };
    const input = { name: 'Other', enabled: false, reverseETLSchedule };
    const changed = (await segment.data(`PATCH ${path}/${subscription}`, { input }))['subscription'];
    expect(changed).toMatchObject({ ...input, id: subscription, modelId: model, actionSlug: 'upsertContact' });
    expect((await segment.data(`GET ${path}/${subscription}`))['subscription']).toEqual(changed);
    expect((await segment.data(`GET ${path}`))['subscriptions']).toEqual([changed]);
    const none = { input: { reverseETLSchedule: null } };
    expect((await segment.data(`PATCH ${path}/${subscription}`, none))['subscription']).not.toHaveProperty(
      'reverseETLSchedule',
    );
    expect(await segment.data(`DELETE ${path}/${subscription}`)).toEqual({ status: 'SUCCESS' });
    expect(await segment.refusal(`GET ${path}/${subscription}`)).toBe('404 NotFound');
  });

  test.each([
    ['an action that is not there', { actionId: 'x' }, 'actionId'],
    ['a model that is not there', { modelId: 'x' }, 'modelId'],
    ['an unknown field', { color: 'red' }, 'color'],
    ['a schedule without a model', { modelId: '', reverseETLSchedule: { strategy: 'MANUAL' } }, 'reverseETLSchedule'],
  ])('a mapping with %s → 422', async (_what, change, field) => {
    const { model, destination } = await segment.mapping(await segment.source(SETTINGS));
    const actionId = at.env['SIMULATOR_SEGMENT_ACTION'];
    const body = { name: 'x', actionId, trigger: 'x', enabled: true, settings: {}, modelId: model, ...change };
    const path = `/destinations/${destination}/subscriptions`;
    expect(await segment.refusal(`POST ${path}`, body)).toBe(`422 ValidationFailure ${field}`);
  });

  test('a subscription without a model → no mapping, and its model is empty', async () => {
    const { destination } = await segment.mapping(await segment.source(SETTINGS));
    const actionId = at.env['SIMULATOR_SEGMENT_ACTION'];
    const body = { name: 'Events', actionId, trigger: 'type = "track"', enabled: true, settings: {} };
    const { destinationSubscription } = await segment.data(`POST /destinations/${destination}/subscriptions`, body);
    expect(destinationSubscription).toMatchObject({ ...body, modelId: '' });
    expect(destinationSubscription).not.toHaveProperty('reverseETLSchedule');
  });

  test('a mapping with a model of another source → 422', async () => {
    const { model } = await segment.mapping(await segment.source(SETTINGS));
    const { destination } = await segment.mapping(await segment.source(SETTINGS, { slug: 'other' }));
    const actionId = at.env['SIMULATOR_SEGMENT_ACTION'];
    const body = { name: 'x', actionId, trigger: 'x', enabled: true, settings: {}, modelId: model };
    expect(await segment.refusal(`POST /destinations/${destination}/subscriptions`, body)).toBe(
      '422 ValidationFailure modelId',
    );
  });

  const AT = 'input.reverseETLSchedule';
  test.each([
    ['PERIODIC', { interval: '15m' }, undefined],
    ['PERIODIC', { interval: '167h59m' }, undefined],
    ['PERIODIC', { interval: '14m59s' }, `${AT}.config.interval`],
    ['PERIODIC', { interval: '168h' }, `${AT}.config.interval`],
    ['PERIODIC', { interval: '1 hour' }, `${AT}.config.interval`],
    ['PERIODIC', { interval: '1h', color: 'red' }, `${AT}.config.color`],
    ['PERIODIC', null, `${AT}.config.interval`],
    ['MANUAL', null, undefined],
    ['MANUAL', {}, `${AT}.config`],
    ['SPECIFIC_DAYS', { days: [0, 6], hours: [23], timezone: 'UTC' }, undefined],
    ['SPECIFIC_DAYS', { days: [7], hours: [23], timezone: 'UTC' }, `${AT}.config.days`],
    ['SPECIFIC_DAYS', { days: [1], hours: [24], timezone: 'UTC' }, `${AT}.config.hours`],
    ['CRON', { spec: '0 * * * *', timezone: 'UTC' }, undefined],
    ['CRON', { spec: '0 * * *', timezone: 'UTC' }, `${AT}.config.spec`],
    ['DBT_CLOUD', { jobId: '1', accountId: '2' }, undefined],
    ['DBT_CLOUD', { jobId: '1' }, `${AT}.config.accountId`],
    ['SOMETIMES', null, `${AT}.strategy`],
    ['constructor', null, `${AT}.strategy`],
  ])('schedule %s %j → refused at %s', async (strategy, config, field) => {
    const { destination, subscription } = await segment.mapping(await segment.source(SETTINGS));
    const body = { input: { reverseETLSchedule: { strategy, config } } };
    const refusal = await segment.refusal(`PATCH /destinations/${destination}/subscriptions/${subscription}`, body);
    expect(refusal).toBe(field === undefined ? '200' : `422 ValidationFailure ${field}`);
  });
});

describe('audit trail', () => {
  test('what was done to a source → the newest first, by whom and when, between two times', async () => {
    const id = await segment.source(SETTINGS, { enabled: false });
    await at.age(3600);
    await segment.data(`PATCH /sources/${id}`, { settings: { location: 'US' } });
    await segment.data(`PATCH /sources/${id}`, { enabled: true, name: 'Warehouse' });
    const events = async (query = ''): Promise<Record<string, unknown>[]> =>
      (await segment.data(`GET /audit-events?resourceId=${id}${query}`))['events'] as Record<string, unknown>[];
    const all = await events();
    expect(all.map(({ type }) => type)).toEqual([
      ...['Source Enabled', 'Source Modified', 'Source Settings Modified', 'Source Created'],
    ]);
    expect(all[3]).toMatchObject({ resourceType: 'source', resourceName: 'bigquery' });
    expect(String(all[3]?.['actor'])).toMatch(/^public-api-token\//);
    expect(Date.now() - Date.parse(String(all[3]?.['timestamp']))).toBeGreaterThan(3_599_000);
    const minuteAgo = new Date(Date.now() - 60_000).toISOString();
    expect(await events(`&startTime=${minuteAgo}`)).toHaveLength(3);
    expect(await events(`&endTime=${minuteAgo}`)).toHaveLength(1);
    expect(await events('&resourceType=destination')).toEqual([]);
    expect(await segment.refusal('GET /audit-events?startTime=yesterday')).toBe('422 ValidationFailure startTime');
    await at.age(90 * 86_400);
    expect(await events()).toEqual([]);
  });
});

describe('faults and quotas', () => {
  test('throttle → how many milliseconds to wait', async () => {
    await at.send('POST /_simulator/faults', [{ on: 'GET /sources', do: 'throttle' }]);
    const { status, body } = await segment.ask('GET /sources');
    expect({ status, body }).toMatchObject({
      status: 429,
      body: { errors: [{ data: { msBeforeNext: 1000, remainingPoints: 0 } }] },
    });
    expect((await segment.ask('GET /sources')).status).toBe(200);
  });

  test('a path that Segment may have and this world has not → 501', async () => {
    expect((await segment.ask('POST /credentials', {})).status).toBe(501);
  });
});

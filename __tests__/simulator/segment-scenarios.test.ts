import { describe, expect, test } from '@jest/globals';
import { BIGQUERY } from '../../simulator/segment/catalog.ts';
import { makeKey } from './minting.ts';
import type { MadeKey } from './minting.ts';
import { segmentLab } from './segment.ts';
import type { SegmentLab } from './segment.ts';
import { PROJECT, lab } from './world.ts';
import type { Lab } from './world.ts';

/** A key of an account that may do nothing but mint. */
async function keyIn(at: Lab): Promise<MadeKey & { readonly text: string }> {
  const account = await at.account('segment-reverse-etl');
  const key = await makeKey(at, `/v1/projects/${PROJECT}/serviceAccounts/${account}`);
  return { ...key, text: JSON.stringify(key.file) };
}

async function options(segment: SegmentLab): Promise<[unknown, unknown, unknown][]> {
  const { sourceMetadata } = await segment.data(`GET /catalog/sources/${BIGQUERY}`);
  return (sourceMetadata as { options: Record<string, unknown>[] }).options.map(({ name, type, required }) => [
    ...([name, type, required] as const),
  ]);
}

describe.each(['empty', 'busy', 'segment-string'])('%s', (scenario) => {
  const at = lab({ scenario });
  const segment = segmentLab(at);

  test('the key → is a string', async () => {
    expect(await options(segment)).toContainEqual(['credentials', 'string', true]);
  });
});

describe('segment-object', () => {
  const at = lab({ scenario: 'segment-object' });
  const segment = segmentLab(at);

  test('the key → is an object, and none of it is answered', async () => {
    expect(await options(segment)).toContainEqual(['serviceAccountKey', 'object', true]);
    const { file, text, id: keyId } = await keyIn(at);
    const id = await segment.source({ location: 'EU', serviceAccountKey: file });
    expect(JSON.stringify((await segment.data(`GET /sources/${id}`))['source'])).not.toMatch(/PRIVATE|client_email/);
    expect(await segment.shown(id)).toMatchObject({ keyId, settings: { serviceAccountKey: '***' } });
    for (const wrong of [text, []])
      expect(await segment.refusal(`PATCH /sources/${id}`, { settings: { serviceAccountKey: wrong } })).toBe(
        '422 ValidationFailure settings.serviceAccountKey',
      );
  });
});

describe('segment-two-secrets', () => {
  const at = lab({ scenario: 'segment-two-secrets' });
  const segment = segmentLab(at);

  test('the catalog → has two that could take the key, and either will do', async () => {
    const secrets = ['credentials', 'serviceAccountJson'];
    expect((await options(segment)).filter(([, type, required]) => type === 'string' && required === true)).toEqual(
      ['location', ...secrets].map((name) => [name, 'string', true]),
    );
    const { text, id: keyId } = await keyIn(at);
    for (const [index, name] of secrets.entries()) {
      const id = await segment.source({ location: 'EU', [name]: text }, { slug: `s${String(index)}` });
      expect((await segment.shown(id))['keyId']).toBe(keyId);
      expect(JSON.stringify((await segment.data(`GET /sources/${id}`))['source'])).not.toContain('PRIVATE');
    }
    const none = { slug: 'none', enabled: false, metadataId: BIGQUERY, settings: { location: 'EU' } };
    expect(await segment.refusal('POST /sources', none)).toBe('422 ValidationFailure settings.credentials');
  });

  test('both hold a key → the last that was stored counts; that one dropped → the other', async () => {
    const account = `/v1/projects/${PROJECT}/serviceAccounts/${await at.account('segment-reverse-etl')}`;
    const [first, second] = [await makeKey(at, account), await makeKey(at, account)];
    const id = await segment.source({ location: 'EU', serviceAccountJson: JSON.stringify(first.file) });
    const patch = (credentials: string | null): Promise<unknown> =>
      segment.data(`PATCH /sources/${id}`, { settings: { credentials } });
    await patch(JSON.stringify(second.file));
    expect((await segment.shown(id))['keyId']).toBe(second.id);
    await patch(null);
    expect((await segment.shown(id))['keyId']).toBe(first.id);
  });
});

describe('segment-leaky', () => {
  const at = lab({ scenario: 'segment-leaky' });
  const segment = segmentLab(at);

  test('a setting that the catalog does not have → is stored, and shown to everybody but the journal and the world', async () => {
    const { text } = await keyIn(at);
    const id = await segment.source({ location: 'EU', credentials: text });
    const hidden = (await segment.data(`GET /sources/${id}`))['source'];
    expect(JSON.stringify(hidden)).not.toContain('PRIVATE');
    const patched = (await segment.data(`PATCH /sources/${id}`, { settings: { key: text } }))['source'];
    expect(patched).toMatchObject({ settings: { location: 'EU', key: text } });
    expect((await segment.data('GET /sources'))['sources']).toContainEqual(patched);
    const world = (await at.send('GET /_simulator/world')).body['segment'];
    const journal = (await at.send('GET /_simulator/journal')).body;
    expect(JSON.stringify([world, journal])).not.toContain('PRIVATE');
    await segment.data(`PATCH /sources/${id}`, { settings: { key: null } });
    expect((await segment.data(`GET /sources/${id}`))['source']).toEqual(hidden);
  });

  test('nothing but such a setting → is enough to make a source, and is no key that Segment works with', async () => {
    const { text } = await keyIn(at);
    const id = await segment.source({ location: 'EU', key: text });
    expect((await segment.data(`GET /sources/${id}`))['source']).toMatchObject({ settings: { key: text } });
    expect((await segment.shown(id))['keyId']).toBeNull();
    const { model, subscription } = await segment.mapping(id);
    const { body } = await at.send('POST /_simulator/sync', { model, subscription });
    expect(body).toMatchObject({ syncStatus: 'FAIL', errorCode: 'InvalidCredentials' });
  });
});

describe('segment-validates', () => {
  const at = lab({ scenario: 'segment-validates' });
  const segment = segmentLab(at);

  test('a key that Google takes → is stored; one that it does not, or none → 422, and nothing changes', async () => {
    const { file, text, id: keyId } = await keyIn(at);
    const bad = JSON.stringify({ ...file, private_key_id: 'f'.repeat(40) });
    const create = { slug: 'bigquery', enabled: false, metadataId: BIGQUERY };
    for (const credentials of [bad, 'no JSON'])
      expect(await segment.refusal('POST /sources', { ...create, settings: { location: 'EU', credentials } })).toBe(
        '422 ValidationFailure settings.credentials',
      );
    expect((await segment.data('GET /sources'))['sources']).toHaveLength(1);
    const id = await segment.source({ location: 'EU', credentials: text });
    const patch = { name: 'Other', settings: { credentials: bad } };
    expect(await segment.refusal(`PATCH /sources/${id}`, patch)).toBe('422 ValidationFailure settings.credentials');
    expect(await segment.shown(id)).toMatchObject({ name: 'bigquery', keyId });
    await segment.data(`PATCH /sources/${id}`, { settings: { credentials: null } });
    expect((await segment.shown(id))['keyId']).toBeNull();
    const { monitoring } = (await at.send('GET /_simulator/world')).body as {
      monitoring: { authentications: { keyId: string }[] };
    };
    expect(monitoring.authentications.map((one) => one.keyId)).toEqual([keyId]);
  });
});

describe('segment-eu', () => {
  const at = lab({ scenario: 'segment-eu' });
  const segment = segmentLab(at);

  test('BigQuery → is in no catalog, and cannot be made', async () => {
    expect(await segment.refusal(`GET /catalog/sources/${BIGQUERY}`)).toBe('404 NotFound');
    const { sourcesCatalog } = await segment.data('GET /catalog/sources');
    expect((sourcesCatalog as { slug: string }[]).map(({ slug }) => slug)).toEqual(['snowflake', 'javascript']);
    const create = { slug: 'bigquery', enabled: false, metadataId: BIGQUERY, settings: {} };
    expect(await segment.refusal('POST /sources', create)).toBe('422 ValidationFailure metadataId');
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { resourceManagerState } from '../../simulator/directory/projects.ts';
import { secretManagerState } from '../../simulator/secretmanager/state.ts';
import { misfits } from '../contract/discovery.ts';
import { PROJECT, lab } from './world.ts';
import type { Answer, Extras } from './world.ts';

const at = lab();
const ROOT = `/v1/projects/${PROJECT}/secrets`;
const ONE = `${ROOT}/key`;
const NOBODY = 'user:nobody@acme.example';
const ALICE = 'user:alice@acme.example';
const AUTOMATIC = { replication: { automatic: {} } };
const CMEK = { customerManagedEncryption: { kmsKeyName: 'projects/p/locations/global/keyRings/r/cryptoKeys/k' } };
/** `123456789`: the check value of CRC32C is 0xe3069283. */
const DIGITS = { data: 'MTIzNDU2Nzg5', dataCrc32c: '3808858755' };

/** An answer to a request that, like it, the discovery document agrees with. */
async function send(on: string, body?: unknown, extras?: Extras): Promise<Answer> {
  const answer = await at.send(on, body, extras);
  const [method = '', url = ''] = on.split(' ');
  if (answer.status === 200)
    expect(misfits({ method, url, request: body, status: 200, reply: answer.body })).toEqual([]);
  else expect(answer.body['error']).not.toHaveProperty('errors');
  return answer;
}

const numbered = (): string => `projects/${resourceManagerState(at.world).projects[PROJECT]?.projectNumber ?? ''}`;
const add = (text: string, extras?: Extras): Promise<Answer> =>
  send(`POST ${ONE}:addVersion`, { payload: { data: Buffer.from(text).toString('base64') } }, extras);
const grant = async (role: string, member: string): Promise<void> => {
  const { body } = await at.send(`GET ${ONE}:getIamPolicy?options.requestedPolicyVersion=3`);
  const policy = { ...body, bindings: [...((body['bindings'] ?? []) as object[]), { role, members: [member] }] };
  expect((await send(`POST ${ONE}:setIamPolicy`, { policy })).status).toBe(200);
};

beforeEach(async () => {
  expect((await send(`POST ${ROOT}?secretId=key`, AUTOMATIC)).status).toBe(200);
});

describe('secrets', () => {
  test('are made once, and answered under the number of their project', async () => {
    const notes = { labels: { team: 'data' }, annotations: { 'segment.note': 'x' } };
    const made = await send(`POST ${ROOT}?secretId=other`, { ...AUTOMATIC, ...notes });
    expect(made.body).toMatchObject({ ...AUTOMATIC, ...notes, name: `${numbered()}/secrets/other` });
    expect(made.body['etag']).toMatch(/^"16[0-9a-f]{12}"$/);
    expect((await send(`GET ${ROOT}/other`)).body).toEqual(made.body);
    expect((await send(`GET /v1/${numbered()}/secrets/other`)).body).toEqual(made.body);
    const again = await send(`POST ${ROOT}?secretId=other`, AUTOMATIC);
    expect(again.said).toBe(`409 Secret [${numbered()}/secrets/other] already exists.`);
  });

  test.each([
    ['an id that is none', '?secretId=a.b', AUTOMATIC],
    ['no id', '', AUTOMATIC],
    ['no replication', '?secretId=x', {}],
    ['both kinds of replication', '?secretId=x', { replication: { automatic: {}, userManaged: { replicas: [] } } }],
    ['no replicas', '?secretId=x', { replication: { userManaged: { replicas: [] } } }],
    [
      'a key elsewhere',
      '?secretId=x',
      { replication: { userManaged: { replicas: [{ location: 'us-east1', ...CMEK }] } } },
    ],
    ['an unknown field', '?secretId=x', { ...AUTOMATIC, nonsense: 1 }],
    ['an unknown parameter', '?secretId=x&nonsense=1', AUTOMATIC],
    ['a label in capitals', '?secretId=x', { ...AUTOMATIC, labels: { Team: 'data' } }],
    ['a label that is no string', '?secretId=x', { ...AUTOMATIC, labels: { team: 1 } }],
    [
      'too many labels',
      '?secretId=x',
      {
        ...AUTOMATIC,
        labels: Object.fromEntries(Array.from({ length: 65 }, (_unused, index) => [`l${String(index)}`, ''])),
      },
    ],
    ['an annotation that ends in a dash', '?secretId=x', { ...AUTOMATIC, annotations: { 'a-': 'b' } }],
    ['a long annotation key', '?secretId=x', { ...AUTOMATIC, annotations: { ['a'.repeat(64)]: 'b' } }],
    ['large annotations', '?secretId=x', { ...AUTOMATIC, annotations: { a: 'b'.repeat(16_383) } }],
  ])('are refused for %s', async (_what, query, body) => {
    expect(await at.send(`POST ${ROOT}${query}`, body)).toMatchObject({ status: 400 });
    expect((await at.send(`GET ${ROOT}/x`)).status).toBe(404);
  });

  test('what this world lacks is not pretended', async () => {
    expect((await send(`POST ${ROOT}?secretId=x`, { ...AUTOMATIC, ttl: '3600s' })).status).toBe(501);
    expect((await send(`GET ${ROOT}?filter=name:x`)).status).toBe(501);
  });

  test('are listed newest first, in pages', async () => {
    for (const id of ['b', 'a']) await send(`POST ${ROOT}?secretId=${id}`, AUTOMATIC);
    const ids = ({ body }: Answer): unknown[] =>
      (body['secrets'] as { name: string }[]).map(({ name }) => name.split('/').at(-1));
    const first = await send(`GET ${ROOT}?pageSize=2`);
    expect([ids(first), first.body['totalSize']]).toEqual([['a', 'b'], 3]);
    const second = await send(`GET ${ROOT}?pageSize=2&pageToken=${String(first.body['nextPageToken'])}`);
    expect([ids(second), second.body['nextPageToken']]).toEqual([['key'], undefined]);
    expect((await send(`GET ${ROOT}?pageToken=nonsense`)).status).toBe(400);
    expect((await send('GET /v1/projects/acme-ci/secrets')).body).toEqual({});
  });

  test('are changed under their mask and their etag', async () => {
    const before = (await send(`GET ${ONE}`)).body;
    const patch = (mask: string, body: object): Promise<Answer> => send(`PATCH ${ONE}${mask}`, body);
    const sent = { annotations: { a: '1' }, labels: { l: '1' }, etag: before['etag'] };
    const after = await patch('?updateMask=annotations', sent);
    expect(after.body).toMatchObject({ annotations: { a: '1' } });
    expect(after.body).not.toHaveProperty('labels');
    expect(after.body['etag']).not.toBe(before['etag']);
    const stale = await patch('?updateMask=annotations', sent);
    expect(stale.said).toMatch(/^400 The etag provided .* does not match the current etag/);
    expect(stale.body['error']).toMatchObject({ status: 'FAILED_PRECONDITION' });
    expect((await patch('?updateMask=annotations', { annotations: {} })).status).toBe(200); // Without: as Google does.
    expect((await send(`GET ${ONE}`)).body).not.toHaveProperty('annotations');
    for (const mask of [
      '',
      '?updateMask=',
      '?updateMask=nonsense',
      '?updateMask=replication',
      '?updateMask=labels,name',
    ])
      expect(await patch(mask, { labels: { l: '2' } })).toMatchObject({ status: 400 });
    expect((await send(`GET ${ONE}`)).body).not.toHaveProperty('labels');
  });

  test('are deleted with what is in them', async () => {
    await add('one');
    expect((await send(`DELETE ${ONE}?etag=%22nonsense%22`)).said).toContain('does not match');
    const { etag } = (await send(`GET ${ONE}`)).body;
    expect((await send(`DELETE ${ONE}?etag=${encodeURIComponent(String(etag))}`)).status).toBe(200);
    expect((await send(`GET ${ONE}`)).said).toBe(`404 Secret [${numbered()}/secrets/key] not found.`);
    await send(`POST ${ROOT}?secretId=key`, AUTOMATIC);
    expect((await send(`GET ${ONE}/versions`)).body).toEqual({});
    expect((await add('two')).body['name']).toBe(`${numbered()}/secrets/key/versions/1`);
  });

  test('have a key of their own where the organisation demands it', async () => {
    const policy = async (...constraints: string[]): Promise<void> => {
      await at.send('POST /_simulator/change', { constraints: { [PROJECT]: constraints } });
    };
    await policy('gcp.restrictNonCmekServices=storage.googleapis.com');
    expect((await send(`POST ${ROOT}?secretId=a`, AUTOMATIC)).status).toBe(200);
    for (const constraint of ['', '=is:secretmanager.googleapis.com', '=secretmanager.googleapis.com']) {
      await policy(`gcp.restrictNonCmekServices${constraint}`);
      const refused = await send(`POST ${ROOT}?secretId=b`, AUTOMATIC);
      expect(refused.body['error']).toMatchObject({
        code: 400,
        status: 'FAILED_PRECONDITION',
        details: [{ violations: [{ type: 'constraints/gcp.restrictNonCmekServices' }] }],
      });
    }
    const replication = { automatic: CMEK };
    expect((await send(`POST ${ROOT}?secretId=c`, { replication })).body['replication']).toEqual(replication);
    const { body } = await send(`POST ${ROOT}/c:addVersion`, { payload: DIGITS });
    const kmsKeyVersionName = `${CMEK.customerManagedEncryption.kmsKeyName}/cryptoKeyVersions/1`;
    expect(body['replicationStatus']).toEqual({ automatic: { customerManagedEncryption: { kmsKeyVersionName } } });
  });
});

describe('versions', () => {
  test('are numbered, listed newest first, and give back what was put in', async () => {
    expect((await send(`GET ${ONE}/versions/latest`)).said).toMatch(/^404 .* not found or has no versions\.$/);
    await add('one');
    const second = await send(`POST ${ONE}:addVersion`, { payload: DIGITS });
    const name = `${numbered()}/secrets/key/versions/2`;
    expect(second.body).toMatchObject({ name, state: 'ENABLED', clientSpecifiedPayloadChecksum: true });
    expect(second.body).not.toHaveProperty('payload');
    expect((await send(`GET ${ONE}/versions/latest`)).body).toEqual(second.body);
    expect((await send(`GET ${ONE}/versions/latest:access`)).body).toEqual({ name, payload: DIGITS });
    const { body } = await send(`GET ${ONE}/versions?pageSize=1`);
    expect(body).toMatchObject({ versions: [{ name }], totalSize: 2, nextPageToken: expect.any(String) as unknown });
    expect((await send(`GET ${ONE}/versions/3`)).said).toBe(
      `404 Secret Version [${numbered()}/secrets/key/versions/3] not found.`,
    );
  });

  test.each([
    ['nothing', {}],
    ['an empty payload', { payload: { data: '' } }],
    ['what is not base64', { payload: { data: 'not base64!' } }],
    ['more than 64 KiB', { payload: { data: Buffer.alloc(65_537, 'x').toString('base64') } }],
    ['a checksum that does not fit', { payload: { ...DIGITS, dataCrc32c: '1' } }],
    ['an unknown field', { payload: { ...DIGITS, nonsense: 1 } }],
  ])('are not made of %s', async (_what, body) => {
    expect((await at.send(`POST ${ONE}:addVersion`, body)).status).toBe(400);
    expect((await send(`GET ${ONE}/versions`)).body).toEqual({});
  });

  test('are disabled, enabled, and destroyed for good', async () => {
    await add('one');
    await add('two');
    const turn = (verb: string, body: object = {}): Promise<Answer> => send(`POST ${ONE}/versions/2:${verb}`, body);
    const { etag } = (await send(`GET ${ONE}/versions/2`)).body;
    const name = `${numbered()}/secrets/key/versions/2`;
    expect((await turn('disable', { etag })).body).toMatchObject({ name, state: 'DISABLED' });
    expect((await send(`GET ${ONE}/versions/latest:access`)).said).toBe(
      `400 Secret Version [${name}] is in DISABLED state.`,
    );
    expect((await turn('enable', { etag })).said).toMatch(/^400 .* does not match/);
    expect((await turn('enable')).body).toMatchObject({ state: 'ENABLED' });
    expect((await turn('destroy', { etag })).said).toMatch(/^400 .* does not match/);
    const destroyed = (await turn('destroy')).body;
    expect(destroyed).toMatchObject({ state: 'DESTROYED', destroyTime: expect.any(String) as unknown });
    for (const verb of ['enable', 'disable', 'destroy'])
      expect((await turn(verb)).said).toBe(`400 Secret Version [${name}] is in DESTROYED state.`);
    expect((await send(`GET ${ONE}/versions/latest:access`)).said).toContain('is in DESTROYED state');
    expect((await send(`GET ${ONE}/versions/latest`)).body).toEqual(destroyed);
    expect(JSON.stringify(secretManagerState(at.world))).not.toContain(Buffer.from('two').toString('base64'));
    expect((await send(`GET ${ONE}/versions/1:access`)).status).toBe(200);
  });

  test('have aliases for reading', async () => {
    await add('one');
    await add('two');
    const alias = (versionAliases: object): Promise<Answer> =>
      send(`PATCH ${ONE}?updateMask=version_aliases`, { versionAliases });
    for (const wrong of [{ latest: '1' }, { '1st': '1' }, { old: '3' }, { old: 'x' }])
      expect((await alias(wrong)).status).toBe(400);
    expect((await alias({ old: '1' })).body).toMatchObject({ versionAliases: { old: '1' } });
    expect((await send(`GET ${ONE}/versions/old:access`)).body).toMatchObject({ payload: { data: 'b25l' } });
    expect((await send(`POST ${ONE}/versions/old:disable`, {})).status).toBe(404);
  });

  test('grow older with the world', async () => {
    const made = Date.parse(String((await add('one')).body['createTime']));
    await at.age(3600);
    const aged = Date.parse(String((await send(`GET ${ONE}/versions/1`)).body['createTime']));
    expect(aged).toBe(made - 3_600_000);
  });

  test('are nowhere in the journal', async () => {
    await add('hush');
    await at.send(`POST ${ONE}:addVersion`, { payload: [{ data: 'aHVzaA==' }] });
    const response = await fetch(`${new URL(at.env['GITHUB_API_URL'] ?? '').origin}${ONE}:addVersion`, {
      method: 'POST',
      body: '{"payload": {"data": "aHVzaA=="',
    });
    expect(response.status).toBe(401);
    const journal = JSON.stringify((await at.send('GET /_simulator/journal')).body);
    expect(journal).toContain('"payload":{"data":"***"}');
    expect(journal).not.toContain('aHVzaA');
  });
});

describe('rights', () => {
  test('without them, a missing secret and a forbidden one look alike', async () => {
    for (const id of ['key', 'missing']) {
      const resource = `${numbered()}/secrets/${id}`;
      const refused = await send(`POST ${ROOT}/${id}:addVersion`, { payload: DIGITS }, { as: NOBODY });
      expect(refused.said).toBe(
        `403 Permission 'secretmanager.versions.add' denied for resource '${resource}' (or it may not exist).`,
      );
      expect(refused.body['error']).toMatchObject({ details: [{ reason: 'IAM_PERMISSION_DENIED' }] });
    }
    expect((await send(`POST ${ROOT}?secretId=x`, AUTOMATIC, { as: NOBODY })).status).toBe(403);
    expect((await send(`GET ${ROOT}`, undefined, { as: NOBODY })).status).toBe(403);
    expect((await send('GET /v1/projects/nowhere/secrets/key')).status).toBe(403);
    expect((await send(`GET ${ONE}`, undefined, { token: 'nonsense' })).status).toBe(401);
  });

  test('are granted on the one secret, role by role', async () => {
    await send(`POST ${ROOT}?secretId=other`, AUTOMATIC);
    await add('one');
    const may = async (on: string, body?: unknown): Promise<boolean> =>
      (await send(on, body, { as: ALICE })).status === 200;
    await grant('roles/secretmanager.secretVersionAdder', ALICE);
    expect(await may(`POST ${ONE}:addVersion`, { payload: DIGITS })).toBe(true);
    expect(await may(`POST ${ROOT}/other:addVersion`, { payload: DIGITS })).toBe(false);
    expect(await may(`GET ${ONE}/versions/1:access`)).toBe(false);
    await grant('roles/secretmanager.secretAccessor', ALICE);
    expect(await may(`GET ${ONE}/versions/1:access`)).toBe(true);
    expect(await may(`GET ${ONE}/versions/1`)).toBe(false);
    await grant('roles/secretmanager.viewer', ALICE);
    expect(await may(`GET ${ONE}/versions/1`)).toBe(true);
    expect(await may(`POST ${ONE}/versions/1:disable`, {})).toBe(false);
    await grant('roles/secretmanager.secretVersionManager', ALICE);
    expect(await may(`POST ${ONE}/versions/1:disable`, {})).toBe(true);
    expect(await may(`DELETE ${ONE}`)).toBe(false);
    await grant('roles/secretmanager.admin', ALICE);
    expect(await may(`DELETE ${ONE}`)).toBe(true);
    expect(await may(`GET ${ROOT}`)).toBe(false);
  });

  test('are tested, and of a missing secret there are none', async () => {
    const permissions = ['secretmanager.versions.add', 'secretmanager.versions.access'];
    const held = async (id: string, as?: string): Promise<unknown> =>
      (await send(`POST ${ROOT}/${id}:testIamPermissions`, { permissions }, as === undefined ? {} : { as })).body;
    expect(await held('key')).toEqual({ permissions });
    expect(await held('key', ALICE)).toEqual({});
    await grant('roles/secretmanager.secretVersionAdder', ALICE);
    expect(await held('key', ALICE)).toEqual({ permissions: ['secretmanager.versions.add'] });
    expect(await held('missing')).toEqual({});
  });

  test('are written under the etag of the policy', async () => {
    const { etag } = (await at.send(`GET ${ONE}:getIamPolicy`)).body;
    const bindings = [{ role: 'roles/secretmanager.viewer', members: [ALICE] }];
    const write = (policy: object): Promise<Answer> => send(`POST ${ONE}:setIamPolicy`, { policy });
    const written = await write({ etag, bindings });
    expect(written.body).toMatchObject({ version: 1, bindings });
    expect((await write({ etag, bindings: [] })).status).toBe(409);
    const condition = { title: 'never', expression: 'false' };
    const conditional = [{ ...bindings[0], condition }];
    expect((await write({ etag: written.body['etag'], bindings: conditional })).status).toBe(400);
    expect((await write({ version: 3, etag: written.body['etag'], bindings: conditional })).body).toMatchObject({
      version: 3,
      bindings: conditional,
    });
    expect((await send(`GET ${ONE}`, undefined, { as: ALICE })).status).toBe(403);
    for (const [role, member] of [
      ['nonsense', ALICE],
      ['roles/secretmanager.viewer', 'nonsense'],
      ['roles/secretmanager.viewer', `serviceAccount:missing@${PROJECT}.iam.gserviceaccount.com`],
    ])
      expect((await write({ version: 3, bindings: [{ role, members: [member] }] })).status).toBe(400);
  });

  test('end with the API', async () => {
    await at.send('POST /_simulator/change', { disabledApis: { [PROJECT]: ['secretmanager.googleapis.com'] } });
    expect((await at.send(`GET ${ONE}`)).said).toContain('Secret Manager API has not been used');
  });
});

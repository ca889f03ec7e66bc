import { describe, expect, test } from '@jest/globals';
import sodium from 'libsodium-wrappers';
import { gitHubState } from '../../simulator/github/part.ts';
import type { StoreState } from '../../simulator/github/state.ts';
import { lab } from './world.ts';
import type { Answer } from './world.ts';

const at = lab();
const REPOSITORY = 'acme/data-platform';
const ROOT = `/repos/${REPOSITORY}/actions`;
const ENVIRONMENT = `/repos/${REPOSITORY}/environments/production`;
const ORGANISATION = '/orgs/acme/actions';
const IDS = { data: 734512093, models: 734512094, website: 734512095 };
const send = (on: string, body?: unknown, token = at.env['SIMULATOR_GITHUB_TOKEN'] ?? ''): Promise<Answer> =>
  at.send(on, body, { token });
const repository = (): StoreState | undefined => gitHubState(at.world).repositories[REPOSITORY];
const environment = (): StoreState | undefined =>
  gitHubState(at.world).repositories[REPOSITORY]?.environments['production'];

interface Store {
  readonly name: string;
  readonly root: string;
  readonly state: () => StoreState | undefined;
  /** What a body must have besides the secret or variable. */
  readonly also: Readonly<Record<string, unknown>>;
  readonly most: { readonly secrets: number; readonly variables: number };
}

const stores: Store[] = [
  { name: 'a repository', root: ROOT, state: repository, also: {}, most: { secrets: 100, variables: 500 } },
  { name: 'an environment', root: ENVIRONMENT, state: environment, also: {}, most: { secrets: 100, variables: 100 } },
  {
    name: 'an organization',
    root: ORGANISATION,
    state: () => gitHubState(at.world).organisations['acme'],
    also: { visibility: 'all' },
    most: { secrets: 1000, variables: 1000 },
  },
];

async function seal(value: string, root = ROOT): Promise<{ encrypted_value: string; key_id: string }> {
  await sodium.ready;
  const { body } = await send(`GET ${root}/secrets/public-key`);
  const key = sodium.from_base64(String(body['key']), sodium.base64_variants.ORIGINAL);
  const sealed = sodium.crypto_box_seal(value, key);
  return {
    encrypted_value: sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL),
    key_id: String(body['key_id']),
  };
}

/** Fills a store up to its limit, without asking for it. */
function fill(entries: Record<string, unknown> | undefined, count: number): void {
  for (let index = 0; index < count; index += 1) {
    Object.assign(entries ?? {}, { [`FULL_${String(index)}`]: { value: '', createdAt: 0, updatedAt: 0 } });
  }
}

describe.each(stores)('in $name', ({ root, state, also, most }) => {
  const sealed = async (value: string): Promise<Record<string, unknown>> => ({ ...(await seal(value, root)), ...also });

  test('a secret: created, updated, never told, deleted', async () => {
    expect((await send(`PUT ${root}/secrets/my_secret`, await sealed('one'))).status).toBe(201);
    expect((await send(`PUT ${root}/secrets/MY_SECRET`, await sealed('two'))).status).toBe(204);
    expect(state()?.secrets['MY_SECRET']?.value).toBe('two');
    const { body } = await send(`GET ${root}/secrets/My_Secret`);
    expect(Object.keys(body)).toEqual(['name', 'created_at', 'updated_at', ...Object.keys(also)]);
    expect(body['updated_at']).toMatch(/\.\d{3}Z$/);
    expect((await send(`GET ${root}/secrets`)).body).toEqual({ total_count: 1, secrets: [body] });
    expect((await send(`DELETE ${root}/secrets/MY_SECRET`)).status).toBe(204);
    expect((await send(`DELETE ${root}/secrets/MY_SECRET`)).status).toBe(404);
    expect((await send(`GET ${root}/secrets/MY_SECRET`)).status).toBe(404);
  });

  test('what is not sealed for this store is refused', async () => {
    const good = await sealed('x');
    const foreign = await Promise.all(
      stores.filter((one) => one.root !== root).map(async (one) => ({ ...(await seal('x', one.root)), ...also })),
    );
    for (const body of [
      ...foreign,
      ...foreign.map(({ encrypted_value }) => ({ ...good, encrypted_value })),
      { ...good, key_id: '1' },
      { ...good, encrypted_value: 'AAAA' },
      { ...good, extra: 'x' },
      { key_id: good['key_id'], ...also },
      await sealed('x'.repeat(48 * 1024 + 1)),
    ])
      expect((await send(`PUT ${root}/secrets/A`, body)).status).toBe(422);
    for (const name of ['GITHUB_A', '1A', 'A-B'])
      expect((await send(`PUT ${root}/secrets/${name}`, good)).status).toBe(422);
    expect((await send(`PUT ${root}/secrets/A`, await sealed('x'.repeat(48 * 1024)))).status).toBe(201);
  });

  test('variables', async () => {
    const value = async (): Promise<unknown> => (await send(`GET ${root}/variables/v`)).body['value'];
    expect((await send(`PATCH ${root}/variables/V`, { value: '1' })).status).toBe(404);
    expect((await send(`POST ${root}/variables`, { name: 'v', value: '1', ...also })).status).toBe(201);
    expect((await send(`POST ${root}/variables`, { name: 'V', value: '1', ...also })).status).toBe(409);
    expect(await value()).toBe('1');
    expect((await send(`PATCH ${root}/variables/V`, { value: '2' })).status).toBe(204);
    expect(await value()).toBe('2');
    expect((await send(`PATCH ${root}/variables/V`, { name: 'W' })).status).toBe(204);
    expect((await send(`GET ${root}/variables/W`)).body).toMatchObject({ name: 'W', value: '2', ...also });
    expect((await send(`DELETE ${root}/variables/W`)).status).toBe(204);
    expect((await send(`GET ${root}/variables/V`)).status).toBe(404);
  });

  test('it takes so many, and no more', async () => {
    fill(state()?.secrets, most.secrets - 1);
    fill(state()?.variables, most.variables - 1);
    for (const [name, status] of [
      ['LAST', 201],
      ['OVER', 422],
    ] as const) {
      expect((await send(`PUT ${root}/secrets/${name}`, await sealed('x'))).status).toBe(status);
      expect((await send(`POST ${root}/variables`, { name, value: 'x', ...also })).status).toBe(status);
    }
    expect((await send(`PUT ${root}/secrets/LAST`, await sealed('y'))).status).toBe(204);
  });

  test('the journal tells variables, not what was sealed', async () => {
    await send(`PUT ${root}/secrets/A`, await sealed('x'));
    await send(`POST ${root}/variables`, { name: 'A', value: 'told', ...also });
    const { body } = await at.send('GET /_simulator/journal');
    const [put, post] = (body as unknown as { body: unknown }[]).slice(-2);
    expect(put?.body).toMatchObject({ encrypted_value: '***' });
    expect(post?.body).toMatchObject({ value: 'told' });
  });

  test.each([
    ['ghs_token', 403, 'Resource not accessible by integration'],
    ['github_pat_token', 403, 'Resource not accessible by personal access token'],
    ['ghp_token', 403, 'Resource not accessible by personal access token'],
    ['nonsense', 401, 'Bad credentials'],
  ])('the token %s is refused', async (token, status, message) => {
    for (const path of ['secrets/public-key', 'secrets/A', 'variables/A']) {
      const answer = await send(`GET ${root}/${path}`, undefined, token);
      expect(answer).toMatchObject({ status, body: { message } });
      expect(answer.body['documentation_url']).toBeDefined();
      expect(answer.headers.get('x-github-request-id')).not.toBeNull();
    }
  });
});

/** What `GET` of a secret and a variable that do not exist are answered: 404 is a right to see that. */
async function looks(token: string): Promise<Record<string, number[]>> {
  const status = async (path: string): Promise<number> => (await send(`GET ${path}/A`, undefined, token)).status;
  const both = (root: string): Promise<number[]> =>
    Promise.all([status(`${root}/secrets`), status(`${root}/variables`)]);
  return { repository: await both(ROOT), environment: await both(ENVIRONMENT), organization: await both(ORGANISATION) };
}

test.each([
  ['SIMULATOR_GITHUB_TOKEN', [404, 404], [404, 404], [404, 404]],
  ['SIMULATOR_GITHUB_JOB_TOKEN', [403, 403], [403, 403], [403, 403]],
  ['SIMULATOR_GITHUB_APP_TOKEN', [404, 404], [404, 404], [403, 403]],
  ['SIMULATOR_GITHUB_FINE_GRAINED_TOKEN', [404, 404], [403, 403], [403, 403]],
  ['SIMULATOR_GITHUB_SECRETS_ONLY_TOKEN', [404, 403], [403, 403], [403, 403]],
])('%s may', async (variable, ofRepository, ofEnvironment, ofOrganization) => {
  const expected = { repository: ofRepository, environment: ofEnvironment, organization: ofOrganization };
  expect(await looks(at.env[variable] ?? '')).toEqual(expected);
});

describe('a token that was described', () => {
  const describeToken = (description: unknown): Promise<Answer> =>
    at.send('POST /_simulator/change', { gitHubTokens: { mine: description } });

  test.each([
    ['repo', [404, 404], [403, 403]],
    ['admin:org', [403, 403], [404, 404]],
  ])('a classic one with %s', async (scope, inRepository, inOrganization) => {
    await describeToken({ kind: 'classic', scopes: [scope] });
    expect(await looks('mine')).toEqual({
      repository: inRepository,
      environment: inRepository,
      organization: inOrganization,
    });
  });

  test('is told which right it lacks', async () => {
    const lacks = async (on: string): Promise<unknown> => {
      const { status, headers } = await send(on, {}, 'mine');
      return [status, headers.get('x-accepted-github-permissions'), headers.get('x-accepted-oauth-scopes')];
    };
    await describeToken({ kind: 'app', permissions: { secrets: 'read', actions_variables: 'read' } });
    expect(await lacks(`PUT ${ROOT}/secrets/A`)).toEqual([403, 'secrets=write', null]);
    expect(await lacks(`DELETE ${ROOT}/variables/A`)).toEqual([403, 'actions_variables=write', null]);
    expect(await lacks(`POST ${ENVIRONMENT}/variables`)).toEqual([403, 'environments=write', null]);
    expect(await lacks(`PUT ${ORGANISATION}/secrets/A`)).toEqual([403, 'organization_secrets=write', null]);
    await describeToken({ kind: 'classic', scopes: ['repo'] });
    expect(await lacks(`PATCH ${ORGANISATION}/variables/A`)).toEqual([403, null, 'admin:org']);
  });

  test('a job’s never has the right, whatever it is given', async () => {
    await describeToken({ kind: 'GITHUB_TOKEN', permissions: { secrets: 'write', environments: 'write' } });
    expect((await looks('mine'))['repository']).toEqual([403, 403]);
  });

  test('does not learn of what it does not see', async () => {
    await describeToken({ kind: 'fine-grained', permissions: { secrets: 'write' }, sees: ['acme/models'] });
    expect((await send('GET /repos/acme/models/actions/secrets/public-key', undefined, 'mine')).status).toBe(200);
    for (const path of [`/repos/${REPOSITORY}`, `${ROOT}/secrets/public-key`, `${ORGANISATION}/secrets`])
      expect(await send(`GET ${path}`, undefined, 'mine')).toMatchObject({
        status: 404,
        body: { message: 'Not Found' },
      });
  });

  test('must be described rightly', async () => {
    for (const wrong of [
      { kind: 'fine' },
      { kind: 'app', permissions: { variables: 'write' } },
      { kind: 'app', permissions: { secrets: 'admin' } },
      { kind: 'classic', scopes: ['org'] },
      { kind: 'app', secrets: 'write' },
    ])
      expect((await describeToken(wrong)).status).toBe(400);
  });
});

describe('who may use what an organization has', () => {
  const put = async (body: Record<string, unknown>): Promise<number> =>
    (await send(`PUT ${ORGANISATION}/secrets/A`, { ...(await seal('x', ORGANISATION)), ...body })).status;

  test.each([
    {},
    { visibility: 'public' },
    { visibility: 'all', selected_repository_ids: [] },
    { visibility: 'selected', selected_repository_ids: [1] },
    { visibility: 'selected', selected_repository_ids: [String(IDS.data)] },
    { visibility: 'selected', selected_repository_ids: IDS.data },
  ])('refused: %j', async (audience) => {
    expect(await put(audience)).toBe(422);
    expect((await send(`POST ${ORGANISATION}/variables`, { name: 'A', value: '1', ...audience })).status).toBe(422);
  });

  test('only an organization is asked', async () => {
    const body = { ...(await seal('x')), visibility: 'all' };
    expect((await send(`PUT ${ROOT}/secrets/A`, body)).status).toBe(422);
    expect((await send(`POST ${ROOT}/variables`, { name: 'A', value: '1', visibility: 'all' })).status).toBe(422);
  });

  test.each(['secrets', 'variables'])('repositories are selected: %s', async (what) => {
    const one = `${ORGANISATION}/${what}/A`;
    const selected = async (): Promise<unknown> =>
      ((await send(`GET ${one}/repositories`)).body['repositories'] as { id: number }[]).map(({ id }) => id);
    const audience = { visibility: 'selected', selected_repository_ids: [IDS.models, IDS.data] };
    if (what === 'secrets') expect(await put(audience)).toBe(201);
    else await send(`POST ${ORGANISATION}/variables`, { name: 'A', value: '1', ...audience });
    const { body } = await send(`GET ${one}`);
    expect(body['visibility']).toBe('selected');
    expect(new URL(String(body['selected_repositories_url'])).pathname).toBe(`${one}/repositories`);
    expect(await selected()).toEqual([IDS.data, IDS.models]);
    expect((await send(`PUT ${one}/repositories`, { selected_repository_ids: [IDS.website] })).status).toBe(204);
    expect(await selected()).toEqual([IDS.website]);
    expect((await send(`PUT ${one}/repositories`, { selected_repository_ids: [7] })).status).toBe(422);
    expect((await send(`PUT ${one}/repositories`, {})).status).toBe(422);
  });

  test('a variable keeps its audience until another is named', async () => {
    const audience = { visibility: 'selected', selected_repository_ids: [IDS.models] };
    await send(`POST ${ORGANISATION}/variables`, { name: 'A', value: '1', ...audience });
    await send(`PATCH ${ORGANISATION}/variables/A`, { value: '2' });
    const entry = (): unknown => gitHubState(at.world).organisations['acme']?.variables['A'];
    expect(entry()).toMatchObject({ value: '2', visibility: 'selected', selectedRepositoryIds: [IDS.models] });
    await send(`PATCH ${ORGANISATION}/variables/A`, { visibility: 'private' });
    expect(entry()).toMatchObject({ value: '2', visibility: 'private' });
    expect((await send(`GET ${ORGANISATION}/variables/A/repositories`)).status).toBe(409);
    expect((await send(`PUT ${ORGANISATION}/variables/A/repositories`, audience)).status).toBe(409);
  });

  test('an organization that is not there', async () => {
    expect((await send('GET /orgs/other/actions/secrets/public-key')).status).toBe(404);
    expect((await send('GET /orgs/ACME/actions/secrets/public-key')).status).toBe(200);
  });
});

test('the repository', async () => {
  expect((await send('GET /repos/ACME/Data-Platform')).body).toMatchObject({ full_name: REPOSITORY, id: IDS.data });
  expect((await send('GET /repos/acme/models')).body['id']).toBe(IDS.models);
  expect((await send('GET /repos/acme/website')).body['id']).toBe(IDS.website);
  expect((await send('GET /repos/acme/other')).status).toBe(404);
});

test('environments: found by any name that is encoded, never made by a secret', async () => {
  const { environments } = gitHubState(at.world).repositories[REPOSITORY] ?? {};
  const production = environments?.['production'];
  Object.assign(environments ?? {}, { 'prod eu/west': { ...production, secrets: {}, variables: {} } });
  const root = `/repos/${REPOSITORY}/environments/${encodeURIComponent('prod eu/west')}`;
  expect((await send(`GET ${root}`)).body).toMatchObject({ name: 'prod eu/west', protection_rules: [] });
  expect((await send(`PUT ${root}/secrets/A`, await seal('x', root))).status).toBe(201);
  expect((await send(`POST ${root}/variables`, { name: 'A', value: '1' })).status).toBe(201);
  expect(environments?.['prod eu/west']?.secrets['A']?.value).toBe('x');
  expect(Object.keys(production?.secrets ?? {})).toEqual([]);
  for (const name of ['staging', 'Production'])
    expect((await send(`GET /repos/${REPOSITORY}/environments/${name}`)).status).toBe(200);
  const absent = `/repos/${REPOSITORY}/environments/absent`;
  for (const path of ['', '/secrets', '/secrets/public-key', '/variables'])
    expect((await send(`GET ${absent}${path}`)).status).toBe(404);
  expect((await send(`PUT ${absent}/secrets/A`, await seal('x', root))).status).toBe(404);
  expect((await send(`POST ${absent}/variables`, { name: 'A', value: '1' })).status).toBe(404);
});

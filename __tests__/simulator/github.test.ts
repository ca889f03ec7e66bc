import { expect, test } from '@jest/globals';
import sodium from 'libsodium-wrappers';
import { lab } from './world.ts';
import type { Answer } from './world.ts';

const at = lab();
const ROOT = '/repos/acme/data-platform/actions';
const send = (on: string, body?: unknown, token = at.env['SIMULATOR_GITHUB_TOKEN'] ?? ''): Promise<Answer> =>
  at.send(on, body, { token });

async function seal(value: string): Promise<{ encrypted_value: string; key_id: string }> {
  await sodium.ready;
  const { body } = await send(`GET ${ROOT}/secrets/public-key`);
  const key = sodium.from_base64(String(body['key']), sodium.base64_variants.ORIGINAL);
  const sealed = sodium.crypto_box_seal(value, key);
  return {
    encrypted_value: sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL),
    key_id: String(body['key_id']),
  };
}

test('a secret: created, updated, never told, deleted', async () => {
  expect((await send(`PUT ${ROOT}/secrets/my_secret`, await seal('one'))).status).toBe(201);
  expect((await send(`PUT ${ROOT}/secrets/MY_SECRET`, await seal('two'))).status).toBe(204);
  expect(at.world.gitHub.repositories['acme/data-platform']?.secrets['MY_SECRET']?.value).toBe('two');
  const { body } = await send(`GET ${ROOT}/secrets/My_Secret`);
  expect(Object.keys(body)).toEqual(['name', 'created_at', 'updated_at']);
  expect(body['updated_at']).toMatch(/\.\d{3}Z$/);
  expect((await send(`DELETE ${ROOT}/secrets/MY_SECRET`)).status).toBe(204);
  expect((await send(`GET ${ROOT}/secrets/MY_SECRET`)).status).toBe(404);
});

test('what is not sealed for this store is refused', async () => {
  const good = await seal('x');
  for (const body of [
    { ...good, key_id: '1' },
    { ...good, encrypted_value: 'AAAA' },
    { ...good, extra: 'x' },
    { key_id: good.key_id },
    await seal('x'.repeat(48 * 1024 + 1)),
  ])
    expect((await send(`PUT ${ROOT}/secrets/A`, body)).status).toBe(422);
  for (const name of ['GITHUB_A', '1A', 'A-B'])
    expect((await send(`PUT ${ROOT}/secrets/${name}`, good)).status).toBe(422);
});

test('variables', async () => {
  const value = async (): Promise<unknown> => (await send(`GET ${ROOT}/variables/v`)).body['value'];
  expect((await send(`PATCH ${ROOT}/variables/V`, { value: '1' })).status).toBe(404);
  expect((await send(`POST ${ROOT}/variables`, { name: 'v', value: '1' })).status).toBe(201);
  expect((await send(`POST ${ROOT}/variables`, { name: 'V', value: '1' })).status).toBe(409);
  expect(await value()).toBe('1');
  expect((await send(`PATCH ${ROOT}/variables/V`, { value: '2' })).status).toBe(204);
  expect(await value()).toBe('2');
  expect((await send(`DELETE ${ROOT}/variables/V`)).status).toBe(204);
  expect((await send(`GET ${ROOT}/variables/V`)).status).toBe(404);
});

test.each([
  ['ghs_token', 403, 'Resource not accessible by integration'],
  ['github_pat_token', 403, 'Resource not accessible by personal access token'],
  ['nonsense', 401, 'Bad credentials'],
])('the token %s is refused', async (token, status, message) => {
  for (const path of ['secrets/public-key', 'secrets/A', 'variables/A']) {
    const answer = await send(`GET ${ROOT}/${path}`, undefined, token);
    expect(answer).toMatchObject({ status, body: { message } });
    expect(answer.body['documentation_url']).toBeDefined();
    expect(answer.headers.get('x-github-request-id')).not.toBeNull();
  }
});

test('the repository', async () => {
  expect((await send('GET /repos/ACME/Data-Platform')).body['full_name']).toBe('acme/data-platform');
  expect((await send('GET /repos/acme/other')).status).toBe(404);
});

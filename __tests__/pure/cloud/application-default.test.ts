import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readEndpoints } from '../../../src/cloud/google/endpoints.ts';
import { makeWire } from '../../../src/cloud/google/wire.ts';
import { applicationDefault } from '../../../src/cloud/google/sign-in/application-default.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const file = {
  type: 'service_account',
  client_email: 'x@p.iam.gserviceaccount.com',
  private_key: privateKey,
  private_key_id: 'abc',
};
const path = join(mkdtempSync(join(tmpdir(), 'adc-')), 'adc.json');
const signIn = (text: string): ReturnType<typeof applicationDefault> => {
  writeFileSync(path, text);
  const env = { GOOGLE_APPLICATION_CREDENTIALS: path };
  const options = {
    ...{ provider: undefined, serviceAccount: undefined, audience: undefined, env },
    idToken: () => Promise.reject(new Error('there is none')),
    endpoints: readEndpoints({}).endpoints,
  };
  return applicationDefault(options, { wire: makeWire(), mask: () => undefined });
};

test('a key file → signs in as its account', async () => {
  expect((await signIn(JSON.stringify(file))).principal()).toBe('serviceAccount:x@p.iam.gserviceaccount.com');
});

test.each([
  ['a token', 'ya29.short-token-of-somebody', 'is no JSON'],
  ['the key itself', privateKey, 'is no JSON'],
  ['base64', Buffer.from(JSON.stringify(file)).toString('base64'), 'is no JSON'],
  ['a stray quote in the key', JSON.stringify(file).replace(/(MII.{20})/, '$1"SECRET'), 'is no JSON'],
  ['a file that was cut', JSON.stringify(file).slice(0, 300), 'is no JSON'],
  [
    'line breaks escaped twice',
    JSON.stringify({ ...file, private_key: privateKey.replaceAll('\n', '\\n') }),
    'PKCS #8 PEM',
  ],
  ['a key that was cut', JSON.stringify({ ...file, private_key: privateKey.slice(0, 900) }), 'PKCS #8 PEM'],
  ['no key', JSON.stringify({ ...file, private_key: 'x' }), 'PKCS #8 PEM'],
])('%s in its place → a problem that says so, and quotes nothing of it', async (_name, text, because) => {
  const error = (await signIn(text).catch((thrown: unknown) => thrown)) as Error;
  expect(error.message).toContain(because);
  expect(error).toMatchObject({ problems: [{ code: 'sign-in.no-credentials' }] });
  for (let start = 0; start + 8 <= Math.min(text.length, 600); start += 1) {
    const piece = text.slice(start, start + 8);
    if (/^[A-Za-z0-9+/.=-]{8}$/.test(piece) && /\d/.test(piece)) expect(error.message).not.toContain(piece);
  }
});

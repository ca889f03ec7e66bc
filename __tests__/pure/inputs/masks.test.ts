import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { secretsIn } from '../../../src/inputs/masks.ts';
import { readInputs } from '../../../src/inputs/parse.ts';
import { inputGroups, rowsOf } from '../../../src/inputs/schema.ts';
import { masksOfKey } from '../../../src/secret.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const file = {
  private_key_id: 'abc',
  private_key: privateKey,
  client_email: 'segment-reverse-etl@acme-analytics.iam.gserviceaccount.com',
};
const secrets: Record<string, string> = {
  github_token: 'github-token-0123456789',
  segment_token: 'segment-token-0123456789',
  comment_token: 'comment-token-0123456789',
  credentials_json: JSON.stringify(file, null, 2),
};
const masksOf = (given: Record<string, string>): readonly string[] => {
  const all: Record<string, string> = { project_id: 'acme-analytics', ...given };
  return secretsIn((name) => all[name] ?? '');
};

test('no secret given: no mask', () => {
  expect(masksOf({})).toEqual([]);
});

test.each(['github_token', 'comment_token', 'segment_token'])('%s: masked as it is', (name) => {
  expect(masksOf({ [name]: secrets[name] ?? '' })).toEqual([secrets[name]]);
});

test('credentials_json: masked in every form of a key file', () => {
  const masks = masksOf({ credentials_json: secrets['credentials_json'] ?? '' });
  expect(masks).toEqual(masksOfKey(secrets['credentials_json'] ?? '', privateKey));
  expect(masks).toContain(JSON.stringify(file));
});

test('every secret among the inputs: has a case here', () => {
  const names = rowsOf(inputGroups).flatMap(({ input, secret }) => (secret === undefined ? [] : [input]));
  expect(names.sort()).toEqual(Object.keys(secrets).sort());
});

test('what is parsed: prints no secret', () => {
  const all: Record<string, string> = { project_id: 'acme-analytics', ...secrets };
  const reading = readInputs((name) => all[name] ?? '', {
    name: 'push',
    repository: 'acme/data',
    mayWrite: true,
    isOnDefaultBranch: true,
  });
  const printed = JSON.stringify(reading);
  for (const mask of masksOf(secrets)) expect(printed).not.toContain(mask);
});

import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Secret, masksOfKey, withoutPrivateKeys } from '../../src/secret.ts';

describe('a secret', () => {
  const secret = new Secret('hunter2');
  test.each([
    ['as text', String(secret)],
    ['as JSON', JSON.stringify({ secret })],
    ['inspected', inspect({ secret }, { showHidden: true, depth: null })],
    ['in an error', inspect(new Error('x', { cause: secret }))],
  ])('prints stars %s', (_name, printed) => {
    expect(printed).not.toContain('hunter2');
    expect(printed).toContain('***');
  });

  test('is given away only by reveal', () => {
    expect(secret.reveal()).toBe('hunter2');
    expect(Object.keys(secret)).toEqual([]);
  });
});

test('masks of a key: every form, none of them short, no braces and no BEGIN line', () => {
  const lines = Array.from({ length: 25 }, (_unused, index) => `${String(index).padStart(2, '0')}${'A'.repeat(62)}`);
  const pem = ['-----BEGIN PRIVATE KEY-----', ...lines, 'tail==', '-----END PRIVATE KEY-----', ''].join('\n');
  const file = JSON.stringify({ type: 'service_account', private_key: pem }, null, 2);
  const masks = masksOfKey(file, pem);
  for (const line of lines) expect(masks).toContain(line);
  expect(masks).toContain(JSON.stringify(JSON.parse(file)));
  expect(masks).toContain(Buffer.from(file).toString('base64'));
  expect(masks).toContain(JSON.stringify(pem).slice(1, -1));
  expect(
    masks.filter((mask) => mask.length < 16 || mask.includes('\n') || mask.startsWith('-----BEGIN PRIVATE KEY-----\n')),
  ).toEqual([]);
});

const PEM = '-----BEGIN PRIVATE KEY-----\nMIIE\nvQ==\n-----END PRIVATE KEY-----';

test.each<[string, string, string]>([
  ['no key', 'a location', 'a location'],
  ['one, as a file has it', `a ${PEM} b`, 'a *** b'],
  ['one within JSON', JSON.stringify({ k: PEM, l: 'EU' }), '{"k":"***","l":"EU"}'],
  ['of another kind', PEM.replaceAll('PRIVATE', 'RSA PRIVATE'), '***'],
  ['an encrypted one', PEM.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'), '***'],
  ['two', `${PEM} and ${PEM}`, '*** and ***'],
  ['one that was cut', `a ${PEM.slice(0, 40)}`, 'a ***'],
  ['a public key', PEM.replaceAll('PRIVATE', 'PUBLIC'), PEM.replaceAll('PRIVATE', 'PUBLIC')],
])('text with %s → without private keys', (_title, text, expected) => {
  expect(withoutPrivateKeys(text)).toBe(expected);
});

test('text of a hundred thousand beginnings → no end to it is looked for twice', () => {
  expect(withoutPrivateKeys('-----BEGIN PRIVATE KEY-----'.repeat(100_000))).toBe('***');
});

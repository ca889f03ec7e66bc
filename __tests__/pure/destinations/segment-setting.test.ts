import { describe, expect, test } from '@jest/globals';
import type { Option } from '../../../src/cloud/segment/catalog.ts';
import { chooseSetting } from '../../../src/destinations/segment/setting.ts';

const option = (name: string, more: Partial<Option> = {}): Option => ({
  ...{ name, type: 'string', label: undefined, hasDefault: false },
  ...more,
});
const location = option('location');
const storage = option('storage', { type: 'boolean' });

describe('which setting takes the key', () => {
  test.each<[string, readonly Option[], object]>([
    [
      'one besides the location → that one',
      [location, option('x'), storage],
      { name: 'x', as: 'string', by: 'catalog' },
    ],
    [
      'of type object → sent as an object',
      [option('x', { type: 'object' })],
      { name: 'x', as: 'object', by: 'catalog' },
    ],
    ['of type json → sent as an object', [option('x', { type: 'json' })], { name: 'x', as: 'object', by: 'catalog' }],
    [
      'numbers, and what has a default → never',
      [option('n', { type: 'number' }), option('d', { hasDefault: true }), option('x')],
      { name: 'x' },
    ],
    [
      'one of several has a telling name → that one',
      [option('a'), option('service_account')],
      { name: 'service_account' },
    ],
    [
      'one of several has a telling label → that one',
      [option('a'), option('b', { label: 'Enter your credentials' })],
      { name: 'b' },
    ],
  ])('%s', (_title, options, setting) => {
    expect(chooseSetting(options, undefined)).toMatchObject({ setting });
  });

  test.each<[string, readonly Option[], RegExp]>([
    [
      'two that tell → refused, with all of them',
      [location, option('credentials'), option('keyJson', { label: 'Key' })],
      /location \(string\), credentials \(string\), keyJson \(string\) "Key"/,
    ],
    ['two that do not → refused', [option('a'), option('b')], /a \(string\), b \(string\)/],
    ['none → refused, never guessed', [location, storage], /location \(string\), storage \(boolean\)/],
    ['no options at all → refused', [], /none/],
    [
      'a link to a credential alone → refused in words of its own',
      [location, option('credential_id')],
      /links a credential/,
    ],
  ])('%s', (_title, options, because) => {
    expect(chooseSetting(options, undefined)).toMatchObject({ because: expect.stringMatching(because) });
  });

  test.each<[string, readonly Option[], string, 'object' | undefined, object]>([
    [
      'named, of two → that one, by the user',
      [option('credentials'), option('keyJson')],
      'keyJson',
      undefined,
      { name: 'keyJson', as: 'string', by: 'user' },
    ],
    [
      'named as an object → sent as one',
      [option('credentials'), option('keyJson')],
      'keyJson',
      'object',
      { as: 'object' },
    ],
    [
      'named, and the catalog agrees → by the catalog',
      [location, option('x', { type: 'object' })],
      'x',
      undefined,
      { as: 'object', by: 'catalog' },
    ],
    [
      'named, and not in the catalog → that one, by the user',
      [location],
      'hidden',
      undefined,
      { name: 'hidden', as: 'string', by: 'user' },
    ],
  ])('%s', (_title, options, name, as, setting) => {
    expect(chooseSetting(options, { name, as })).toMatchObject({ setting });
  });
});

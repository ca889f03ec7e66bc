import { describe, expect, test } from '@jest/globals';
import { readDescription, writeDescription } from '../../../src/ownership/description.ts';
import { isKey, isSameKey, keyNamed } from '../../../src/ownership/record.ts';

const A = `aaaaaaaaaaaa${'0'.repeat(28)}`;
const TWIN = `aaaaaaaaaaaa${'1'.repeat(28)}`;
const B = 'b'.repeat(40);

describe('what of a bracket this action never writes', () => {
  test.each<[string, string, readonly string[] | undefined, object]>([
    ['a word of ours', 'key=abcdef revoked', undefined, { key: 'abcdef', revoked: true }],
    ['one digit for an id', 'old=a', ['old=a'], { old: [] }],
    ['every digit', 'old=0,1,2', ['old=0', 'old=1', 'old=2'], { old: [] }],
    ['five digits', 'key=abcde', ['key=abcde'], { key: undefined }],
    ['more than an id', `key=${'a'.repeat(41)}`, [`key=${'a'.repeat(41)}`], { key: undefined }],
    ['capital letters', 'key=ABCDEF', ['key=ABCDEF'], { key: undefined }],
    ['no hexadecimal digits', 'old=abcdef,xyzxyz', ['old=xyzxyz'], { old: ['abcdef'] }],
    ['two keys in use', 'key=abcdef,012345', ['key=abcdef,012345'], { key: undefined }],
    ['a key in use, twice', 'key=abcdef key=012345', ['key=012345'], { key: 'abcdef' }],
    ['an unknown word', 'boss=me', ['boss=me'], { key: undefined }],
    ['a name of every object', 'constructor=1 __proto__', ['constructor=1', '__proto__'], {}],
    ['a value where there is none', 'revoked=no', ['revoked=no'], { revoked: false }],
    ['two values', 'key=abcdef=012345', ['key=abcdef=012345'], { key: undefined }],
    ['an empty list', 'issuing-before=', undefined, { issuingBefore: [] }],
    ['an empty id in a list', 'issuing-before=abcdef,', ['issuing-before='], { issuingBefore: ['abcdef'] }],
    ['blanks of all kinds', 'key=abcdef \t\u00A0 revoked', undefined, { key: 'abcdef', revoked: true }],
  ])('%s', (_name, words, strays, facts) => {
    const read = readDescription(`Mine [segment-retl created ${words}]`);
    expect(read.strays).toEqual(strays);
    expect(read.ownership).toMatchObject(facts);
    expect(read.text).toBe('Mine');
  });

  test('with the next write it goes', () => {
    const description = readDescription('Mine [segment-retl created key=abcdef old=0,1 boss=me]');
    expect(writeDescription(description)).toBe('Mine [segment-retl created key=abcdef]');
  });

  test('a bracket that says neither created nor adopted is the text of others', () => {
    expect(readDescription('[segment-retl boss]')).toEqual({ text: '[segment-retl boss]', ownership: undefined });
  });
});

describe('which key an id means', () => {
  test.each<[string, string, boolean]>([
    ['the whole id', B, true],
    ['six digits', 'bbbbbb', true],
    ['five digits', 'bbbbb', false],
    ['nothing', '', false],
    ['another', 'cccccc', false],
  ])('%s', (_name, recorded, expected) => {
    expect(isKey(recorded, B)).toBe(expected);
  });

  test('none where it could mean two', () => {
    const keys = [{ id: A }, { id: TWIN }, { id: B }];
    expect(keyNamed('aaaaaaaaaaaa', keys)).toBeUndefined();
    expect(keyNamed(A, keys)).toBe(keys[0]);
    expect(keyNamed('bbbbbb', keys)).toBe(keys[2]);
  });

  test.each<[string | undefined, string | undefined, boolean]>([
    [undefined, undefined, true],
    ['abcdef', undefined, false],
    ['abcdef', 'abcdef012345', true],
    ['abcdef012345', 'abcdef', true],
    ['abcdef', 'abcdee', false],
  ])('%s and %s are the same key: %s', (one, other, expected) => {
    expect(isSameKey(one, other)).toBe(expected);
  });
});

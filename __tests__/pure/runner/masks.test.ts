import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { masksOfRun } from '../../../src/runner/masks.ts';

const KEY = '0123456789abcdef';

describe('the masks of a run', () => {
  test.each([
    ['a token', KEY, [KEY]],
    ['a short one', '0123456789abcde', []],
    ['nothing', '', []],
    ['what is mostly white space', `a${' '.repeat(30)}`, []],
    ['several lines', `{\n${KEY}\r\nshort\n`, [KEY]],
  ])('%s → %j', (_name, value, expected) => {
    expect(masksOfRun().add(value)).toEqual(expected);
  });

  test('the same twice → told once', () => {
    const masks = masksOfRun();
    expect([masks.add(KEY), masks.add(KEY)]).toEqual([[KEY], []]);
    expect([masks.covers(KEY), masks.covers(`${KEY}x`)]).toEqual([true, false]);
  });

  test('what is masked → shows in nothing, one within another neither', () => {
    const value = fc.stringMatching(/^[ab.]{16,24}$/);
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), fc.array(fc.string()), (values, rest) => {
        const masks = masksOfRun();
        values.forEach(masks.add);
        const shown = masks.hide([...values, ...rest].join(' '));
        for (const one of values) expect(shown).not.toContain(one);
      }),
    );
  });
});

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

  test('text of any kind → just what looking at every place finds', () => {
    const piece = fc.stringMatching(/^[ab.]{0,40}$/);
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ab.]{16,24}$/), { maxLength: 5 }),
        fc.array(piece),
        (values, pieces) => {
          const masks = masksOfRun();
          values.forEach(masks.add);
          const text = pieces.flatMap((one, index) => [one, values[index % 7] ?? '']).join('');
          expect(masks.hide(text)).toBe(plainlyHidden(text, values));
        },
      ),
    );
  });
});

/** Each character by itself: whether a mask covers it; what is covered without a gap, by masks that overlap, is one star. */
function plainlyHidden(text: string, values: readonly string[]): string {
  let shown = '';
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    const length = Math.max(0, ...values.filter((one) => text.startsWith(one, at)).map((one) => one.length));
    if (length > 0 && at >= end) shown += '***';
    if (length > 0) end = Math.max(end, at + length);
    if (at >= end) shown += text.charAt(at);
  }
  return shown;
}

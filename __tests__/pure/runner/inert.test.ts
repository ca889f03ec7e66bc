import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostile } from '../../../harness/hostile-text.ts';
import { runnerView } from '../../../harness/runner-view.ts';
import { flat, inert, inertJson } from '../../../src/runner/inert.ts';

describe('inert text', () => {
  test.each([
    ['##[stop-commands]x', '# #[stop-commands]x'],
    ['a ##[set-output name=key]x', 'a # #[set-output name=key]x'],
    ['###[x]##[y]', '## #[x]# #[y]'],
    ['a ##vso[task.setvariable variable=x]y', 'a # #vso[task.setvariable variable=x]y'],
    ['##teamcity[message]', '# #teamcity[message]'],
    ['#\u200b#[debug]x', '# #[debug]x'],
    ['::stop-commands::x', ': :stop-commands::x'],
    ['  \u3000::error::x', '  \u3000: :error::x'],
    [':::x', ': ::x'],
    ['one\n::error::two', 'one ::error::two'],
    ['one\r\n\u2028##[error]two', 'one   # #[error]two'],
    ['\u202egnp.exe', ' gnp.exe'],
    ['a:b::c d#1 [x](y)', 'a:b::c d#1 [x](y)'],
    ['      role roles/x: absent → present', '      role roles/x: absent → present'],
    ['ग्राहक, สินค้า, naïve 漢字 😀', 'ग्राहक, สินค้า, naïve 漢字 😀'],
  ])('%j → %j', (text, expected) => {
    expect(inert(text)).toBe(expected);
  });

  test('any text → one line, in which the runner finds no command', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = inert(text);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(runnerView(line)).toMatchObject({ commands: [], stopped: undefined });
        expect(inert(line)).toBe(line);
      }),
      { numRuns: 3000 },
    );
  });

  test('harmless text → stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/##\w*\[|^\s*::/.test(text) && flat(text) === text);
        expect(inert(text)).toBe(text);
      }),
    );
  });

  test('any value as JSON → means the same, and nothing in it is obeyed or unseen', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, fc.array(hostile)), (value) => {
        const text = inertJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(flat(text)).toBe(text);
        expect(runnerView(text).commands).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

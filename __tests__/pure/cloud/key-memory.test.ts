import { describe, expect, test } from '@jest/globals';
import { keyMemory } from '../../../src/cloud/google/key-memory.ts';
import type { Key } from '../../../src/cloud/google/keys.ts';
import { A, B, MINUTE, NOW, key } from '../resources/key-chain.ts';

describe('what a run has done to keys', () => {
  function remember(after = 0) {
    let now = NOW;
    const memory = keyMemory(() => now);
    const later = (): void => void (now += after);
    return { memory, later };
  }
  const brief = (keys: readonly Key[]): string[] =>
    keys.map(({ id, disabled }) => `${id.slice(0, 1)}${disabled ? ' disabled' : ''}`);

  test('a key that it made, and that the list lacks → listed', () => {
    const { memory } = remember();
    memory.made(key(A, 0));
    expect(brief(memory.corrected([key(B, 9)]))).toEqual(['b', 'a']);
    expect(brief(memory.corrected([key(B, 9), key(A, 0)]))).toEqual(['b', 'a']);
    expect([memory.isOwn(A), memory.isOwn(B)]).toEqual([true, false]);
  });

  test('… two minutes later → the list is right: somebody has deleted it', () => {
    const { memory, later } = remember(2 * MINUTE);
    memory.made(key(A, 0));
    later();
    expect(brief(memory.corrected([]))).toEqual([]);
  });

  test('a key that it disabled, and that the list shows enabled → disabled; enabled again → enabled', () => {
    const { memory } = remember();
    memory.switched(A, 'disabled');
    expect(brief(memory.corrected([key(A, 9)]))).toEqual(['a disabled']);
    memory.switched(A, 'enabled');
    expect(brief(memory.corrected([key(A, 9, { disabled: true })]))).toEqual(['a']);
  });

  test('… two minutes later → the list is right: somebody has enabled it', () => {
    const { memory, later } = remember(2 * MINUTE);
    memory.switched(A, 'disabled');
    later();
    expect(brief(memory.corrected([key(A, 9)]))).toEqual(['a']);
  });

  test('a key that it deleted → gone, however long the list shows it', () => {
    const { memory, later } = remember(60 * MINUTE);
    memory.deleted(A);
    later();
    expect(brief(memory.corrected([key(A, 9)]))).toEqual([]);
  });

  test.each([
    ['of which nothing is known', undefined, true],
    ['made a minute ago', key(A, 1), true],
    ['made two minutes ago', key(A, 2), false],
  ])('a key %s → young: %3$s', (_name, listed, isYoung) => {
    const { memory } = remember();
    if (listed !== undefined) memory.corrected([listed]);
    expect(memory.isYoung(A)).toBe(isYoung);
  });
});

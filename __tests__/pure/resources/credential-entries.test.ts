import { describe, expect, test } from '@jest/globals';
import { ownership } from '../../../src/ownership/record.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import {
  announced,
  givenUp,
  isOvertaken,
  recorded,
  settledAsDelivered,
  settledAsUndelivered,
  stoodDown,
} from '../../../src/resources/credential/entries.ts';
import { A, B, C } from './key-chain.ts';

const owned = (facts: Partial<Ownership>): Ownership => ownership('created', facts);
const [a, b, c] = [A, B, C].map((id) => id.slice(0, 12)) as [string, string, string];

describe('the record of keys', () => {
  test.each<[string, Ownership | undefined, Ownership | undefined]>([
    ['announced', announced(owned({ key: a }), [A]), owned({ key: a, issuingBefore: [A] })],
    ['announced already', announced(owned({ issuingBefore: [] }), [A]), owned({ issuingBefore: [] })],
    ['not ours', announced(undefined, [A]), undefined],
    ['stood down', stoodDown(owned({ key: a, issuingBefore: [a] })), owned({ key: a })],
    ['given up', givenUp(owned({ key: a, old: [c] })), owned({ old: [c, a] })],
    ['given up, where none was delivered', givenUp(owned({ old: [c] })), owned({ old: [c] })],
    [
      'settled as delivered',
      settledAsDelivered(owned({ key: a, old: [c], issuingBefore: [a] }), B),
      owned({ key: B, old: [c, a] }),
    ],
    ['settled as delivered, recorded already', settledAsDelivered(owned({ key: b }), B), owned({ key: B })],
    [
      'settled as undelivered',
      settledAsUndelivered(owned({ key: a, issuingBefore: [a] }), B, [A, B]),
      owned({ key: a, old: [B], issuingBefore: [A, B] }),
    ],
  ])('%s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe('recording a delivered key', () => {
  const first = { key: B, knownKey: undefined, doubted: [], existing: [B] };
  const next = { key: B, knownKey: a, doubted: [], existing: [A, B] };
  test.each<[string, Ownership, typeof first | typeof next | Parameters<typeof recorded>[1], boolean, Ownership]>([
    ['the first', owned({ issuingBefore: [] }), first, false, owned({ key: B })],
    ['a further one', owned({ key: a, issuingBefore: [a] }), next, false, owned({ key: B, old: [a] })],
    [
      'after one in doubt: both are superseded',
      owned({ key: a, issuingBefore: [a] }),
      { ...next, doubted: [C], existing: [A, B, C] },
      false,
      owned({ key: B, old: [a, C] }),
    ],
    [
      'while another run makes one: the announcement stands',
      owned({ key: a, issuingBefore: [a] }),
      { ...next, existing: [A, B, C] },
      false,
      owned({ key: B, old: [a], issuingBefore: [a] }),
    ],
    [
      'another run recorded a key: ours is announced again',
      owned({ key: c, old: [a] }),
      { ...next, existing: [A, B, C] },
      true,
      owned({ key: c, old: [a], issuingBefore: [A, C] }),
    ],
    [
      'another run took ours for a dead one’s: a newcomer still',
      owned({ key: a, old: [b], issuingBefore: [a, b] }),
      next,
      true,
      owned({ key: a, old: [], issuingBefore: [a] }),
    ],
  ])('%s', (_name, found, delivered, overtaken, expected) => {
    expect(isOvertaken(found, delivered)).toBe(overtaken);
    expect(recorded(found, delivered)).toEqual(expected);
  });
});

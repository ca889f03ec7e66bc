import { describe, expect, test } from '@jest/globals';
import { UNPLACED, ownership } from '../../../src/ownership/record.ts';
import type { KeyPlaces, Ownership } from '../../../src/ownership/record.ts';
import {
  announced,
  givenUp,
  isOvertaken,
  recorded,
  settledAsDelivered,
  settledAsUndelivered,
  stoodDown,
} from '../../../src/resources/credential/entries.ts';
import type { Delivered } from '../../../src/resources/credential/entries.ts';
import { A, B, C } from './key-chain.ts';

const owned = (facts: Partial<Ownership>): Ownership => ownership('created', facts);
const [a, b, c] = [A, B, C].map((id) => id.slice(0, 12)) as [string, string, string];

const at = (...places: string[]): KeyPlaces => ({ ...UNPLACED, at: places });
const to = (...places: string[]): KeyPlaces => ({ ...UNPLACED, to: places });

describe('the record of keys', () => {
  const here = { before: [A], to: ['o'] };
  test.each<[string, Ownership | undefined, Ownership | undefined]>([
    ['announced', announced(owned({ key: a }), here), owned({ key: a, issuingBefore: [A], places: to('o') })],
    ['announced already', announced(owned({ issuingBefore: [] }), here), owned({ issuingBefore: [] })],
    [
      'announced already, for another place',
      announced(owned({ issuingBefore: [], places: to('m3c4d') }), here),
      owned({ issuingBefore: [], places: to('m3c4d', 'o') }),
    ],
    ['not ours', announced(undefined, here), undefined],
    ['stood down', stoodDown(owned({ key: a, issuingBefore: [a], places: to('o') }), [A]), owned({ key: a })],
    [
      'stood down while another key is under way: it stands',
      stoodDown(owned({ key: a, issuingBefore: [a] }), [A, B]),
      owned({ key: a, issuingBefore: [a] }),
    ],
    ['given up', givenUp(owned({ key: a, old: [c] })), owned({ old: [c, a] })],
    ['given up, where none was delivered', givenUp(owned({ old: [c] })), owned({ old: [c] })],
    [
      'settled as delivered',
      settledAsDelivered(owned({ key: a, old: [c], issuingBefore: [a] }), B, ['o']),
      owned({ key: B, old: [c, a], places: at('o') }),
    ],
    [
      'settled as delivered, recorded already',
      settledAsDelivered(owned({ key: b }), B, ['o']),
      owned({ key: B, places: at('o') }),
    ],
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
  const first: Delivered = { key: B, at: ['o'], knownKey: undefined, doubted: [], existing: [B] };
  const next: Delivered = { key: B, at: ['o'], knownKey: a, doubted: [], existing: [A, B] };
  test.each<[string, Ownership, Delivered, boolean, Ownership]>([
    ['the first', owned({ issuingBefore: [], places: to('o') }), first, false, owned({ key: B, places: at('o') })],
    [
      'a further one',
      owned({ key: a, issuingBefore: [a], overlapped: true }),
      next,
      false,
      owned({ key: B, old: [a], places: at('o') }),
    ],
    [
      'a further one, elsewhere: where the one before is left is told',
      owned({
        key: a,
        issuingBefore: [a],
        places: { at: ['g1a2b', 'o'], to: ['o'], left: [{ key: c, place: 'm3c4d' }] },
      }),
      next,
      false,
      owned({
        ...{ key: B, old: [a] },
        places: {
          ...at('o'),
          left: [
            { key: c, place: 'm3c4d' },
            { key: a, place: 'g1a2b' },
          ],
        },
      }),
    ],
    [
      'after an announcement that had room for the kinds of places only: what was known before it stands',
      owned({
        key: a,
        old: [c],
        issuingBefore: [a],
        places: { at: ['g', 'o'], to: ['o'], left: [{ key: c, place: 'm' }] },
      }),
      { ...next, places: { at: ['g1a2b', 'o'], to: undefined, left: [{ key: C, place: 'm3c4d' }] } },
      false,
      owned({
        ...{ key: B, old: [c, a] },
        places: {
          ...at('o'),
          left: [
            { key: C, place: 'm3c4d' },
            { key: a, place: 'g1a2b' },
          ],
        },
      }),
    ],
    [
      'to one of a kind of places, where nobody knows which one has the one before',
      owned({ key: a, issuingBefore: [a], places: { ...at('g'), to: ['g'] } }),
      { ...next, at: ['g1a2b'] },
      false,
      owned({ key: B, old: [a], places: { ...at('g1a2b'), left: [{ key: a, place: 'g' }] } }),
    ],
    [
      'to a place where an older one was left: it is no longer there',
      owned({ key: a, old: [c], issuingBefore: [a], places: { ...at('g1a2b'), left: [{ key: c, place: 'o' }] } }),
      next,
      false,
      owned({ key: B, old: [c, a], places: { ...at('o'), left: [{ key: a, place: 'g1a2b' }] } }),
    ],
    [
      'after one in doubt: both are superseded',
      owned({ key: a, issuingBefore: [a] }),
      { ...next, doubted: [C], existing: [A, B, C] },
      false,
      owned({ key: B, old: [a, C], places: at('o') }),
    ],
    [
      'after one in doubt that was for another place: it may be there',
      owned({ key: a, issuingBefore: [a], places: to('o', 'm3c4d') }),
      { ...next, doubted: [C], existing: [A, B, C] },
      false,
      owned({ key: B, old: [a, C], places: { ...at('o'), left: [{ key: C, place: 'm3c4d' }] } }),
    ],
    [
      'while another run makes one: the announcement stands, and nothing is sure',
      owned({ key: a, issuingBefore: [a], places: to('o') }),
      { ...next, existing: [A, B, C] },
      false,
      owned({ key: B, old: [a], issuingBefore: [a], overlapped: true, places: { ...at('o'), to: ['o'] } }),
    ],
    [
      'one shows that is older, and was not there when ours was announced: nobody knows where it went',
      owned({ key: a, issuingBefore: [a], places: to('o') }),
      { ...next, existing: [A, B, C], older: [A, C] },
      false,
      owned({ key: B, old: [a], issuingBefore: [a], overlapped: true, places: { ...at('o'), to: ['o', 'x'] } }),
    ],
    [
      'another run recorded a key: ours is announced again, and nothing is sure',
      owned({ key: c, old: [a], places: at('g1a2b') }),
      { ...next, existing: [A, B, C] },
      true,
      owned({ key: c, old: [a], issuingBefore: [A, C], overlapped: true, places: { ...at('g1a2b'), to: ['o'] } }),
    ],
    [
      'another run took ours for a dead one’s: a newcomer still',
      owned({ key: a, old: [b], issuingBefore: [a, b] }),
      next,
      true,
      owned({ key: a, old: [], issuingBefore: [a], overlapped: true, places: to('o') }),
    ],
  ])('%s', (_name, found, delivered, overtaken, expected) => {
    expect(isOvertaken(found, delivered)).toBe(overtaken);
    expect(recorded(found, delivered)).toEqual(expected);
  });
});

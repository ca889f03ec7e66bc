import { describe, expect, test } from '@jest/globals';
import type { Key } from '../../../src/cloud/google/keys.ts';
import type { Reading } from '../../../src/destinations/destination.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import { assess } from '../../../src/resources/credential/assess.ts';
import type { CredentialState } from '../../../src/resources/credential/assess.ts';
import { demandsOf } from '../../../src/resources/credential/demands.ts';
import {
  A,
  B,
  C,
  NOW,
  absent,
  byRecord,
  demands,
  ending,
  key,
  recorded,
  secret,
  unreadable,
  DAYS,
} from './key-chain.ts';

const state = (owned: Ownership | undefined, keys: Key[], ...readings: Reading[]): CredentialState =>
  assess({ owned, keys, readings: readings.map((reading) => ({ name: 'the secret', mark: 'g1a2b', reading })) }, NOW);

describe('why a key must be issued', () => {
  const broken = secret(9, A);
  test.each<[string, Ownership | undefined, Key[], Reading, string | undefined, string | undefined]>([
    ['delivered by the record', recorded(A), [key(A, 10)], byRecord, undefined, undefined],
    ['delivered, noted', recorded(A), [key(A, 10)], secret(9, A), undefined, undefined],
    ['noted a moment after the secret', recorded(A), [key(A, 10)], secret(9, A, 8), undefined, undefined],
    ['unreadable: the record decides', recorded(A), [key(A, 10)], unreadable, undefined, undefined],
    ['never issued', ownership('created'), [], byRecord, 'key.missing', 'absent'],
    ['not ours', undefined, [key(A, 10)], byRecord, 'key.missing', 'absent'],
    ['deleted', recorded(A), [], byRecord, 'key.invalid', 'deleted'],
    ['disabled', recorded(A), [key(A, 10, { disabled: true })], byRecord, 'key.invalid', 'disabled'],
    [
      'disabled by Google',
      recorded(A),
      [key(A, 10, { disabled: true, cutOffBecause: 'EXPOSED' })],
      byRecord,
      ...(['key.invalid', 'disabled by Google: EXPOSED'] as const),
    ],
    ['expired', recorded(A), [key(A, 10, { endsAt: NOW - 1 })], byRecord, 'key.invalid', 'expired'],
    ['secret deleted', recorded(A), [key(A, 10)], absent, 'key.undelivered', 'which is absent'],
    [
      'secret that nobody can read',
      recorded(A),
      [key(A, 10)],
      { ...broken, fault: 'its latest version 3 is disabled' } as Reading,
      ...(['key.undelivered', 'its latest version 3 is disabled'] as const),
    ],
    [
      'secret overwritten by hand',
      recorded(A),
      [key(A, 10)],
      secret(2, A, 9),
      'key.undelivered',
      'overwritten by hand',
    ],
    ['secret without a note', recorded(A), [key(A, 10)], secret(9), 'key.undelivered', 'overwritten by hand'],
    ['secret with another key', recorded(A), [key(A, 10), key(B, 5)], secret(4, B), 'key.undelivered', 'holds the key'],
  ])('%s → %s', (_name, owned, keys, reading, code, expected) => {
    const { reason } = state(owned, keys, reading);
    expect(reason?.code).toBe(code);
    if (expected !== undefined) expect(reason?.live).toContain(expected);
  });
});

describe('why a key that works is replaced all the same', () => {
  const never = demands();
  test.each<[string, Key, ReturnType<typeof demands>, string | undefined, boolean | undefined]>([
    ['does not end, nothing asked', key(A, 9999), never, undefined, undefined],
    ['30 days, at 19', ending(A, 19, 30), demands({ lifetime: 30 * DAYS }), undefined, undefined],
    ['30 days, at 21: in good time', ending(A, 21, 30), demands({ lifetime: 30 * DAYS }), 'expires on', false],
    ['30 days, at 24: high time', ending(A, 24, 30), demands({ lifetime: 30 * DAYS }), 'expires on', true],
    ['ends by policy, nothing asked, at 24', ending(A, 24, 30), never, 'expires on', true],
    ['does not end, an end is asked for', key(A, 60), demands({ lifetime: 30 * DAYS }), 'does not end by itself', true],
    ['lives longer than asked', ending(A, 1, 90), demands({ lifetime: 30 * DAYS }), 'lives 90 days', true],
    ['lives a little longer than asked', ending(A, 1, 30.5), demands({ lifetime: 30 * DAYS }), undefined, undefined],
    ['older than asked', key(A, 31 * 1440), demandsOf(life(30), false, NOW), '31 days old', true],
    ['as old as asked', key(A, 30 * 1440), demandsOf(life(30), false, NOW), undefined, undefined],
    ['any age, mode rotate', key(A, 1), demandsOf(life(undefined), true, NOW), '1 minute old', true],
  ])('%s', (_name, current, asked, live, isDrift) => {
    const { reason } = assess({ owned: recorded(A), keys: [current], readings: [] }, NOW, asked);
    expect([reason?.code, reason?.isDrift]).toEqual(live === undefined ? [undefined, undefined] : ['key.due', isDrift]);
    if (live !== undefined) expect(reason?.live).toContain(live);
  });
});

function life(maxAgeDays: number | undefined): Parameters<typeof demandsOf>[0] {
  return { maxAgeDays, overlapDays: undefined, lifetimeDays: undefined };
}

describe('a key that was under way when its run died', () => {
  const issuing = ownership('created', { issuingBefore: [] });
  const replacing = recorded(A, { issuingBefore: [A] });
  test.each<[string, Ownership, Key[], Reading[], string]>([
    ['none was issued', issuing, [], [byRecord], 'nothing issued'],
    ['issued for an output: nobody holds it', issuing, [key(B, 5)], [byRecord], 'undelivered'],
    ['issued, secret absent', issuing, [key(B, 5)], [absent], 'undelivered'],
    ['issued, secret older', issuing, [key(B, 5)], [secret(9, A)], 'undelivered'],
    ['issued, secret written, note missing', issuing, [key(B, 5)], [secret(4)], 'delivered'],
    ['issued, secret and note written', issuing, [key(B, 5)], [secret(4, B)], 'delivered'],
    ['issued, secret written, note older', issuing, [key(B, 5)], [secret(4, A, 9)], 'delivered'],
    [
      'the same where another key works: somebody may have put that back',
      replacing,
      [key(A, 99), key(B, 5)],
      [secret(4)],
      'in doubt',
    ],
    [
      'where another works, in a version',
      replacing,
      [key(A, 99), key(B, 5)],
      [{ ...secret(4), keepsAll: true } as Reading],
      'delivered',
    ],
    ['and where a note is older', replacing, [key(A, 99), key(B, 5)], [secret(4, A, 9)], 'in doubt'],
    [
      'where another works, and the note names the new one',
      replacing,
      [key(A, 99), key(B, 5)],
      [secret(4, B)],
      'delivered',
    ],
    ['where another is disabled', replacing, [key(A, 99, { disabled: true }), key(B, 5)], [secret(4)], 'delivered'],
    ['the same second counts as since', issuing, [key(B, 5)], [secret(5)], 'delivered'],
    ['secret written since, note names another', issuing, [key(B, 5)], [secret(4, A)], 'in doubt'],
    ['unreadable', issuing, [key(B, 5)], [unreadable], 'in doubt'],
    ['several newcomers', issuing, [key(B, 5), key(C, 4)], [absent], 'in doubt'],
    ['one written, one not', issuing, [key(B, 5)], [secret(4, B), absent], 'in doubt'],
    ['a recorded key is no newcomer', recorded(A, { issuingBefore: [] }), [key(A, 9)], [byRecord], 'nothing issued'],
    [
      'nor is one that was there before',
      ownership('created', { issuingBefore: [A.slice(0, 8)] }),
      [key(A, 9)],
      [absent],
      'nothing issued',
    ],
    ['without an announcement there is none', recorded(A), [key(A, 9), key(B, 5)], [byRecord], 'nothing under way'],
  ])('%s', (_name, owned, keys, readings, outcome) => {
    expect(state(owned, keys, ...readings).settlement.outcome).toBe(outcome);
  });

  test('in doubt, a further key is issued', () => {
    expect(state(issuing, [key(B, 5)], unreadable).reason?.live).toContain('in doubt');
  });
});

test('keys that nobody recorded are foreign, superseded ones are ours', () => {
  const { current, superseded, foreign } = state(
    recorded(A, { old: [B.slice(0, 8)] }),
    [key(A, 9), key(B, 99), key(C, 5)],
    byRecord,
  );
  expect([current?.id, superseded.map(({ id }) => id), foreign.map(({ id }) => id)]).toEqual([A, [B], [C]]);
});

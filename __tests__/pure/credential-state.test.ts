import { describe, expect, test } from '@jest/globals';
import type { Reading } from '../../src/destinations/destination.ts';
import type { Key } from '../../src/cloud/google/keys.ts';
import { ownership } from '../../src/ownership/record.ts';
import type { Ownership } from '../../src/ownership/record.ts';
import { assess } from '../../src/resources/credential/assess.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);

const key = (id: string, minutesAgo: number, more: Partial<Key> = {}): Key => ({
  id,
  createdAt: NOW - minutesAgo * MINUTE,
  endsAt: Infinity,
  disabled: false,
  cutOffBecause: undefined,
  origin: 'GOOGLE_PROVIDED',
  ...more,
});
const secret = (minutesAgo: number, keyId?: string, notedMinutesAgo = minutesAgo): Reading => ({
  state: 'present',
  writtenAt: NOW - minutesAgo * MINUTE,
  keyId,
  notedAt: keyId === undefined ? undefined : NOW - notedMinutesAgo * MINUTE,
});
const state = (owned: Ownership | undefined, keys: Key[], ...readings: Reading[]): ReturnType<typeof assess> =>
  assess({ owned, keys, readings: readings.map((reading) => ({ name: 'the secret', reading })) }, NOW);
const byRecord: Reading = { state: 'by record' };
const unreadable: Reading = { state: 'unreadable', why: 'no token' };
const absent: Reading = { state: 'absent' };
const recorded = (id: string, more: Partial<Ownership> = {}): Ownership =>
  ownership('created', { key: id.slice(0, 12), ...more });

describe('why a key must be issued', () => {
  test.each<[string, Ownership | undefined, Key[], Reading, string | undefined]>([
    ['delivered by the record', recorded(A), [key(A, 10)], byRecord, undefined],
    ['delivered, noted', recorded(A), [key(A, 10)], secret(9, A), undefined],
    ['noted a moment after the secret', recorded(A), [key(A, 10)], secret(9, A, 8), undefined],
    ['unreadable: the record decides', recorded(A), [key(A, 10)], unreadable, undefined],
    ['never issued', ownership('created'), [], byRecord, 'absent'],
    ['deleted', recorded(A), [], byRecord, 'deleted'],
    ['disabled', recorded(A), [key(A, 10, { disabled: true })], byRecord, 'disabled'],
    ['expired', recorded(A), [key(A, 10, { endsAt: NOW - 1 })], byRecord, 'expired'],
    ['secret deleted', recorded(A), [key(A, 10)], absent, 'which is absent'],
    ['secret overwritten by hand', recorded(A), [key(A, 10)], secret(2, A, 9), 'overwritten by hand'],
    ['secret without a note', recorded(A), [key(A, 10)], secret(9), 'overwritten by hand'],
    ['secret with another key', recorded(A), [key(A, 10), key(B, 5)], secret(4, B), 'holds the key'],
  ])('%s', (_name, owned, keys, reading, expected) => {
    const { reason } = state(owned, keys, reading);
    if (expected === undefined) expect(reason).toBeUndefined();
    else expect(reason?.live).toContain(expected);
  });
});

describe('a key that was under way when its run died', () => {
  const issuing = ownership('created', { issuingBefore: [] });
  test.each<[string, Ownership, Key[], Reading[], string]>([
    ['none was issued', issuing, [], [byRecord], 'nothing issued'],
    ['issued for an output: nobody holds it', issuing, [key(B, 5)], [byRecord], 'undelivered'],
    ['issued, secret absent', issuing, [key(B, 5)], [absent], 'undelivered'],
    ['issued, secret older', issuing, [key(B, 5)], [secret(9, A)], 'undelivered'],
    ['issued, secret written, note missing', issuing, [key(B, 5)], [secret(4)], 'delivered'],
    ['issued, secret and note written', issuing, [key(B, 5)], [secret(4, B)], 'delivered'],
    ['issued, secret written, note older', issuing, [key(B, 5)], [secret(4, A, 9)], 'delivered'],
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

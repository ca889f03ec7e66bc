import type { Key } from '../../../src/cloud/google/keys.ts';
import type { Reading } from '../../../src/destinations/destination.ts';
import { namesOf } from '../../../src/inputs/names.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import { NO_DEMANDS } from '../../../src/resources/credential/demands.ts';
import type { Demands } from '../../../src/resources/credential/demands.ts';
import type { CredentialDesign, CredentialLive } from '../../../src/resources/credential/design.ts';

/** Keys, readings and records for the tables of the credential. Times are told backwards from `NOW`. */

export const NOW = Date.UTC(2026, 10, 23, 12);
export const MINUTE = 60_000;
export const DAYS = 24 * 60 * MINUTE;
export const A = 'a'.repeat(40);
export const B = 'b'.repeat(40);
export const C = 'c'.repeat(40);

export const key = (id: string, minutesAgo: number, more: Partial<Key> = {}): Key => ({
  id,
  createdAt: NOW - minutesAgo * MINUTE,
  endsAt: Infinity,
  disabled: false,
  cutOffBecause: undefined,
  origin: 'GOOGLE_PROVIDED',
  ...more,
});

/** A key of this lifetime and age, in days. */
export const ending = (id: string, daysOld: number, lifetimeDays: number, more: Partial<Key> = {}): Key =>
  key(id, 0, {
    createdAt: NOW - daysOld * DAYS,
    endsAt: NOW + (lifetimeDays - daysOld) * DAYS,
    origin: 'USER_PROVIDED',
    ...more,
  });

export const secret = (minutesAgo: number, keyId?: string, notedMinutesAgo = minutesAgo): Reading => ({
  state: 'present',
  writtenAt: NOW - minutesAgo * MINUTE,
  keyId,
  notedAt: keyId === undefined ? undefined : NOW - notedMinutesAgo * MINUTE,
});
export const byRecord: Reading = { state: 'by record' };
export const unreadable: Reading = { state: 'unreadable', why: 'no token' };
export const absent: Reading = { state: 'absent' };

export const recorded = (id: string, more: Partial<Ownership> = {}): Ownership =>
  ownership('created', { key: id.slice(0, 12), ...more });

export const demands = (more: Partial<Demands> = {}): Demands => ({ ...NO_DEMANDS, ...more });

export const design = (more: Partial<CredentialDesign> = {}): CredentialDesign => ({
  address: { kind: 'credential', name: 'retl' },
  names: namesOf('p', 'retl', 'retlRole'),
  projectId: 'p',
  want: 'present',
  adopt: false,
  prune: false,
  replacesAll: false,
  inUse: undefined,
  way: 'create',
  ...{ into: ['the secret'], deleteAfter: [] },
  demands: NO_DEMANDS,
  marks: ['g1a2b'],
  forget: [],
  provesConsumer: false,
  ...more,
});

export const seen = (
  owned: Ownership | undefined,
  keys: readonly Key[],
  readings: readonly Reading[] = [byRecord],
  more: Partial<CredentialLive> = {},
): CredentialLive => ({
  owned,
  keys,
  readings: readings.map((reading) => ({ name: 'the secret', mark: 'g1a2b', reading })),
  obstacles: [],
  constraints: { closed: [], otherClosed: [] },
  isAccountThere: true,
  isAccountDisabled: false,
  now: NOW,
  ...more,
});

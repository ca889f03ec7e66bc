import type { Reading } from '../delivery/destination.ts';
import type { Key } from '../google/keys.ts';
import { isKey } from '../record.ts';
import type { Ownership } from '../record.ts';

/**
 * What the record, the keys and the destinations say together. Keys carry no labels, a run may die at any moment, and two
 * runs may overlap: this page decides, from what can be read, which key is whose. Pure.
 */

/** All that can be read about the account's keys. */
export interface Evidence {
  /** Our bracket; undefined where the account is absent or not (yet) ours. */
  readonly owned: Ownership | undefined;
  readonly keys: readonly Key[];
  readonly readings: readonly { readonly name: string; readonly reading: Reading }[];
}

/** What became of a key that was under way when its run died. */
export type Settlement =
  | { readonly outcome: 'nothing under way' }
  | { readonly outcome: 'nothing issued' }
  /** Every destination was written since it was made. */
  | { readonly outcome: 'delivered'; readonly newcomer: Key }
  /** Every destination was read, and none was written since: nobody holds it. */
  | { readonly outcome: 'undelivered'; readonly newcomer: Key }
  /** Anything else: nothing is disabled, and a further key is issued. */
  | { readonly outcome: 'in doubt'; readonly newcomers: readonly Key[] };

export interface CredentialState {
  readonly settlement: Settlement;
  /** The key that the record calls delivered, if it still exists. */
  readonly current: Key | undefined;
  /** Superseded keys of ours that still exist. */
  readonly superseded: readonly Key[];
  /** Keys that nobody recorded, while none is under way: somebody else's. */
  readonly foreign: readonly Key[];
  /** Why a key must be issued; undefined when a delivered, valid one is there. */
  readonly reason: string | undefined;
}

/** @param now - milliseconds since 1970 */
export function assess(evidence: Evidence, now: number): CredentialState {
  const { owned, keys } = evidence;
  const current = keys.find((key) => owned?.key !== undefined && isKey(owned.key, key.id));
  const superseded = keys.filter((key) => key !== current && owned?.old.some((old) => isKey(old, key.id)) === true);
  const unrecorded = keys.filter((key) => key !== current && !superseded.includes(key));
  const newcomers = unrecorded.filter((key) => owned?.issuingBefore?.some((known) => isKey(known, key.id)) === false);
  const settlement = settle(evidence, newcomers);
  return {
    settlement,
    current,
    superseded,
    foreign: unrecorded.filter((key) => !newcomers.includes(key)),
    reason: reasonToIssue(evidence, settlement, { current, now }),
  };
}

function settle(evidence: Evidence, newcomers: readonly Key[]): Settlement {
  if (evidence.owned?.issuingBefore === undefined) return { outcome: 'nothing under way' };
  const [newcomer] = newcomers;
  if (newcomer === undefined) return { outcome: 'nothing issued' };
  const written = evidence.readings.map(({ reading }) => isWrittenSince(reading, newcomer));
  if (newcomers.length === 1 && written.length > 0) {
    if (written.every((since) => since === true)) return { outcome: 'delivered', newcomer };
    if (written.every((since) => since === false)) return { outcome: 'undelivered', newcomer };
  }
  return { outcome: 'in doubt', newcomers };
}

/**
 * Whether a destination was written since the key was made; undefined = in doubt. Services tell times in seconds, so the
 * same second counts as since. A note beside it that names another key contradicts the times: two runs overlapped.
 */
function isWrittenSince(reading: Reading, key: Key): boolean | undefined {
  if (reading.state === 'by record') return false; // Were it delivered, the record would say so.
  if (reading.state === 'absent') return false;
  if (reading.state === 'unreadable') return undefined;
  if (inSeconds(reading.writtenAt) < inSeconds(key.createdAt)) return false;
  return isNoted(reading) && reading.keyId !== key.id ? undefined : true;
}

interface Circumstances {
  readonly current: Key | undefined;
  readonly now: number;
}

function reasonToIssue(
  evidence: Evidence,
  settlement: Settlement,
  { current, now }: Circumstances,
): string | undefined {
  if (settlement.outcome === 'delivered') return keyFault(settlement.newcomer, now);
  if (settlement.outcome === 'in doubt') return 'a key was under way when a run ended, and where it went is in doubt';
  if (evidence.owned?.key === undefined) return 'absent';
  if (current === undefined) return `deleted (${evidence.owned.key})`;
  const fault = keyFault(current, now);
  if (fault !== undefined) return fault;
  return evidence.readings
    .map(({ name, reading }) => deliveryFault(name, reading, current))
    .find((found) => found !== undefined);
}

function keyFault(key: Key, now: number): string | undefined {
  const id = key.id.slice(0, 12);
  if (key.disabled) return `disabled (${id})`;
  return key.endsAt <= now ? `expired (${id}, on ${new Date(key.endsAt).toISOString().slice(0, 10)})` : undefined;
}

/** What is wrong with the delivery of a healthy key. Where a destination cannot be read, the record alone decides. */
function deliveryFault(name: string, reading: Reading, current: Key): string | undefined {
  if (reading.state === 'absent') return `not in ${name}, which is absent`;
  if (reading.state !== 'present') return undefined;
  if (!isNoted(reading)) return `not in ${name} for sure: it was overwritten by hand`;
  return reading.keyId === current.id
    ? undefined
    : `not in ${name}: that holds the key ${(reading.keyId ?? '').slice(0, 12)}`;
}

/** Whether the note beside a destination was written with or after it: only then it speaks of what is there. */
function isNoted(reading: Extract<Reading, { state: 'present' }>): boolean {
  return reading.notedAt !== undefined && reading.notedAt >= reading.writtenAt;
}

function inSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

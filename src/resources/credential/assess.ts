import type { Reading } from '../../destinations/destination.ts';
import type { Key } from '../../cloud/google/keys.ts';
import { isKey } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import { NO_DEMANDS, reasonToIssue } from './reasons.ts';
import type { Demands, Reason } from './reasons.ts';

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
  readonly reason: Reason | undefined;
}

/** @param now - milliseconds since 1970 */
export function assess(evidence: Evidence, now: number, demands: Demands = NO_DEMANDS): CredentialState {
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
    reason: reasonToIssue(evidence, settlement, { current, now, demands }),
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

/** Whether the note beside a destination was written with or after it: only then it speaks of what is there. */
export function isNoted(reading: Extract<Reading, { state: 'present' }>): boolean {
  return reading.notedAt !== undefined && reading.notedAt >= reading.writtenAt;
}

function inSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

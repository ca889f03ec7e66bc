import type { Key } from '../../cloud/google/keys.ts';
import type { Reading } from '../../destinations/destination.ts';
import type { Consumption } from '../../destinations/segment/consumer.ts';
import { isTooYoungFor } from '../../ownership/claims.ts';
import { mayMean, placesInWords } from '../../ownership/place-mark.ts';
import { isKey, keyNamed, short } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import { age, day } from '../../time.ts';
import { NO_DEMANDS, dueOf } from './demands.ts';
import type { Demands, Due } from './demands.ts';
import type { Evidence, Placed } from './evidence.ts';
import { isUsedSince } from './moved.ts';

/**
 * What the record, the keys and the destinations say together. Keys carry no labels, a run may die at any moment, and two
 * runs may overlap: this page decides, from what can be read, which key is whose, and why a new one is due. Pure.
 */

/** What became of a key that was under way when its run died. */
export type Settlement =
  | { readonly outcome: 'nothing under way' }
  | { readonly outcome: 'nothing issued' }
  /** Every destination was written since it was made; where that overwrote what works, its note says so, too. */
  | { readonly outcome: 'delivered'; readonly newcomer: Key }
  /** Every destination was read, and none was written since: nobody holds it. */
  | { readonly outcome: 'undelivered'; readonly newcomer: Key }
  /** Anything else: nothing is disabled, and a further key is issued. */
  | { readonly outcome: 'in doubt'; readonly newcomers: readonly Key[] };

/** Why a key must be issued: none works, none is delivered, or the one in use is due. */
export interface Reason extends Due {
  readonly code: 'key.missing' | 'key.invalid' | 'key.undelivered' | 'key.in-doubt' | 'key.due';
}

export interface CredentialState {
  readonly settlement: Settlement;
  /** The key that the record calls delivered, if it still exists. */
  readonly current: Key | undefined;
  /** Superseded keys of ours that still exist. */
  readonly superseded: readonly Key[];
  /**
   * Somebody else's: keys that nobody recorded, while none is under way; and those that the record calls superseded, although
   * they work and are younger than the delivered one.
   */
  readonly foreign: readonly Key[];
  /** undefined when a delivered, valid key is there, and does what is asked of it. */
  readonly reason: Reason | undefined;
}

/** @param now - milliseconds since 1970 */
export function assess(evidence: Evidence, now: number, demands: Demands = NO_DEMANDS): CredentialState {
  const { owned, keys } = evidence;
  const current = owned?.key === undefined ? undefined : keyNamed(owned.key, keys);
  const old = new Set(owned?.old.map((id) => keyNamed(id, keys)));
  const superseded = keys.filter((key) => key !== current && old.has(key) && !isTooYoungFor(current, key));
  const unrecorded = keys.filter((key) => key !== current && !superseded.includes(key));
  const newcomers = unrecorded.filter(
    (key) => !old.has(key) && owned?.issuingBefore?.some((known) => isKey(known, key.id)) === false,
  );
  const settlement = settle(evidence, { newcomers, current, now });
  const fault = faultOf(evidence, settlement, current, now);
  const inUse = settlement.outcome === 'delivered' ? settlement.newcomer : current;
  const due = inUse && dueOf(inUse, now, demands);
  return {
    settlement,
    current,
    superseded,
    foreign: unrecorded.filter((key) => !newcomers.includes(key)),
    reason:
      fault === undefined
        ? due && { ...due, code: 'key.due' }
        : { ...fault, desired: 'valid and delivered', isDrift: true },
  };
}

/** The keys that are surely ours: recorded, or the one newcomer of a run that died. */
export function ourKeys({ current, superseded, settlement }: CredentialState): Key[] {
  const newcomers =
    settlement.outcome === 'delivered' || settlement.outcome === 'undelivered' ? [settlement.newcomer] : [];
  return [...(current === undefined ? [] : [current]), ...superseded, ...newcomers];
}

/** Keys of runs that died, of which nobody can tell where they went. */
export function doubtedKeys({ settlement }: CredentialState): readonly Key[] {
  return settlement.outcome === 'in doubt' ? settlement.newcomers : [];
}

/** "3 days old, made by Google, disabled" */
export function describe(key: Key, now: number): string {
  const origin = key.origin === 'USER_PROVIDED' ? 'uploaded' : 'made by Google';
  const byGoogle = key.cutOffBecause === undefined ? '' : ` by Google: ${key.cutOffBecause}`;
  return `${age(now - key.createdAt)} old, ${origin}${key.disabled ? `, disabled${byGoogle}` : ''}`;
}

/** The keys among which a run that died has left one under way. */
interface Left {
  readonly newcomers: readonly Key[];
  readonly current: Key | undefined;
  readonly now: number;
}

function settle(evidence: Evidence, left: Left): Settlement {
  const { owned, readings } = evidence;
  const { current, newcomers } = left;
  if (owned?.issuingBefore === undefined) return { outcome: 'nothing under way' };
  const [newcomer] = newcomers;
  if (newcomer === undefined) return { outcome: 'nothing issued' };
  const written = readings.map(({ reading }) => isWrittenSince(reading, newcomer));
  // The one that is recorded is younger: two runs overlapped, and either may be in use.
  const isOvertaken = current !== undefined && isTooYoungFor(newcomer, current);
  if (newcomers.length === 1 && written.length > 0) {
    const isWritten = written.every((since) => since === true);
    if (isWritten && !isOvertaken && !isGuessed(evidence, left)) return { outcome: 'delivered', newcomer };
    const isNowhere = written.every((since) => since === false) && !isMaybeElsewhere(owned, readings);
    if (isNowhere) return { outcome: 'undelivered', newcomer };
  }
  return { outcome: 'in doubt', newcomers };
}

/**
 * Whether times alone say that the key has overwritten what was there, and another one works, which would be retired for it: a
 * person may have written there meanwhile, junk or that very key. One more key does no harm then. Where none works there is
 * nothing to lose; and a version that nobody notes would never be taken back.
 */
function isGuessed({ readings }: Evidence, { current, now }: Left): boolean {
  const isTimeOnly = readings.some(
    ({ reading }) => reading.state === 'present' && reading.keepsAll !== true && !isNoted(reading),
  );
  return isTimeOnly && current !== undefined && keyFault(current, now) === undefined;
}

/** Whether the key under way may be where this run does not look, or the record that would say so was written over. */
function isMaybeElsewhere({ overlapped, places }: Ownership, readings: Evidence['readings']): boolean {
  return overlapped || places.to?.some((to) => readings.every(({ mark }) => mark !== to)) === true;
}

/** A run delivers within minutes of making a key: what was written later, and by nobody known, was not written by it. */
export const DELIVERY_TIME = 15 * 60_000;

/**
 * Whether a destination was written since the key was made; undefined = in doubt. Services tell times in seconds, so the
 * same second counts as since. A note beside it that names another key contradicts the times: two runs overlapped. Without a
 * note it was written by the run only if that was soon, and once.
 */
function isWrittenSince(reading: Reading, key: Key): boolean | undefined {
  if (reading.state === 'by record') return false; // Were it delivered, the record would say so.
  if (reading.state === 'absent') return false;
  if (reading.state === 'unreadable') return undefined;
  const made = inSeconds(key.createdAt);
  if (reading.state === 'written') return isWrittenSoon(reading.at, key) ? true : undefined; // No event proves nothing.
  if (inSeconds(reading.writtenAt) < made) return false;
  if (isNoted(reading)) return reading.keyId === key.id ? true : undefined;
  const isTwice = reading.writtenBefore !== undefined && inSeconds(reading.writtenBefore) >= made;
  return isTwice || reading.writtenAt > key.createdAt + DELIVERY_TIME ? undefined : true;
}

/** Whether a run that made the key has written it there at that time. What was written in the same second may be older. */
function isWrittenSoon(at: number, { createdAt }: Key): boolean {
  return inSeconds(at) > inSeconds(createdAt) && at <= createdAt + DELIVERY_TIME;
}

/** Whether a destination was written by others since the key in it was delivered, and nobody was seen to use that key since. */
export function isOverwritten(reading: Reading, { createdAt, id }: Key, consumption: Consumption | undefined): boolean {
  if (reading.state !== 'written' || reading.isPending === true) return false;
  if (reading.at <= createdAt + DELIVERY_TIME) return false;
  return consumption === undefined || !isUsedSince(consumption, id, reading.at);
}

/** Whether the note beside a destination was written with or after it: only then it speaks of what is there. */
function isNoted(reading: Extract<Reading, { state: 'present' }>): boolean {
  return reading.notedAt !== undefined && reading.notedAt >= reading.writtenAt;
}

function inSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** It went elsewhere: before key_delivery was changed, or in a run that was told otherwise. */
function notRecorded(name: string, at: readonly string[] = []): string {
  return `not in ${name}: the record says that it went to ${placesInWords(at)}`;
}

type Fault = Pick<Reason, 'code' | 'live'>;

/** Why no key that works is delivered. */
function faultOf(evidence: Evidence, settled: Settlement, current: Key | undefined, now: number): Fault | undefined {
  if (settled.outcome === 'delivered') return keyFault(settled.newcomer, now);
  if (settled.outcome === 'in doubt')
    return { code: 'key.in-doubt', live: 'a key was under way when a run ended, and where it went is in doubt' };
  if (evidence.owned?.key === undefined) return { code: 'key.missing', live: 'absent' };
  if (current === undefined) return { code: 'key.invalid', live: `deleted (${evidence.owned.key})` };
  const { at } = evidence.owned.places;
  const live = evidence.readings.map((placed) => deliveryFault(placed, at, { current, ...evidence }));
  const undelivered = live.find((fault) => fault !== undefined);
  const fault = keyFault(current, now);
  return fault ?? (undelivered === undefined ? undefined : { code: 'key.undelivered', live: undelivered });
}

function keyFault(key: Key, now: number): Fault | undefined {
  const code = 'key.invalid';
  const id = short(key.id);
  if (key.disabled) {
    const why = key.cutOffBecause === undefined ? 'disabled' : `disabled by Google: ${key.cutOffBecause}`;
    return { code, live: `${why} (${id})` };
  }
  return key.endsAt <= now ? { code, live: `expired (${id}, on ${day(key.endsAt)})` } : undefined;
}

interface InUse {
  readonly current: Key;
  readonly consumption?: Consumption | undefined;
}

type Unseen = Extract<Reading, { state: 'written' | 'unreadable' }>;

/** The same where nobody can see which key is there, but when it was written, perhaps. */
function unseenFault(name: string, reading: Unseen, { consumption, current }: InUse): string | undefined {
  // What was written right after the key was made was written by the run that made it.
  const isSoon = reading.state === 'written' && isWrittenSoon(reading.at, current);
  if (reading.isPending === true && !isSoon) return `not in ${name}: no run has ended that delivered a key there`;
  const isOver = reading.state === 'written' && isOverwritten(reading, current, consumption);
  return isOver ? `not in ${name} for sure: ${reading.by} changed its settings later` : undefined;
}

/** Whether it does not matter where the key went. */
function isAsGood(reading: Reading): boolean {
  return reading.state === 'by record' && reading.isAnywhere === true;
}

/**
 * What is wrong with the delivery of a healthy key. Where a destination cannot be read, the record alone decides.
 *
 * @param at - marks of the places where the record says that the key is; undefined = it does not tell
 */
function deliveryFault(
  { mark, name, reading }: Placed,
  at: readonly string[] | undefined,
  { consumption, current }: InUse,
): string | undefined {
  if (reading.state === 'absent') return `not in ${name}, which is absent`;
  const isSaid = isAsGood(reading) || at?.some((place) => mayMean(place, mark)) !== false;
  if (reading.state !== 'present' && !isSaid) return notRecorded(name, at); // Nothing there tells which key it holds.
  if (reading.state === 'by record') return undefined;
  if (reading.state !== 'present') return unseenFault(name, reading, { current, consumption });
  if (reading.fault !== undefined) return `not in ${name}: ${reading.fault}`;
  if (!isNoted(reading)) return `not in ${name} for sure: it was overwritten by hand`;
  return reading.keyId === current.id ? undefined : `not in ${name}: that holds the key ${short(reading.keyId ?? '')}`;
}

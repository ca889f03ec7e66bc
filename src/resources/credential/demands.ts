import type { Key } from '../../cloud/google/keys.ts';
import type { KeyLife } from '../../inputs/target.ts';
import { short } from '../../ownership/record.ts';
import { DAY, age, day } from '../../time.ts';

/** How long keys live. Pure. */

/** What is asked of keys, besides that one works and is delivered. In milliseconds. */
export interface Demands {
  /** A key made before this moment is to be replaced; -Infinity = none is, however old. */
  readonly issuedAfter: number;
  /** How `issuedAfter` came about, as a desired value: `at most 30 days old`. */
  readonly wanted: string;
  /** How long a key may live in all; Infinity = it need not end. */
  readonly lifetime: number;
  /** After what time a superseded key is retired; undefined = never. */
  readonly overlap: number | undefined;
  /** Whether this run replaces a key whatever its age. */
  readonly rotates: boolean;
}

/** Nothing but that one works and is delivered. */
export const NO_DEMANDS: Demands = {
  issuedAfter: -Infinity,
  wanted: '',
  lifetime: Infinity,
  overlap: undefined,
  rotates: false,
};

/** Rotation is no deed of its own, but the demand that the key was issued after some moment. */
export function demandsOf({ maxAgeDays, overlapDays, lifetimeDays }: KeyLife, rotates: boolean, now: number): Demands {
  const maxAge = maxAgeDays === undefined ? Infinity : maxAgeDays * DAY;
  return {
    issuedAfter: rotates ? now : now - maxAge,
    wanted: rotates ? 'issued by this run' : `at most ${String(maxAgeDays ?? '')} days old`,
    lifetime: lifetimeDays === undefined ? Infinity : lifetimeDays * DAY,
    overlap: overlapDays === undefined ? undefined : overlapDays * DAY,
    rotates,
  };
}

/** When a key that ends is renewed, and when it is high time; undefined for one that does not end. Milliseconds since 1970. */
export function renewalOf(key: Key): { readonly from: number; readonly urgentFrom: number } | undefined {
  if (key.endsAt === Infinity) return undefined;
  const lifetime = key.endsAt - key.createdAt;
  return { from: key.endsAt - lifetime / 3, urgentFrom: key.endsAt - Math.min(7 * DAY, lifetime / 4) };
}

/** When superseded keys stop, in milliseconds since 1970; Infinity = nobody has said when. @param current - the delivered key */
export function stopOf(current: Key | undefined, { overlap }: Demands): number {
  return current === undefined || overlap === undefined ? Infinity : current.createdAt + overlap;
}

/** That a key is to be replaced, in the words of a difference. */
export interface Due {
  readonly live: string;
  readonly desired: string;
  /** Whether this is drift, rather than renewal in good time. */
  readonly isDrift: boolean;
}

/** Why a key that works should be replaced all the same; undefined when it does what is asked of it. */
export function dueOf(key: Key, now: number, demands: Demands): Due | undefined {
  const id = short(key.id);
  const lived = key.endsAt - key.createdAt;
  const renewal = renewalOf(key);
  if (renewal !== undefined && now >= renewal.from) {
    const live = `expires on ${day(key.endsAt)} (${id})`;
    return { live, desired: 'renewed in good time', isDrift: now >= renewal.urgentFrom };
  }
  if (lived > demands.lifetime + DAY) {
    const live = key.endsAt === Infinity ? `does not end by itself (${id})` : `lives ${age(lived)} (${id})`;
    return { live, desired: `ends after ${age(demands.lifetime)}`, isDrift: true };
  }
  if (key.createdAt >= demands.issuedAfter) return undefined;
  return { live: `${age(now - key.createdAt)} old (${id})`, desired: demands.wanted, isDrift: true };
}

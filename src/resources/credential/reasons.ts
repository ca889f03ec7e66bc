import { age } from '../../time.ts';
import type { Reading } from '../../destinations/destination.ts';
import type { Key } from '../../cloud/google/keys.ts';
import { isNoted } from './assess.ts';
import type { Evidence, Settlement } from './assess.ts';

/** Why a new key is issued: none works, none is delivered, or the one in use is due. Pure. */

const DAY = 86_400_000;

/** What is asked of the key in use, besides that it works and is delivered. In milliseconds. */
export interface Demands {
  /** A key made before this moment is to be replaced; -Infinity = none is, however old. */
  readonly issuedAfter: number;
  /** How `issuedAfter` came about, as a desired value: `at most 30 days old`. */
  readonly wanted: string;
  /** How long a key may live in all; Infinity = it need not end. */
  readonly lifetime: number;
}

/** Nothing but that it works and is delivered. */
export const NO_DEMANDS: Demands = { issuedAfter: -Infinity, wanted: '', lifetime: Infinity };

/** Why a key must be issued. */
export interface Reason {
  readonly live: string;
  readonly desired: string;
  /** Whether this is drift, rather than renewal in good time. */
  readonly isDrift: boolean;
}

interface Circumstances {
  readonly current: Key | undefined;
  readonly now: number;
  readonly demands: Demands;
}

/** Why a key must be issued; undefined when the one in use does what is asked of it. */
export function reasonToIssue(
  evidence: Evidence,
  settlement: Settlement,
  { current, now, demands }: Circumstances,
): Reason | undefined {
  const key = settlement.outcome === 'delivered' ? settlement.newcomer : current;
  const fault =
    settlement.outcome === 'delivered'
      ? keyFault(settlement.newcomer, now)
      : faultOf(evidence, settlement, { current, now, demands });
  if (fault !== undefined) return { live: fault, desired: 'valid and delivered', isDrift: true };
  return key === undefined ? undefined : reasonToRenew(key, now, demands);
}

/** Why no key that works is delivered. */
function faultOf(evidence: Evidence, settlement: Settlement, { current, now }: Circumstances): string | undefined {
  if (settlement.outcome === 'in doubt') return 'a key was under way when a run ended, and where it went is in doubt';
  if (evidence.owned?.key === undefined) return 'absent';
  if (current === undefined) return `deleted (${evidence.owned.key})`;
  const fault = keyFault(current, now);
  if (fault !== undefined) return fault;
  return evidence.readings
    .map(({ name, reading }) => deliveryFault(name, reading, current))
    .find((found) => found !== undefined);
}

/** Why a key that works should be replaced all the same. */
function reasonToRenew(key: Key, now: number, demands: Demands): Reason | undefined {
  const id = key.id.slice(0, 12);
  const lived = key.endsAt - key.createdAt;
  const due = renewalOf(key);
  if (due !== undefined && now >= due.from) {
    const live = `ends on ${day(key.endsAt)} (${id})`;
    return { live, desired: 'renewed in good time', isDrift: now >= due.redFrom };
  }
  if (lived > demands.lifetime + DAY) {
    const live = key.endsAt === Infinity ? `does not end by itself (${id})` : `lives ${age(lived)} (${id})`;
    return { live, desired: `ends after ${age(demands.lifetime)}`, isDrift: true };
  }
  if (key.createdAt >= demands.issuedAfter) return undefined;
  return { live: `${age(now - key.createdAt)} old (${id})`, desired: demands.wanted, isDrift: true };
}

/** When a key that ends is renewed, and when it is high time; undefined for one that does not end. Milliseconds since 1970. */
export function renewalOf(key: Key): { readonly from: number; readonly redFrom: number } | undefined {
  if (key.endsAt === Infinity) return undefined;
  const lifetime = key.endsAt - key.createdAt;
  return { from: key.endsAt - lifetime / 3, redFrom: key.endsAt - Math.min(7 * DAY, lifetime / 4) };
}

function keyFault(key: Key, now: number): string | undefined {
  const id = key.id.slice(0, 12);
  if (key.disabled) {
    return key.cutOffBecause === undefined ? `disabled (${id})` : `disabled by Google: ${key.cutOffBecause} (${id})`;
  }
  return key.endsAt <= now ? `expired (${id}, on ${day(key.endsAt)})` : undefined;
}

/** What is wrong with the delivery of a healthy key. Where a destination cannot be read, the record alone decides. */
function deliveryFault(name: string, reading: Reading, current: Key): string | undefined {
  if (reading.state === 'absent') return `not in ${name}, which is absent`;
  if (reading.state !== 'present') return undefined;
  if (reading.fault !== undefined) return `not in ${name}: ${reading.fault}`;
  if (!isNoted(reading)) return `not in ${name} for sure: it was overwritten by hand`;
  return reading.keyId === current.id
    ? undefined
    : `not in ${name}: that holds the key ${(reading.keyId ?? '').slice(0, 12)}`;
}

/** `2026-11-23` */
export function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

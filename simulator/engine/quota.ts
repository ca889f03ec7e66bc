/** How many requests a caller may send in a minute. */
import type { World } from './world.ts';

const MINUTE = 60_000;

/** What is told to whoever sent too many. */
export interface Exhaustion {
  /** How many are allowed. */
  readonly quota: number;
  /** Seconds until the next one is. */
  readonly seconds: number;
}

/** Counts a request, unless the caller has sent as many in the last minute as the quota allows: then it says how to go on. */
export function countCall(world: World, caller: string | undefined, now: number): Exhaustion | undefined {
  const { most, minute } = world.quota;
  if (most === 0 || caller === undefined) return undefined;
  const recent = (world.calls[caller] ?? []).filter(({ calledAt }) => calledAt + minute > now);
  const [oldest] = recent;
  if (oldest !== undefined && recent.length >= most)
    return { quota: most, seconds: (oldest.calledAt + minute - now) / 1000 };
  world.calls[caller] = [...recent, { calledAt: now }];
  return undefined;
}

/** The quota of a world that is in this hurry; 0 is none. */
export function quotaOf(most: number, hurry: number): World['quota'] {
  return { most, minute: MINUTE / hurry };
}

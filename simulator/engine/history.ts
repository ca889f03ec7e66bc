/** What parts of the world were: a read may come to a front end that has not heard of the last writes. */
import { isDeepStrictEqual } from 'node:util';
import { isUntrue, nextFraction } from './lag.ts';
import type { World } from './world.ts';

/** Keeps a part as it is now, if it has changed, and forgets what no read can show any more. */
export function remember(world: World, part: string, { now, most }: { now: number; most: number }): void {
  const known = (world.history[part] ??= []);
  if (known.length === 0 || !isDeepStrictEqual(known.at(-1)?.state, world[part]))
    known.push({ writtenAt: now, state: structuredClone(world[part]) });
  // The newest one that is old enough is still what the oldest read shows.
  while ((known[1]?.writtenAt ?? Infinity) <= now - most) known.shift();
}

/** The world as a read shows it: of some moment between now and `most` ago, by seed, and never of another time for one answer. */
export function worldAsRead(world: World, part: string, reading: Reading): World {
  const { line, now, most } = reading;
  if (most === 0) return world;
  if (!isUntrue(world, line)) return world;
  const moment = now - most * nextFraction(world, `${line} age`);
  const known = world.history[part] ?? [];
  // Before anything was asked, the world was as the first one found it.
  const shown = known.findLast(({ writtenAt }) => writtenAt <= moment) ?? known[0];
  return shown === undefined ? world : { ...world, [part]: shown.state };
}

/** Which read it is. */
export interface Reading {
  /** `METHOD /path`: what is read is counted by it. */
  readonly line: string;
  readonly now: number;
  readonly most: number;
}

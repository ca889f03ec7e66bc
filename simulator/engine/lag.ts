/** What is new is not known everywhere at once: which front end one comes to, the seed decides. */
import { fractionOf } from './random.ts';
import type { Kind } from './weather.ts';
import type { World } from './world.ts';

/** Something new: since when, and the name under which looks at it are counted. */
export interface Newcomer {
  readonly id: string;
  readonly createdAt: number;
}

/** Where and when somebody looks. */
export interface Looking {
  readonly world: World;
  readonly now: number;
}

/** What one front end makes of it: those that have not heard of it call it missing, or forbidden. */
export type Sight = 'shown' | 'missing' | 'denied';

/** Whether there is anybody who has not heard of it. It takes more than half of the weather's time, and never more than all of it. */
export function isTooNew({ id, createdAt }: Newcomer, kind: Kind, { world, now }: Looking): boolean {
  const share = 0.6 + 0.4 * fractionOf(world, kind, id);
  return createdAt + world.weather[kind] * share > now;
}

/** One look. While it is too new for some, every look may come to one of those. */
export function sightOf(newcomer: Newcomer, kind: Kind, looking: Looking): Sight {
  if (!isTooNew(newcomer, kind, looking)) return 'shown';
  const { world } = looking;
  const subject = `${kind} ${newcomer.id}`;
  if (isSeen(world, subject)) return 'shown';
  return world.weather.denies && nextFraction(world, `${subject} words`) < 0.5 ? 'denied' : 'missing';
}

/** Two looks in a row may come to front ends that know it, but never three: whoever has seen it three times in a row may rely on it. */
function isSeen(world: World, subject: string): boolean {
  const name = `${subject}: seen in a row`;
  const row = world.looks[name] ?? 0;
  const isNow = !isUntrue(world, subject) && row < 2;
  world.looks[name] = isNow ? row + 1 : 0;
  return isNow;
}

/** Whether this look at it comes to a front end that knows it otherwise. */
export function isUntrue(world: World, subject: string): boolean {
  return nextFraction(world, subject) < world.weather.untrue / 100;
}

/** A number from 0 to 1, below 1, for this look at it; looks at other things do not matter. */
export function nextFraction(world: World, subject: string): number {
  const name = `${subject}: looks`; // No path may end it: numbers under names in At and Time are aged.
  const look = (world.looks[name] = (world.looks[name] ?? 0) + 1);
  return fractionOf(world, subject, String(look));
}

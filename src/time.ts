import { setTimeout as pause } from 'node:timers/promises';

/** Time as the program sees it, so that tests need not wait. Milliseconds throughout. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds) => {
    await pause(milliseconds);
  },
};

/** "3 days", "2 hours": how old something is, in the largest unit that fits. */
export function age(milliseconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ];
  for (const [unit, size] of units) {
    const count = Math.floor(milliseconds / size);
    if (count >= 1) return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}

/** Milliseconds of a day. */
export const DAY = 86_400_000;

/** `2026-11-23` */
export function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** `2026-11-23 14:05 UTC` */
export function minute(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * Below this age a thing may not show everywhere yet, nor what was changed on it: what one look says of it proves nothing.
 * Milliseconds.
 */
export const YOUNG = 120_000;

/** How long something young is looked for again, in milliseconds. */
export const LOOK_AGAIN = 60_000;

/**
 * How long an answer must stay the same before it counts against what was known before, in milliseconds: reads of IAM are
 * seconds old at most. What could do harm if it were older is looked at once more after it was done.
 */
export const STEADY = 5_000;

/**
 * How long one request may take, in milliseconds, of whatever service. It is sent twice where that does no harm, so a
 * service that never answers costs well under a minute, and a run that meets it at every turn less than three.
 */
export const REQUEST_LIMIT = 20_000;

/** How to wait for something: pauses grow twofold from `first` to `most`, and end after `within`. Milliseconds. */
export interface Waiting {
  readonly clock: Clock;
  readonly within: number;
  readonly first: number;
  readonly most: number;
  /** Told before each pause. */
  readonly onWait?: (pause: number) => void;
}

/**
 * The one loop that waits. Tries until `attempt` has a value; what it throws ends the wait.
 *
 * @returns undefined when time is up
 */
export async function poll<T>(
  { clock, within, first, most, onWait }: Waiting,
  attempt: () => Promise<{ readonly value: T } | undefined>,
): Promise<{ readonly value: T } | undefined> {
  const end = clock.now() + within;
  for (let pause = first; ; pause = Math.min(most, pause * 2)) {
    const found = await attempt();
    if (found !== undefined || clock.now() + pause > end) return found;
    onWait?.(pause);
    await clock.sleep(pause);
  }
}

/**
 * Says what is waited for once, and again when it has become another thing: a wait of minutes is no wall of equal lines, and
 * the heartbeat of the log tells that it goes on.
 */
export function whenChanged(say: (line: string) => void): (line: string) => void {
  let said: string | undefined;
  return (line) => {
    if (line !== said) say(line);
    said = line;
  };
}

/** The same promise for everybody who asks. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

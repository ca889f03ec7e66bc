import type { Clock } from '../../../src/time.ts';

/** A clock that nobody waits for. */
export interface FakeClock extends Clock {
  /** How often was slept, and for how long each time. */
  readonly pauses: readonly number[];
}

export function fakeClock(): FakeClock {
  const pauses: number[] = [];
  let now = 0;
  return {
    pauses,
    now: () => now,
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
}

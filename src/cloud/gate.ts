import type { Clock } from '../time.ts';

/**
 * What all requests of a run pass where many targets are worked on at once: so many under way and no more, and none while a
 * service says that there are too many.
 */
export interface Gate {
  /** Sends a request as soon as there is room for it. */
  readonly pass: <T>(send: () => Promise<T>) => Promise<T>;
  /**
   * A service takes no more for now: nothing goes out for that long, in milliseconds, and then a few at first.
   *
   * @returns whether it is worth waiting: for a long time nothing has got through
   */
  readonly slowDown: (pause: number) => boolean;
}

export interface GateOptions {
  readonly clock: Clock;
  /** Requests under way. */
  readonly most: number;
  /** Told once, when the first request was refused. */
  readonly onSlow: () => void;
}

/** A quota per minute comes back within one; in milliseconds. What lasts longer than this is another one. */
const HOPELESS = 5 * 60_000;

export function makeGate({ clock, most, onSlow }: GateOptions): Gate {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let room = most;
  let closedUntil = 0;
  let lastPassed = clock.now();
  let hasSlowed = false;
  let isOpening = false;

  const open = (): void => {
    if (clock.now() < closedUntil) return void openLater();
    while (underWay < Math.floor(room)) {
      const next = waiting.shift();
      if (next === undefined) return;
      underWay += 1;
      next();
    }
  };
  const openLater = async (): Promise<void> => {
    if (isOpening) return;
    isOpening = true;
    while (clock.now() < closedUntil) await clock.sleep(closedUntil - clock.now());
    isOpening = false;
    open();
  };

  return {
    pass: async (send) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        open();
      });
      try {
        const answer = await send();
        lastPassed = clock.now();
        room = Math.min(most, room + 1);
        return answer;
      } finally {
        underWay -= 1;
        open();
      }
    },
    slowDown: (pause) => {
      if (!hasSlowed) onSlow();
      hasSlowed = true;
      const until = clock.now() + pause;
      // Those that were under way together are refused together: that is one refusal.
      if (clock.now() >= closedUntil) room = Math.max(1, room / 2);
      closedUntil = Math.max(closedUntil, until);
      return clock.now() - lastPassed < HOPELESS;
    },
  };
}

import { age } from '../time.ts';

/** What tells that a run goes on, where it has nothing else to tell. */

/** Milliseconds of silence after which people begin to wonder. */
const SILENCE = 60_000;

export interface Heartbeat {
  /** Something was said. */
  readonly heard: () => void;
  /** Speaks up whenever nothing was heard for a minute, until the work has ended. */
  readonly during: <T>(title: string, work: () => Promise<T>) => Promise<T>;
}

/** @param say - called with `Still at “Verify” after 3 minutes …`; what it prints is not heard */
export function heartbeat(say: (line: string) => void, silence = SILENCE): Heartbeat {
  let heardAt = Date.now();
  return {
    heard: () => {
      heardAt = Date.now();
    },
    during: async (title, work) => {
      const startedAt = Date.now();
      heardAt = startedAt;
      const timer = setInterval(() => {
        if (Date.now() - heardAt < silence) return;
        heardAt = Date.now();
        say(`Still at “${title}” after ${age(heardAt - startedAt)} …`);
      }, silence / 10).unref();
      try {
        return await work();
      } finally {
        clearInterval(timer);
      }
    },
  };
}

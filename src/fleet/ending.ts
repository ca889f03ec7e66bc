import type { Interruption } from '../engine/interruption.ts';
import type { Runner } from '../runner/runner.ts';
import type { Clock } from '../time.ts';

/**
 * A job that is cancelled has 7.5 seconds: what is being written is waited for, all else is left, and there is time to say
 * what was left. Milliseconds.
 */
const FOR_WRITES = 4_500;
/** What has been written is reported, if that needs no waiting. */
const FOR_REPORT = 700;

/** The end of a run, if it is told to end before it is done. */
export interface Ending {
  readonly isAsked: () => boolean;
  /** Of one target. */
  readonly watch: () => Watch;
}

export interface Watch {
  readonly interruption: Interruption;
  /** Once the run must end without waiting for this target any longer. */
  readonly isLeft: Promise<void>;
}

export function endingOf({ onStop, log }: Runner, clock: Clock): Ending {
  let isAsked = false;
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  onStop(() => {
    isAsked = true;
    log.say('The job was cancelled: what is being written is finished, and nothing else begins.');
    ask();
  });
  const watch = (): Watch => {
    let writing: Promise<unknown> | undefined;
    const isWritten = async (): Promise<void> => {
      await asked;
      if (writing === undefined) return;
      await writing;
      await clock.sleep(FOR_REPORT);
    };
    const late = async (): Promise<void> => {
      await asked;
      await clock.sleep(FOR_WRITES);
    };
    return {
      interruption: {
        isAsked: () => isAsked,
        whileWriting: (work) => {
          const done = work();
          const ended = done.then(
            () => undefined,
            () => undefined,
          );
          writing = ended;
          return done.finally(() => {
            if (writing === ended) writing = undefined;
          });
        },
      },
      isLeft: Promise.race([isWritten(), late()]),
    };
  };
  return { isAsked: () => isAsked, watch };
}

import { Blocked } from '../errors/diagnostic.ts';
import type { Problem } from '../errors/diagnostic.ts';

/**
 * A run may be told to end, because its job was cancelled: what is being written is written to its end, with its record, and
 * nothing else begins.
 */
export interface Interruption {
  readonly isAsked: () => boolean;
  /** Work that writes: whoever ends the run waits for it, as long as there is time. */
  readonly whileWriting: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Of a run that ends when it is done, or dies. */
export const UNINTERRUPTED: Interruption = { isAsked: () => false, whileWriting: (work) => work() };

/** What was not begun any more. @param attempted - a verb phrase */
export function interrupted(attempted: string): Blocked {
  const problem: Problem = {
    ...{ severity: 'error', code: 'run.interrupted', attempted },
    because: 'the job was cancelled',
    remedy: 'Run it again: the next run finishes what this one has begun.',
  };
  return new Blocked([problem]);
}

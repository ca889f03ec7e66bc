import process from 'node:process';
import type { Runner } from './runner.ts';

/** How a run is told to end, on a runner as at a terminal. */
export const stopping: Pick<Runner, 'onStop' | 'leave'> = { onStop: onceStopped, leave: () => process.exit() };

/** GitHub sends one of them first and the other 7.5 seconds later, whichever way a job is cancelled. */
const STOPS = ['SIGINT', 'SIGTERM'] as const;

function onceStopped(listener: () => void): void {
  let isTold = false;
  for (const signal of STOPS) {
    process.on(signal, () => {
      if (!isTold) listener();
      isTold = true;
    });
  }
}

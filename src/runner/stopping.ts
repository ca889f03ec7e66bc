import process from 'node:process';

/** How a run is told to end, on a runner as at a terminal. */
export interface Stopping {
  /** Told once when the job is cancelled; from then on the process no longer ends by itself, and has 7 seconds. */
  readonly onStop: (listener: () => void) => void;
  /** Ends the process, whatever is still under way. */
  readonly leave: () => void;
}

export const stopping: Stopping = { onStop: onceStopped, leave: () => process.exit() };

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

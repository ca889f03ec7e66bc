import { Blocked } from './diagnostic.ts';

/** What was there vanished while this run worked on it: somebody, or another run, was quicker. */

/** @param name - as messages name it: `the role projects/p/roles/r` */
export function vanished(name: string): Blocked {
  return new Blocked([
    {
      severity: 'error',
      code: 'document.vanished',
      attempted: `go on with ${name}`,
      because: 'it was there when the plan was made, and is not any more: somebody deleted it, or another run did',
      remedy: 'Run the workflow again: it starts from what is there then. Nothing else has to be cleaned up.',
    },
  ]);
}

/** A service does not show what it said is there. @param name - as messages name it */
export function unseen(name: string): Blocked {
  return new Blocked([
    {
      severity: 'error',
      code: 'document.unseen',
      attempted: `go on with ${name}`,
      because: 'the service said that it is there, but has not shown it for minutes',
      remedy: 'Run the workflow again in a few minutes: it goes on where this run ended.',
    },
  ]);
}

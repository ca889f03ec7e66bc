import { Blocked } from './diagnostic.ts';

/** What was there vanished while this run worked on it: somebody, or another run, was quicker. */

/** @param name - as messages name it: `the role projects/p/roles/r` */
export function vanished(name: string): Blocked {
  return new Blocked([
    {
      severity: 'error',
      code: 'document.vanished',
      attempted: `continue with ${name}`,
      because: 'it existed when the plan was made, and no longer does: somebody, or another run, deleted it',
      remedy: 'Run the workflow again: it plans anew from what exists then. Nothing else has to be cleaned up.',
    },
  ]);
}

/** A service does not show what it said is there. @param name - as messages name it */
export function unseen(name: string): Blocked {
  return new Blocked([
    {
      severity: 'error',
      code: 'document.unseen',
      attempted: `continue with ${name}`,
      because: 'the service confirmed that it exists, but has not shown it for minutes',
      remedy: 'Run the workflow again in a few minutes: it resumes where this run ended.',
    },
  ]);
}

import type { Subject } from '../errors/diagnostic.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { shell } from '../errors/shell.ts';

/** The refusals that every managed thing has in common: what is not marked as ours is not touched unasked. */

/** What is refused, and the way out besides `adopt: true`. */
export interface Refused {
  readonly subject: Subject;
  /** As messages name it: `the role projects/p/roles/r`. */
  readonly name: string;
}

/** It exists, and nothing tells that it is ours. @param alternative - the other way out, a clause */
export function unmarked({ subject, name }: Refused, alternative: string): Problem {
  return {
    severity: 'error',
    code: 'owner.unmarked',
    subject,
    attempted: `use ${name}`,
    because: 'it exists, but it is not managed by this action: somebody else may rely on it',
    remedy: `Set adopt: true to take it over${alternative}.`,
  };
}

/** It says that it is ours, and nothing that only an administrator writes agrees. @param lacking - what does not agree, a clause */
export function unconfirmed({ subject, name }: Refused, lacking: string, alternative: string): Problem {
  return {
    severity: 'error',
    code: 'owner.unconfirmed',
    subject,
    attempted: `use ${name}`,
    because: `its ownership marker alone proves nothing, because anyone who may edit it can write it, and ${lacking}`,
    remedy: `Set adopt: true to take it over${alternative}.`,
  };
}

/** It is marked for another target, whose access would change with it. */
export function markedForAnother({ subject, name }: Refused, target: string, remedy: string): Problem {
  return {
    severity: 'error',
    code: 'owner.another-target',
    subject,
    attempted: `use ${name}`,
    because: `it is managed for ${target}, and changing it would change the access of that target`,
    remedy,
  };
}

/** The marker cannot be written: the user's own text is never cut. @param attempted - a verb phrase */
export function noRoom(subject: Subject, attempted: string): Problem {
  return {
    severity: 'error',
    code: 'owner.no-room',
    subject,
    attempted,
    because: 'its description leaves no room for the ownership marker of this action (256 bytes for both)',
    remedy: 'Shorten the description by some 60 characters; the text is yours, and is never cut.',
  };
}

/**
 * The same, of the record of keys: where it would not even fit alone, a shorter text is of no use, and fewer keys are. The ids
 * of deleted keys leave the record by themselves.
 *
 * @param isTextTooLong - whether it would fit without the user's text
 */
export function noRoomForKeys(subject: Subject, attempted: string, email: string, isTextTooLong: boolean): Problem {
  const problem = noRoom(subject, attempted);
  const fewer = deleteUnused(email);
  if (isTextTooLong) return { ...problem, remedy: `${problem.remedy} Deleting keys makes room, too: ${fewer}` };
  return { ...problem, because: 'the record of its keys does not fit into its description (256 bytes)', remedy: fewer };
}

/** How an account comes to have fewer keys. */
export function deleteUnused(email: string): string {
  return (
    `${shell`gcloud iam service-accounts keys list --iam-account ${email} --managed-by user`} lists the keys with their full IDs. Delete those ` +
    `that nobody uses: ${shell`gcloud iam service-accounts keys delete KEY --iam-account ${email}`}.`
  );
}

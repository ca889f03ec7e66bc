import { untilVisible } from '../cloud/document.ts';
import type { Account, AccountDocument } from '../cloud/google/service-accounts.ts';
import { Blocked } from '../errors/diagnostic.ts';
import type { Clock } from '../time.ts';
import { noRoom } from './mark.ts';
import { readDescription, writeDescription } from './record.ts';
import type { Ownership } from './record.ts';

/** How long an account that this run knows to exist may stay invisible to IAM's front ends. */
export const ACCOUNT_LAG = 5 * 60_000;

/** What becomes of the record. Called again after a conflict, with what then stands. */
export type Merge = (owned: Ownership | undefined) => Ownership | undefined;

/** The account again, waiting out front ends that do not see it yet: this run made it, or has read it before. */
export async function rereadAccount(document: AccountDocument, clock: Clock): Promise<Account> {
  return untilVisible(
    { clock, milliseconds: ACCOUNT_LAG, isInvisible: (error) => error instanceof Vanished },
    async () => {
      const account = await document.reread();
      if (account === undefined) throw new Vanished(document.email);
      return account;
    },
  );
}

/**
 * Changes our record in the account's description: read just before, merged, the user's text untouched.
 *
 * @param existing - full ids of the keys there are: ids of others are dropped
 */
export async function editOwnership(
  document: AccountDocument,
  clock: Clock,
  change: Merge,
  existing?: readonly string[],
): Promise<Ownership | undefined> {
  await rereadAccount(document, clock);
  return writeOwnership(document, change, existing);
}

/** The same, for who has just read the account. */
export async function writeOwnership(
  document: AccountDocument,
  change: Merge,
  existing?: readonly string[],
): Promise<Ownership | undefined> {
  const written = await document.edit((account) => {
    const { text, ownership } = readDescription(account.description);
    const description = writeDescription({ text, ownership: change(ownership) }, existing);
    if (description === undefined) {
      const subject = { kind: 'service-account', name: document.email.slice(0, document.email.indexOf('@')) } as const;
      throw new Blocked([noRoom(subject, `record in its description who manages ${document.email}`)]);
    }
    return description === (account.description ?? '') ? account : { ...account, description };
  });
  return readDescription(written.description).ownership;
}

/** A 404 for an account that is known to exist. */
class Vanished extends Error {
  constructor(email: string) {
    super(`the service account ${email} is not visible`);
  }
}

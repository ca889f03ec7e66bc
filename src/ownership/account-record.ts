import { untilVisible } from '../cloud/document.ts';
import type { Account, AccountDocument } from '../cloud/google/service-accounts.ts';
import { ApiError } from '../errors/api-error.ts';
import { Blocked } from '../errors/diagnostic.ts';
import { vanished } from '../errors/vanished.ts';
import { STEADY } from '../time.ts';
import type { Clock } from '../time.ts';
import { noRoomForKeys } from './mark.ts';
import { readDescription, writeDescription } from './description.ts';
import type { Ownership } from './record.ts';

/** How long an account that this run knows to exist may stay invisible to IAM's front ends. */
export const ACCOUNT_LAG = 5 * 60_000;

/** What becomes of the record. Called again after a conflict, with what then stands. */
export type Merge = (owned: Ownership | undefined) => Ownership | undefined;

/** Descriptions that this run has replaced: whoever is answered with one of them was given an old answer. */
const replaced = new WeakMap<AccountDocument, Set<string>>();

/** Accounts as this run has left them, whatever older answer was read since; forgotten once another answer has stayed. */
const written = new WeakMap<AccountDocument, Account>();

async function knownAccount(document: AccountDocument): Promise<Account | undefined> {
  return written.get(document) ?? (await document.read());
}

/** The record as this run has left it, or else as it has read it. */
export async function knownOwnership(document: AccountDocument): Promise<Ownership | undefined> {
  return readDescription((await knownAccount(document))?.description).ownership;
}

/**
 * The account again, waiting out front ends that do not see it yet: this run made it, or has read it before. An answer from
 * before this run's own writes does not count, and any other that differs from what is known counts once it has stayed:
 * it may be old, too.
 */
export async function rereadAccount(document: AccountDocument, clock: Clock): Promise<Account> {
  const known = await knownAccount(document);
  const account = await rereadVisible(document, clock);
  if (known === undefined || isSameRecord(account, known)) return account;
  if (replaced.get(document)?.has(textOf(account)) === true) {
    document.learn(known);
    return known;
  }
  await clock.sleep(STEADY); // No answer is that old.
  written.delete(document); // Another run has written since.
  return rereadVisible(document, clock);
}

function isSameRecord(one: Account, other: Account): boolean {
  return textOf(one) === textOf(other);
}

function textOf({ description }: Account): string {
  return description ?? '';
}

/** IAM may answer 404 or 403 for an account that it does not show yet; a right that is lacking lacks for longer. */
async function rereadVisible(document: AccountDocument, clock: Clock): Promise<Account> {
  const began = clock.now();
  const isInvisible = (error: unknown): boolean =>
    error instanceof NotShown || (isDenied(error) && clock.now() - began < STEADY);
  try {
    return await untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible }, async () => {
      const account = await document.reread();
      if (account === undefined) throw new NotShown();
      return account;
    });
  } catch (error) {
    throw error instanceof NotShown ? vanished(`the service account ${document.email}`) : error;
  }
}

const isDenied = (error: unknown): boolean => error instanceof ApiError && error.code === 403;

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
  const after = await document.edit((account) => {
    const { text, ownership } = readDescription(account.description);
    const changed = change(ownership);
    const description = writeDescription({ text, ownership: changed }, existing);
    if (description === undefined) {
      const subject = { kind: 'service-account', name: document.email.slice(0, document.email.indexOf('@')) } as const;
      const isTextTooLong = writeDescription({ text: '', ownership: changed }, existing) !== undefined;
      const attempted = `record in its description who manages ${document.email}`;
      throw new Blocked([noRoomForKeys(subject, attempted, document.email, isTextTooLong)]);
    }
    if (description === textOf(account)) return account;
    replaced.set(document, (replaced.get(document) ?? new Set()).add(textOf(account)));
    return { ...account, description };
  });
  written.set(document, after);
  return readDescription(after.description).ownership;
}

/** A 404 for an account that is known to exist. */
class NotShown extends Error {}

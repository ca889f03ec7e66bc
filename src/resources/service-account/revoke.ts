import type { Keys } from '../../cloud/google/keys.ts';
import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { isNotFound } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import { explain } from '../../errors/explain.ts';
import { editOwnership, writeOwnership } from '../../ownership/account-record.ts';
import { announceYoung } from '../../ownership/overlap.ts';
import { readDescription } from '../../ownership/description.ts';
import { short } from '../../ownership/record.ts';
import type { Clock } from '../../time.ts';

/** What revoking works with. */
export interface Revoking {
  readonly document: AccountDocument;
  readonly keys: Pick<Keys, 'list'>;
  readonly clock: Clock;
  /** As IAM's clock tells it, in milliseconds since 1970. */
  readonly now: () => number;
  readonly say: (line: string) => void;
}

/** How revoking access went. */
export interface Revocation {
  /** Whether the record said `revoked` already. */
  readonly wasRevoked: boolean;
  /** What could not be recorded; nothing of it makes the key work again. */
  readonly notices: readonly Notice[];
}

/**
 * Disables the account: one request, before anything is read, because in an emergency nothing else may be readable. Its
 * keys and tokens are rejected from then on. Afterwards, and only as far as that goes, the record says `revoked`, and
 * nothing is written over that another run has recorded at the same moment.
 *
 * @throws ApiError when the account could not be disabled, Blocked when there is none
 */
export async function revoke(revoking: Revoking): Promise<Revocation> {
  const { document, say } = revoking;
  await disable(document);
  say(`✓ ${document.email} is disabled`);
  try {
    const owned = readDescription((await document.reread())?.description).ownership;
    if (owned === undefined) {
      return { wasRevoked: false, notices: [unrecorded(`${document.email} is not managed by this action`)] };
    }
    if (owned.revoked) return { wasRevoked: true, notices: [] };
    await writeOwnership(document, (live) => live && { ...live, revoked: true });
  } catch (error) {
    return {
      wasRevoked: false,
      notices: explain(error).map(({ attempted, because }) => unrecorded(`could not ${attempted}: ${because}`)),
    };
  }
  return { wasRevoked: false, notices: await lookAgain(revoking) };
}

/** A run that issues a key does not wait for this one: either may have written over what the other has recorded. */
async function lookAgain({ clock, document, keys, now }: Revoking): Promise<Notice[]> {
  try {
    await editOwnership(document, clock, (live) => live && { ...live, revoked: true });
    const others = await announceYoung({ document, keys, clock }, now());
    if (others.length === 0) return [];
    const because = `another run issued a key at the same moment (${others.map(short).join(', ')}); it is in the record, and rejected as all keys are`;
    return [{ severity: 'note', code: 'key.other-runs', because }];
  } catch (error) {
    return explain(error).map(({ attempted, because }) => ({
      severity: 'note',
      code: 'key.other-runs',
      because: `whether another run issued a key at the same moment is not known: could not ${attempted}: ${because}`,
    }));
  }
}

/** On that night it matters whether there is nothing to cut off, or whether the wrong account was named. */
async function disable(document: AccountDocument): Promise<void> {
  try {
    await document.disable();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const problem: Problem = {
      ...{ severity: 'error', code: 'account.absent', attempted: `disable the service account ${document.email}` },
      because: 'there is no such account, so there was nothing to cut off',
      remedy:
        'Check account_id and project_id: if they name the account whose key leaked, it was deleted, and its keys are invalid. ' +
        'The email in the leaked key (client_email) names the account that must be disabled.',
    };
    throw new Blocked([problem], error);
  }
}

function unrecorded(why: string): Notice {
  return {
    severity: 'warning',
    code: 'account.revocation-unrecorded',
    because: `the account does not carry the note that it was revoked: ${why}`,
  };
}

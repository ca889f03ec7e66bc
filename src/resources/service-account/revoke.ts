import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { isNotFound } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import { explain } from '../../errors/explain.ts';
import { writeOwnership } from '../../ownership/account-record.ts';
import { readDescription } from '../../ownership/record.ts';

/** How revoking access went. */
export interface Revocation {
  /** Whether the record said `revoked` already. */
  readonly wasRevoked: boolean;
  /** What could not be recorded; nothing of it makes the key work again. */
  readonly notices: readonly Notice[];
}

/**
 * Disables the account: one request, before anything is read, because in an emergency nothing else may be readable. Its
 * keys and tokens are rejected from then on. Afterwards, and only as far as that goes, the record says `revoked`.
 *
 * @throws ApiError when the account could not be disabled, Blocked when there is none
 */
export async function revoke(document: AccountDocument, say: (line: string) => void): Promise<Revocation> {
  await disable(document);
  say(`✓ ${document.email} is disabled`);
  try {
    const owned = readDescription((await document.reread())?.description).ownership;
    if (owned === undefined) {
      return { wasRevoked: false, notices: [unrecorded(`${document.email} is not managed by this action`)] };
    }
    if (owned.revoked) return { wasRevoked: true, notices: [] };
    await writeOwnership(document, (live) => live && { ...live, revoked: true });
    return { wasRevoked: false, notices: [] };
  } catch (error) {
    return {
      wasRevoked: false,
      notices: explain(error).map(({ attempted, because }) => unrecorded(`could not ${attempted}: ${because}`)),
    };
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

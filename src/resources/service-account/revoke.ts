import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import type { Notice } from '../../errors/diagnostic.ts';
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
 * @throws ApiError when the account could not be disabled
 */
export async function revoke(document: AccountDocument, say: (line: string) => void): Promise<Revocation> {
  await document.disable();
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

function unrecorded(why: string): Notice {
  return {
    severity: 'warning',
    code: 'account.revocation-unrecorded',
    because: `the account does not carry the note that it was revoked: ${why}`,
  };
}

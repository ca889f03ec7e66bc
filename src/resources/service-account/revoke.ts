import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import { readDescription } from '../../ownership/record.ts';
import { adviseOn } from '../../errors/explain.ts';
import { writeOwnership } from '../../ownership/account-record.ts';

/** How cutting off went. */
export interface Revocation {
  /** Whether the record said `revoked` already. */
  readonly wasRevoked: boolean;
  /** What could not be written down; nothing of it makes the key work again. */
  readonly warnings: readonly string[];
}

/**
 * Cuts the account off: one request, before anything is looked at, because in an emergency nothing else may be readable.
 * Its keys and tokens are refused from then on. Afterwards, and only as far as that goes, the record says `revoked`.
 *
 * @throws ApiError when the account could not be disabled
 */
export async function revoke(document: AccountDocument, say: (line: string) => void): Promise<Revocation> {
  await document.disable();
  say(`✓ ${document.email} is disabled`);
  try {
    const owned = readDescription((await document.reread())?.description).ownership;
    if (owned === undefined) {
      return {
        wasRevoked: false,
        warnings: [`${document.email} does not carry our mark, so nothing was written down`],
      };
    }
    if (owned.revoked) return { wasRevoked: true, warnings: [] };
    await writeOwnership(document, (live) => live && { ...live, revoked: true });
    return { wasRevoked: false, warnings: [] };
  } catch (error) {
    const { attempted, because } = adviseOn(error);
    return {
      wasRevoked: false,
      warnings: [`that it was revoked is not written down: could not ${attempted}: ${because}`],
    };
  }
}

import type { IssuedKey } from '../../cloud/google/keys.ts';
import { isKey } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import { Refused } from '../../errors/diagnostic.ts';
import type { CredentialState, Evidence } from './assess.ts';
import type { Issuer } from './evidence.ts';
import { editOwnership, rereadAccount, writeOwnership } from '../../ownership/account-record.ts';

/**
 * Writes down that a key is about to be made: which ids there were before, so that a later run can tell the newcomer.
 * Where that stands already (from the account's creation, or from a run that died) it stays as it is.
 *
 * @returns false when another run has recorded a key since `evidence` was read
 */
export async function announce(issuer: Issuer, evidence: Evidence): Promise<boolean> {
  if (evidence.owned?.issuingBefore !== undefined) return true;
  let isCurrent = true;
  const ids = evidence.keys.map((key) => key.id);
  await editOwnership(
    issuer.document,
    issuer.clock,
    (owned) => {
      isCurrent = owned?.key === evidence.owned?.key;
      if (owned === undefined || !isCurrent || owned.issuingBefore !== undefined) return owned;
      return { ...owned, issuingBefore: ids };
    },
    ids,
  );
  return isCurrent;
}

/** No key is under way after all. Where an earlier one is in doubt, the announcement stands: it tells the newcomers. */
export async function standDown(issuer: Issuer, state: CredentialState): Promise<void> {
  if (state.settlement.outcome === 'in doubt') return;
  await editOwnership(issuer.document, issuer.clock, (owned) => owned && { ...owned, issuingBefore: undefined });
}

/** What was known when the key was made. */
export interface Known {
  readonly evidence: Evidence;
  readonly state: CredentialState;
}

/**
 * Records the delivered key. Keys and record are read again first, because another run may have passed: one that took our
 * key for a dead run's has disabled it (it is enabled), one that recorded a key of its own wins (the next run settles).
 */
export async function recordDelivery(issuer: Issuer, key: IssuedKey, known: Known): Promise<string[]> {
  const { document, clock } = issuer;
  const [keys] = await Promise.all([issuer.keys.list(), rereadAccount(document, clock)]);
  const notes: string[] = [];
  if (keys.some(({ id, disabled }) => id === key.id && disabled)) {
    await issuer.keys.enable(key.id);
    notes.push(`another run had disabled the new key while it was being delivered: enabled again`);
  }
  const ids = [...new Set([...keys.map(({ id }) => id), key.id])];
  const doubted =
    known.state.settlement.outcome === 'in doubt' ? known.state.settlement.newcomers.map(({ id }) => id) : [];
  const seen = { isOvertaken: false };
  const merge = (owned: Ownership | undefined): Ownership | undefined => {
    if (owned === undefined) return owned;
    seen.isOvertaken = owned.key !== known.evidence.owned?.key || owned.old.some((old) => isKey(old, key.id));
    const others = ids.filter((id) => id !== key.id);
    if (seen.isOvertaken) {
      const old = owned.old.filter((id) => !isKey(id, key.id));
      // Whoever took our key for a dead run's may count it among those that were there before its own: it is a newcomer still.
      const before = owned.issuingBefore?.filter((id) => !isKey(id, key.id));
      return { ...owned, old, issuingBefore: before ?? others.filter((id) => !doubted.includes(id)) };
    }
    const old = [...owned.old, ...(owned.key === undefined ? [] : [owned.key]), ...doubted];
    const isOtherUnderWay = others.some((id) => isNewcomer(owned, id) && !doubted.includes(id));
    return { ...owned, key: key.id, old, issuingBefore: isOtherUnderWay ? owned.issuingBefore : undefined };
  };
  const written = await writeOwnership(document, merge, ids);
  if (seen.isOvertaken || written === undefined) throw overtaken(document.email);
  return notes;
}

/** A key that another run is making right now, under the same announcement. */
function isNewcomer(owned: Ownership, id: string): boolean {
  const recorded = [...(owned.issuingBefore ?? []), ...owned.old, ...(owned.key === undefined ? [] : [owned.key])];
  return owned.issuingBefore !== undefined && !recorded.some((known) => isKey(known, id));
}

function overtaken(email: string): Refused {
  return new Refused([
    {
      attempted: `record the new key of ${email}`,
      because: 'another run issued a key at the same moment; both keys work, and nothing was disabled',
      remedy:
        'Run the workflow again: it settles which key was delivered last. ' +
        'Give the workflows that use this action one concurrency group, so that they take turns.',
    },
  ]);
}

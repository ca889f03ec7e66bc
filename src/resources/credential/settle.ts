import type { Key } from '../../cloud/google/keys.ts';
import { isKey } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import { assess } from './assess.ts';
import type { Evidence } from './assess.ts';
import { look } from './evidence.ts';
import type { Issuer } from './evidence.ts';
import { editOwnership } from '../../ownership/account-record.ts';

/**
 * Settles the key that was under way when a run died: recorded where it was delivered, put out of action where nobody
 * holds it, left alone where that is in doubt. Returns the evidence as it is afterwards; `notes` gets what was done.
 */
export async function settleUnderWay(issuer: Issuer, evidence: Evidence, notes: string[]): Promise<Evidence> {
  const { settlement, reason } = assess(evidence, issuer.clock.now(), issuer.demands);
  if (settlement.outcome === 'delivered') {
    await recordDelivered(issuer, evidence, settlement.newcomer);
    notes.push(`the key ${settlement.newcomer.id.slice(0, 12)} of a run that ended early had been delivered: recorded`);
    return look(issuer);
  }
  if (settlement.outcome === 'undelivered') return shelve(issuer, evidence, { key: settlement.newcomer, notes });
  if (settlement.outcome === 'nothing issued' && reason === undefined) {
    await editOwnership(
      issuer.document,
      issuer.clock,
      (owned) => owned && { ...owned, issuingBefore: undefined },
      ids(evidence),
    );
    return look(issuer);
  }
  return evidence;
}

/** The key is out: what is missing is our word for it, beside the destination and in the record. */
async function recordDelivered(issuer: Issuer, evidence: Evidence, newcomer: Key): Promise<void> {
  for (const [index, destination] of issuer.destinations.entries()) {
    const reading = evidence.readings[index]?.reading;
    if (reading?.state === 'present' && reading.keyId !== newcomer.id) await destination.note(newcomer.id);
  }
  const record = (owned: Ownership | undefined): Ownership | undefined =>
    owned && {
      ...owned,
      key: newcomer.id,
      old: [...owned.old, ...(owned.key === undefined || isKey(owned.key, newcomer.id) ? [] : [owned.key])],
      issuingBefore: undefined,
    };
  await editOwnership(issuer.document, issuer.clock, record, ids(evidence));
}

interface Shelved {
  readonly key: Key;
  readonly notes: string[];
}

/**
 * Nobody holds it: disabled, and deleted by a later run. Another run may be delivering it at this very moment, so the
 * destinations are read once more afterwards, and the record before it is written: if so, it is enabled again.
 */
async function shelve(issuer: Issuer, evidence: Evidence, { key, notes }: Shelved): Promise<Evidence> {
  if (!key.disabled) await issuer.keys.disable(key.id);
  const after = await look(issuer);
  const again = assess(after, issuer.clock.now()).settlement;
  if (again.outcome !== 'undelivered' || again.newcomer.id !== key.id) {
    if (!key.disabled) await issuer.keys.enable(key.id); // Only what we disabled: what a person cut off stays cut off.
    return look(issuer);
  }
  await editOwnership(
    issuer.document,
    issuer.clock,
    (owned) => owned && { ...owned, old: [...owned.old, key.id], issuingBefore: ids(after) },
    ids(evidence),
  );
  notes.push(
    `the key ${key.id.slice(0, 12)} of a run that ended early reached nobody: disabled, a later run deletes it`,
  );
  return look(issuer);
}

function ids(evidence: Evidence): string[] {
  return evidence.keys.map((key) => key.id);
}

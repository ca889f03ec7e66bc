import type { Key } from '../../cloud/google/keys.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { editOwnership } from '../../ownership/account-record.ts';
import { short } from '../../ownership/record.ts';
import { assess } from './assess.ts';
import type { Demands } from './demands.ts';
import { settledAsDelivered, settledAsUndelivered, stoodDown } from './entries.ts';
import { idsIn } from './evidence.ts';
import type { Evidence, KeyClients } from './evidence.ts';

/** The ledger's way to end what a run that died has left under way. */

/** What settling needs. */
export interface Settling {
  readonly clients: KeyClients;
  readonly demands: Demands;
  readonly look: () => Promise<Evidence>;
}

/** The evidence as it is afterwards, and what was done. */
export interface Settled {
  readonly evidence: Evidence;
  readonly notices: readonly Notice[];
}

export async function settle(settling: Settling, evidence: Evidence): Promise<Settled> {
  const { clients, demands, look } = settling;
  const { settlement, reason } = assess(evidence, clients.clock.now(), demands);
  if (settlement.outcome === 'delivered') {
    const notices = await settleDelivered(clients, evidence, settlement.newcomer);
    return { evidence: await look(), notices };
  }
  if (settlement.outcome === 'undelivered') {
    const notices = await settleUndelivered(settling, evidence, settlement.newcomer);
    return { evidence: await look(), notices };
  }
  if (settlement.outcome !== 'nothing issued' || reason !== undefined) return { evidence, notices: [] };
  await editOwnership(clients.document, clients.clock, stoodDown, idsIn(evidence));
  return { evidence: await look(), notices: [] };
}

/** The key is out: what is missing is our word for it, beside the destination and in the record. */
async function settleDelivered(clients: KeyClients, evidence: Evidence, { id }: Key): Promise<Notice[]> {
  for (const [index, destination] of clients.destinations.entries()) {
    const reading = evidence.readings[index]?.reading;
    if (reading?.state === 'present' && reading.keyId !== id) await destination.note(id);
  }
  const { document, clock } = clients;
  await editOwnership(document, clock, (owned) => settledAsDelivered(owned, id), idsIn(evidence));
  return [settled(id, 'had been delivered: recorded')];
}

/**
 * Nobody holds it: disabled, and deleted by a later run. Another run may be delivering it at this very moment, so the
 * destinations are read once more afterwards, and the record before it is written: if so, it is enabled again.
 */
async function settleUndelivered({ clients, look }: Settling, evidence: Evidence, key: Key): Promise<Notice[]> {
  const { document, clock, keys } = clients;
  if (!key.disabled) await keys.disable(key.id);
  const after = await look();
  const again = assess(after, clock.now()).settlement;
  if (again.outcome !== 'undelivered' || again.newcomer.id !== key.id) {
    if (!key.disabled) await keys.enable(key.id); // Only what we disabled: what a person disabled stays disabled.
    return [];
  }
  await editOwnership(document, clock, (owned) => settledAsUndelivered(owned, key.id, idsIn(after)), idsIn(evidence));
  return [settled(key.id, 'reached nobody: disabled, a later run deletes it')];
}

function settled(id: string, fate: string): Notice {
  const because = `the key ${short(id)} of a run that ended early ${fate}`;
  return { severity: 'note', code: 'key.settled', because };
}

import type { Key } from '../../cloud/google/keys.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import type { Merge } from '../../ownership/account-record.ts';
import { isTooYoungFor } from '../../ownership/claims.ts';
import { marksOf } from '../../ownership/place-mark.ts';
import { isKey, short } from '../../ownership/record.ts';
import { poll } from '../../time.ts';
import { assess } from './assess.ts';
import type { Demands } from './demands.ts';
import type { Chosen } from './design.ts';
import { settledAsDelivered, settledAsUndelivered, stoodDown } from './entries.ts';
import { idsIn } from './evidence.ts';
import type { Evidence, KeyClients } from './evidence.ts';

/** The ledger's way to end what a run that died has left under way. */

/** What settling needs. */
export interface Settling {
  readonly clients: KeyClients;
  readonly demands: Demands;
  readonly look: () => Promise<Evidence>;
  /** Changes the record, and makes sure that no other run was written over. */
  readonly edit: (change: Merge, existing: readonly string[]) => Promise<void>;
  /** What the plan lets happen; `own` = whatever has appeared since, this run has made itself. */
  readonly chosen: Chosen | 'own';
  /** A line in the log: what is being waited for. */
  readonly say: (line: string) => void;
}

/** The evidence as it is afterwards, and what was done. */
export interface Settled {
  readonly evidence: Evidence;
  readonly notices: readonly Notice[];
}

export async function settle(settling: Settling, evidence: Evidence): Promise<Settled> {
  const { clients, chosen, demands, look } = settling;
  const { settlement, reason } = assess(evidence, clients.clock.now(), demands);
  if (settlement.outcome === 'delivered') {
    const { newcomer } = settlement;
    if (chosen !== 'own' && !chosen.record.has(newcomer.id)) throw unseen(clients, newcomer);
    const notices = await settleDelivered(settling, evidence, newcomer);
    return { evidence: await look(), notices };
  }
  if (settlement.outcome === 'undelivered') {
    const { newcomer } = settlement;
    if (chosen !== 'own' && !chosen.disable.has(newcomer.id)) throw unseen(clients, newcomer);
    const notices = await settleUndelivered(settling, evidence, newcomer);
    return standDownAfter(settling, await look(), notices);
  }
  if (settlement.outcome !== 'nothing issued' || reason !== undefined) return { evidence, notices: [] };
  const late = chosen === 'own' ? undefined : await lateNewcomer(settling);
  return late === undefined ? standDown(settling, evidence) : settle(settling, late);
}

/** How long lists may lack a new key: ten seconds were seen. */
const SHOWS_WITHIN = 30_000;

/** The run that announced a key may have died right after it made one. @returns undefined where none shows in time */
async function lateNewcomer({ clients: { clock }, look, say }: Settling): Promise<Evidence | undefined> {
  const onWait = (): void => say('A key was announced, and none shows; looking again, for half a minute …');
  const found = await poll({ clock, within: SHOWS_WITHIN, first: 2_000, most: 10_000, onWait }, async () => {
    const evidence = await look();
    const { outcome } = assess(evidence, clock.now()).settlement;
    return outcome === 'nothing issued' ? undefined : { value: evidence };
  });
  return found?.value;
}

async function standDown({ edit, look }: Settling, evidence: Evidence): Promise<Settled> {
  const existing = idsIn(evidence);
  await edit((owned) => stoodDown(owned, existing), existing);
  return { evidence: await look(), notices: [] };
}

/** Where the key before works, nothing follows that would take the announcement down: it would stand for ever. */
async function standDownAfter(settling: Settling, evidence: Evidence, notices: readonly Notice[]): Promise<Settled> {
  const { clients, demands } = settling;
  const { settlement, reason } = assess(evidence, clients.clock.now(), demands);
  if (settlement.outcome !== 'nothing issued' || reason !== undefined) return { evidence, notices };
  return { ...(await standDown(settling, evidence)), notices };
}

/** Another run is at work: what it does with its key is not ours to decide. */
function unseen({ document }: KeyClients, { id }: Key): Blocked {
  return new Blocked([
    {
      severity: 'error',
      code: 'key.other-runs',
      attempted: `settle which keys of ${document.email} are in use`,
      because: `the key ${short(id)} is not as it was when the plan was made: another run is issuing or delivering it`,
      remedy:
        'Run the workflow again once the other run has ended. Give the workflows that use this action one concurrency group, ' +
        'so that they take turns.',
    },
  ]);
}

/** The key is out: what is missing is our word for it, beside the destination and in the record. */
async function settleDelivered({ clients, edit }: Settling, evidence: Evidence, { id }: Key): Promise<Notice[]> {
  for (const [index, destination] of clients.destinations.entries()) {
    const reading = evidence.readings[index]?.reading;
    if (reading?.state === 'present' && reading.keyId !== id) await destination.note(id);
  }
  const at = marksOf(clients.destinations);
  await edit((owned) => settledAsDelivered(owned, id, at, evidence.owned), idsIn(evidence));
  return [settled(id, 'had been delivered: recorded')];
}

/**
 * Nobody holds it: disabled, and deleted by a later run. Another run may be delivering it at this very moment, so the
 * destinations are read once more afterwards, and the record before it is written: if so, it is enabled again.
 */
async function settleUndelivered({ clients, edit, look }: Settling, evidence: Evidence, key: Key): Promise<Notice[]> {
  const { clock, keys } = clients;
  if (!key.disabled) await keys.disable(key.id);
  const after = await look();
  const { current, settlement: again } = assess(after, clock.now());
  if (again.outcome !== 'undelivered' || again.newcomer.id !== key.id) {
    // Only what we disabled: what a person disabled stays disabled, and so does what another run has settled likewise.
    if (!key.disabled && !isShelved(after, current, key)) await keys.enable(key.id);
    return [];
  }
  const seen = { isRecorded: false };
  await edit((owned) => {
    seen.isRecorded = owned?.key !== undefined && isKey(owned.key, key.id);
    return settledAsUndelivered(owned, key.id, idsIn(after));
  }, idsIn(evidence));
  if (seen.isRecorded) {
    if (!key.disabled) await keys.enable(key.id);
    return [];
  }
  return [settled(key.id, 'reached nobody: disabled, a later run deletes it')];
}

/** Whether the record calls a key superseded that nothing has superseded: another run has found that it reached nobody. */
function isShelved({ owned }: Evidence, current: Key | undefined, key: Key): boolean {
  const isOld = owned?.old.some((id) => isKey(id, key.id)) === true;
  return isOld && (current === undefined || isTooYoungFor(current, { ...key, disabled: false }));
}

function settled(id: string, fate: string): Notice {
  const because = `the key ${short(id)} of a run that ended early ${fate}`;
  return { severity: 'note', code: 'key.settled', because };
}

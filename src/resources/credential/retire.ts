import type { Key } from '../../cloud/google/keys.ts';
import type { Run } from '../../engine/resource.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { isKey, short } from '../../ownership/record.ts';
import { assess, describe } from './assess.ts';
import { stopOf } from './demands.ts';
import type { Demands } from './demands.ts';
import { idsFor } from './design.ts';
import type { CredentialChange } from './design.ts';
import { idsIn } from './evidence.ts';
import type { Evidence, KeyClients } from './evidence.ts';
import type { KeyLedger } from './ledger.ts';

/** How keys stop: only those that the plan names, and only while that is safe. */

/** What retiring needs. */
export interface Retiring {
  readonly clients: KeyClients;
  readonly ledger: KeyLedger;
  readonly demands: Demands;
  readonly run: Run;
}

/**
 * Superseded keys are disabled once their overlap is over, and deleted by a later run. Everything is read again first:
 * nothing is retired unless a valid key is delivered everywhere at this moment, and no other is under way.
 */
export async function retireSuperseded(retiring: Retiring, changes: readonly CredentialChange[]): Promise<void> {
  const { clients, ledger, demands, run } = retiring;
  const due = idsFor(changes, 'superseded');
  if (due.disable.size + due.delete.size === 0) return;
  const evidence = await ledger.look();
  const now = clients.clock.now();
  const state = assess(evidence, now);
  const isSafe = state.reason === undefined && evidence.owned?.issuingBefore === undefined;
  const deleted: string[] = [];
  for (const key of state.superseded) {
    const name = `the superseded key ${short(key.id)} (${describe(key, now)})`;
    if (key.disabled && due.delete.has(key.id)) {
      await putAway(clients, key, 'delete');
      deleted.push(key.id);
      run.tell(told('key.deleted', `deleted ${name}`));
    } else if (!key.disabled && due.disable.has(key.id) && isSafe && stopOf(state.current, demands) <= now) {
      await putAway(clients, key, 'disable');
      run.tell(told('key.disabled', `disabled ${name}; a later run deletes it`));
    }
  }
  if (deleted.length > 0) await ledger.keep(idsIn(evidence).filter((id) => !deleted.includes(id)));
}

/** A destination that still holds the key goes first: once the key is deleted, nobody knows what it was about. */
async function putAway({ destinations, keys }: KeyClients, { id }: Key, how: 'disable' | 'delete'): Promise<void> {
  await Promise.all(destinations.map((destination) => destination.retire(id, how)));
  await (how === 'disable' ? keys.disable(id) : keys.delete(id));
}

/** Before a disabled account comes back: every key of ours that would come back with it. */
export async function clearBeforeEnabling(
  { clients, run }: Retiring,
  live: Evidence & { readonly now: number },
  changes: readonly CredentialChange[],
): Promise<void> {
  for (const id of idsFor(changes, 'before-enabling').delete) {
    const key = live.keys.find((one) => one.id === id);
    if (key === undefined) continue;
    await putAway(clients, key, 'delete');
    const name = `the key ${short(key.id)} (${describe(key, live.now)})`;
    run.tell(told('key.deleted', `deleted ${name} before the account is enabled`));
  }
}

/**
 * Keys that somebody else made on our account are disabled, and deleted at a later run. Never in the run that adopts or
 * issues our first key, and never one that a destination may hold: someone may have delivered it by hand.
 */
export async function pruneForeign(
  { clients, run }: Retiring,
  live: Evidence & { readonly now: number },
  changes: readonly CredentialChange[],
): Promise<void> {
  const due = idsFor(changes, 'foreign');
  for (const key of live.keys.filter(({ id }) => due.disable.has(id) || due.delete.has(id))) {
    const name = `the key ${short(key.id)}, which is not ours (${describe(key, live.now)})`;
    const why = whyKept(key, live);
    if (why !== undefined) {
      run.tell(told('key.left', `left ${name}: ${why}`));
    } else if (due.delete.has(key.id)) {
      await clients.keys.delete(key.id);
      run.tell(told('key.deleted', `deleted ${name}`));
    } else {
      run.say(`Disabling ${name} …`);
      await clients.keys.disable(key.id);
      run.tell(told('key.disabled', `disabled ${name}; a later run deletes it`));
    }
  }
}

function whyKept(key: Key, { owned, keys, readings }: Evidence): string | undefined {
  if (owned?.key === undefined) return 'our own first key must be in use before it goes';
  const recorded = owned.key;
  const isNewer = key.createdAt > (keys.find(({ id }) => isKey(recorded, id))?.createdAt ?? 0);
  const isMaybeHeld = readings.some(({ reading }) => reading.state === 'present' && reading.writtenAt >= key.createdAt);
  return isNewer && isMaybeHeld ? 'it is newer than ours, and a destination was written after it was made' : undefined;
}

/** For destroy: our keys on an adopted account. What was delivered of them is the destinations' to take back. */
export async function deleteOurs({ clients }: Retiring, changes: readonly CredentialChange[]): Promise<void> {
  await Promise.all([...idsFor(changes, 'adopted').delete].map((id) => clients.keys.delete(id)));
}

function told(code: Notice['code'], because: string): Notice {
  return { severity: 'note', code, because };
}

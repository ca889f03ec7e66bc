import type { Key } from '../../cloud/google/keys.ts';
import type { Run } from '../../engine/resource.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { shell } from '../../errors/shell.ts';
import { isKey, short } from '../../ownership/record.ts';
import { assess, describe } from './assess.ts';
import { stopOf } from './demands.ts';
import type { Demands } from './demands.ts';
import { idsFor } from './design.ts';
import type { CredentialChange } from './design.ts';
import { idsIn } from './evidence.ts';
import type { Evidence, KeyClients } from './evidence.ts';
import type { KeyLedger } from './ledger.ts';
import { newestSync } from './moved.ts';

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
  const isOver = isSafe && stopOf(state.current, demands) <= now;
  const nameOf = (key: Key): string => `the superseded key ${short(key.id)} (${describe(key, now)})`;
  for (const key of state.superseded.filter(({ disabled, id }) => disabled && due.delete.has(id))) {
    await putAway(retiring, key, 'delete', state.current?.id);
    deleted.push(key.id);
    run.tell(told('key.deleted', `deleted ${nameOf(key)}`));
  }
  const toDisable = isOver ? state.superseded.filter(({ disabled, id }) => !disabled && due.disable.has(id)) : [];
  await rememberSync(ledger, toDisable, evidence);
  for (const key of toDisable) {
    await putAway(retiring, key, 'disable', state.current?.id);
    run.tell(told('key.disabled', `disabled ${nameOf(key)}; a later run deletes it`));
  }
  if (deleted.length > 0) await ledger.keep(idsIn(evidence).filter((id) => !deleted.includes(id)));
}

/** Before keys are disabled: what syncs later does so without them. */
async function rememberSync(ledger: KeyLedger, keys: readonly Key[], { consumption }: Evidence): Promise<void> {
  const newest = consumption && newestSync(consumption);
  if (keys.length > 0 && newest !== undefined) await ledger.sees(newest);
}

/**
 * A destination that still holds the key goes first: once the key is deleted, nobody knows what it was about.
 *
 * @param inUse - id of the delivered key: what a destination notes as its own is never touched
 */
async function putAway(
  { clients: { destinations, keys }, run }: Retiring,
  key: Key,
  how: 'disable' | 'delete',
  inUse: string | undefined,
): Promise<void> {
  const notices = await Promise.all(destinations.map((destination) => destination.retire(key, how, inUse)));
  for (const notice of notices) if (notice !== undefined) run.tell(notice);
  await (how === 'disable' ? keys.disable(key.id) : keys.delete(key.id));
}

/** Before a disabled account comes back: every key of ours that would come back with it. */
export async function clearBeforeEnabling(
  retiring: Retiring,
  live: Evidence & { readonly now: number },
  changes: readonly CredentialChange[],
): Promise<void> {
  for (const id of idsFor(changes, 'before-enabling').delete) {
    const key = live.keys.find((one) => one.id === id);
    if (key === undefined) continue;
    await putAway(retiring, key, 'delete', undefined);
    const name = `the key ${short(key.id)} (${describe(key, live.now)})`;
    retiring.run.tell(told('key.deleted', `deleted ${name} before the account is enabled`));
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
  const ofOthers = changes.filter((change) => 'why' in change).filter(({ why }) => why === 'foreign');
  for (const change of ofOthers) {
    const key = live.keys.find(({ id }) => id === ('disable' in change ? change.disable : change.delete));
    if (key === undefined) continue;
    const name = `the key ${short(key.id)}, which is not ours (${describe(key, live.now)})`;
    const why = whyKept(key, live);
    if (why !== undefined) {
      run.leave(change);
      run.tell(told('key.left', `left ${name}: ${why}`));
    } else if ('delete' in change) {
      await clients.keys.delete(key.id);
      run.tell(told('key.deleted', `deleted ${name}`));
    } else {
      run.say(`Disabling ${name} …`);
      await clients.keys.disable(key.id);
      run.leave(change); // It is still there, and somebody may enable it.
      run.tell(told('key.disabled', `disabled ${name}; a later run deletes it`));
    }
  }
}

function whyKept(key: Key, { owned, keys, readings }: Evidence): string | undefined {
  if (owned?.key === undefined) return 'our own first key must be in use before it goes';
  const recorded = owned.key;
  const isNewer = key.createdAt >= (keys.find(({ id }) => isKey(recorded, id))?.createdAt ?? 0);
  const isMaybeHeld = readings.some(({ reading }) => (writtenAt(reading) ?? -Infinity) >= key.createdAt);
  return isNewer && isMaybeHeld ? 'it is newer than ours, and a destination was written after it was made' : undefined;
}

function writtenAt(reading: Evidence['readings'][number]['reading']): number | undefined {
  if (reading.state === 'present') return reading.writtenAt;
  return reading.state === 'written' ? reading.at : undefined;
}

/** For destroy: our keys on an adopted account. What was delivered of them is the destinations' to take back. */
export async function deleteOurs({ clients }: Retiring, changes: readonly CredentialChange[]): Promise<void> {
  await Promise.all([...idsFor(changes, 'adopted').delete].map((id) => clients.keys.delete(id)));
}

/** What stays against the wish of the user still counts when the run is over. @throws Blocked where syncs fail without it */
export function leaveUnproven({ clients, run }: Retiring, changes: readonly CredentialChange[]): void {
  const kept = changes.filter((change) => 'keep' in change);
  for (const change of kept) run.leave(change);
  const failing = kept.filter(({ because }) => because === 'failing').map(({ keep }) => keep);
  if (failing.length === 0) return;
  const { email } = clients.document;
  const commands = failing.map((id) => shell`gcloud iam service-accounts keys enable ${id} --iam-account ${email}`);
  throw new Blocked([
    {
      severity: 'error',
      code: 'key.consumer-failing',
      attempted: `delete the superseded keys of ${email}`,
      because: `syncs have failed to read since they were disabled: ${failing.map(short).join(', ')}`,
      remedy: `If Segment uses them after all, this lets it: ${commands.join('; ')}. Then run mode rotate, so that Segment gets a new key.`,
    },
  ]);
}

function told(code: Notice['code'], because: string): Notice {
  return { severity: 'note', code, because };
}

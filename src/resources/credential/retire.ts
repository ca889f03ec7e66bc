import type { Key } from '../../cloud/google/keys.ts';
import type { Run } from '../../engine/resource.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { shell } from '../../errors/shell.ts';
import { placesInWords } from '../../ownership/place-mark.ts';
import { isKey, short } from '../../ownership/record.ts';
import { day } from '../../time.ts';
import { assess, describe } from './assess.ts';
import type { CredentialState, Reason } from './assess.ts';
import { stopOf } from './demands.ts';
import type { Demands } from './demands.ts';
import { idsFor } from './design.ts';
import type { CredentialChange, DeliveryDesign } from './design.ts';
import { isHeldElsewhere, placesElsewhere } from './elsewhere.ts';
import { idsIn } from './evidence.ts';
import type { Evidence, KeyClients } from './evidence.ts';
import type { KeyLedger } from './ledger.ts';
import { newestSync } from './moved.ts';

/** How keys stop: only those that the plan names, and only while that is safe. */

/** What retiring needs. */
export interface Retiring {
  readonly design: DeliveryDesign;
  readonly clients: KeyClients;
  readonly ledger: KeyLedger;
  readonly demands: Demands;
  readonly run: Run;
}

/**
 * Superseded keys are disabled once their overlap is over, and deleted by a later run. Everything is read again first:
 * nothing is retired unless a valid key is delivered everywhere at this moment, and no other is under way. What is not
 * retired after all is told, and counts as left.
 */
export async function retireSuperseded(retiring: Retiring, changes: readonly CredentialChange[]): Promise<void> {
  const { clients, design, ledger, demands, run } = retiring;
  const due = changes.filter((change) => 'why' in change).filter(({ why }) => why === 'superseded');
  if (due.length === 0) return;
  const evidence = await ledger.look();
  const now = clients.clock.now();
  const seen = { design, evidence, now, demands, state: assess(evidence, now) };
  const deleted: string[] = [];
  const toDisable = due.filter((change) => {
    const key = 'disable' in change ? evidence.keys.find(({ id }) => id === change.disable) : undefined;
    return key !== undefined && !key.disabled && whyNotRetired(change, key, seen) === undefined;
  });
  if (toDisable.length > 0) await rememberSync(ledger, evidence);
  // Those to be deleted first: they are out of use already.
  for (const change of due.toSorted((one, other) => Number('disable' in one) - Number('disable' in other))) {
    const key = evidence.keys.find(({ id }) => id === idOf(change));
    if (key === undefined || isDone(change, key)) continue;
    const name = `the superseded key ${short(key.id)} (${describe(key, now)})`;
    const why = whyNotRetired(change, key, seen);
    if (why !== undefined) {
      run.leave(change);
      run.tell(told('key.left', `left ${name}: ${why}`));
    } else if ('delete' in change) {
      await putAway(retiring, key, 'delete', seen.state.current?.id);
      deleted.push(key.id);
      run.tell(told('key.deleted', `deleted ${name}`));
    } else {
      await putAway(retiring, key, 'disable', seen.state.current?.id);
      run.tell(told('key.disabled', `disabled ${name}; a later run deletes it`));
    }
  }
  if (deleted.length > 0) await ledger.keep(idsIn(evidence).filter((id) => !deleted.includes(id)));
}

type Retired = Extract<CredentialChange, { readonly why: unknown }>;

function idOf(change: Retired): string {
  return 'disable' in change ? change.disable : change.delete;
}

/** Whether somebody was quicker. */
function isDone(change: Retired, key: Key): boolean {
  return 'disable' in change && key.disabled;
}

/** What was seen just before. */
interface Seen {
  readonly design: DeliveryDesign;
  readonly evidence: Evidence;
  readonly state: CredentialState;
  readonly demands: Demands;
  readonly now: number;
}

/** Why the key that replaces it may not be in use. */
const notReplaced: Readonly<Record<Reason['code'], string>> = {
  'key.missing': 'no key is recorded as delivered',
  'key.invalid': 'the delivered key is not valid',
  'key.undelivered': 'a destination does not hold the delivered key',
  'key.in-doubt': 'where the key of an earlier run went is in doubt',
  'key.due': 'the delivered key is about to be replaced itself',
};

/** undefined = nothing speaks against it. */
function whyNotRetired(change: Retired, key: Key, seen: Seen): string | undefined {
  const { design, evidence, state, demands, now } = seen;
  if (!state.superseded.includes(key)) return 'the record no longer lists it as superseded';
  if ('delete' in change) return key.disabled ? undefined : 'somebody has enabled it';
  if (state.reason !== undefined) return notReplaced[state.reason.code];
  if (evidence.owned?.issuingBefore !== undefined) return 'another key is being issued';
  if (isHeldElsewhere(design, evidence.owned, key))
    return `it is in ${placesInWords(placesElsewhere(design, evidence.owned, key))}, where this run delivers no key`;
  const stop = stopOf(state.current, demands);
  if (stop <= now) return undefined;
  return stop === Infinity ? 'key_overlap_days is not set' : `its overlap ends on ${day(stop)}`;
}

/** Before keys are disabled: what syncs later does so without them. */
async function rememberSync(ledger: KeyLedger, { consumption }: Evidence): Promise<void> {
  const newest = consumption && newestSync(consumption);
  if (newest !== undefined) await ledger.sees(newest);
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
 * issues our first key, never one that a destination may hold (someone may have delivered it by hand), and never one that the
 * record tells of by now: another run has made it.
 */
export async function pruneForeign(
  { clients, ledger, run }: Retiring,
  live: Evidence & { readonly now: number },
  changes: readonly CredentialChange[],
): Promise<void> {
  const ofOthers = changes.filter((change) => 'why' in change).filter(({ why }) => why === 'foreign');
  if (ofOthers.length === 0) return;
  const evidence = await ledger.look();
  const { foreign } = assess(evidence, clients.clock.now());
  for (const change of ofOthers) {
    const key = evidence.keys.find(({ id }) => id === idOf(change));
    if (key === undefined) continue;
    const name = `the key ${short(key.id)}, which is not ours (${describe(key, live.now)})`;
    const why = whyKept(key, live) ?? (foreign.includes(key) ? undefined : 'another run has recorded it since');
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

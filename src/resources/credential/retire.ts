import type { Key } from '../../cloud/google/keys.ts';
import type { Difference } from '../../engine/resource.ts';
import { describe, ourKeys, short, stopOf } from './examine.ts';
import type { CredentialLive, CredentialOptions } from './examine.ts';
import { assess } from './assess.ts';
import { look } from './evidence.ts';
import type { Issuer } from './evidence.ts';
import { editOwnership } from '../../ownership/account-record.ts';

/**
 * Superseded keys are disabled once their overlap is over, and deleted by a later run. Everything is looked at again first:
 * nothing is retired unless a valid key is delivered everywhere at this moment, and no other is under way.
 */
export async function retire(options: CredentialOptions, live: CredentialLive): Promise<string[]> {
  const { issuer } = options;
  const evidence = await look(issuer);
  const now = options.clock.now();
  const state = assess(evidence, now);
  const isSafe = state.reason === undefined && evidence.owned?.issuingBefore === undefined;
  const notes: string[] = [];
  const deleted: string[] = [];
  for (const key of state.superseded) {
    const name = `the superseded key ${short(key)} (${describe(key, now)})`;
    if (key.disabled && live.state.superseded.some((one) => one.id === key.id && one.disabled)) {
      await putAway(issuer, key, 'delete');
      deleted.push(key.id);
      notes.push(`deleted ${name}`);
    } else if (!key.disabled && isSafe && stopOf(state, issuer.overlap) <= now) {
      await putAway(issuer, key, 'disable');
      notes.push(`disabled ${name}; a later run deletes it`);
    }
  }
  const left = evidence.keys.map((key) => key.id).filter((id) => !deleted.includes(id));
  if (deleted.length > 0) await editOwnership(options.document, options.clock, (owned) => owned, left);
  return notes;
}

/** A destination that still holds the key goes first: once the key is deleted, nobody knows what it was about. */
async function putAway(issuer: Issuer, key: Key, how: 'disable' | 'delete'): Promise<void> {
  await Promise.all(issuer.destinations.map((destination) => destination.retire(key.id, how)));
  await (how === 'disable' ? issuer.keys.disable(key.id) : issuer.keys.delete(key.id));
}

/** Before an account that was cut off comes back: every key of ours that would come back with it. */
export async function clearBeforeEnabling(options: CredentialOptions, live: CredentialLive): Promise<string[]> {
  const keys = ourKeys(live.state);
  for (const key of keys) await putAway(options.issuer, key, 'delete');
  return keys.map((key) => `deleted the key ${short(key)} (${describe(key, live.now)}) before the account is enabled`);
}

/**
 * With `prune`: keys that somebody else made on our account are disabled, and deleted at a later run. Never in the run that
 * adopts or issues our first key, and never one that a destination may hold: someone may have delivered it by hand.
 */
export async function pruneForeign(options: CredentialOptions, live: CredentialLive): Promise<string[]> {
  const notes: string[] = [];
  for (const key of live.state.foreign) {
    const name = `the key ${short(key)}, which is not ours (${describe(key, live.now)})`;
    if (live.owned?.key === undefined) {
      notes.push(`left ${name}: our own first key must be in use before it goes`);
      continue;
    }
    const isNewer = key.createdAt > (live.state.current?.createdAt ?? 0);
    const isMaybeHeld = live.readings.some(
      ({ reading }) => reading.state === 'present' && reading.writtenAt >= key.createdAt,
    );
    if (isNewer && isMaybeHeld) {
      notes.push(`left ${name}: it is newer than ours, and a destination was written after it was made`);
    } else if (key.disabled) {
      await options.keys.delete(key.id);
      notes.push(`deleted ${name}`);
    } else {
      options.issuer.say(`Disabling ${name} …`);
      await options.keys.disable(key.id);
      notes.push(`disabled ${name}; a later run deletes it`);
    }
  }
  return notes;
}

/** For destroy: our keys on an adopted account, and what was delivered of them. */
export async function revokeOurs(
  options: CredentialOptions,
  live: CredentialLive,
  chosen: readonly Difference[],
): Promise<string[]> {
  const fields = new Set(chosen.map((difference) => difference.field));
  const keys = ourKeys(live.state).filter((key) => fields.has(`key ${short(key)}`));
  await Promise.all(keys.map((key) => options.keys.delete(key.id)));
  const forgotten: string[] = [];
  for (const destination of options.destinations.filter(({ name }) => fields.has(name))) {
    const said = await destination.forget();
    if (said !== undefined) forgotten.push(said);
  }
  return forgotten;
}

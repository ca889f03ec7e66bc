import type { Difference } from '../resource.ts';
import { describe, ourKeys, short } from './credential-rules.ts';
import type { CredentialLive, CredentialOptions } from './credential-rules.ts';
import { editOwnership } from './ownership.ts';

/** Deletes superseded keys that are disabled already: they have served. The record then lists what is left. */
export async function removeRetired(options: CredentialOptions, live: CredentialLive): Promise<string[]> {
  const retired = live.state.superseded.filter((key) => key.disabled);
  await Promise.all(retired.map((key) => options.keys.delete(key.id)));
  const left = (await options.keys.list()).map((key) => key.id).filter((id) => !retired.some((key) => key.id === id));
  await editOwnership(options.document, options.clock, (owned) => owned, left);
  return retired.map((key) => `deleted the superseded key ${short(key)} (${describe(key, live.now)})`);
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

import { isKey, isSameKey } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';

/** What becomes of the record of keys, merged into whatever stands there at that moment. Pure. */

/** A key is about to be made: these ids were there before. An announcement that stands already stays as it is. */
export function announced(owned: Ownership | undefined, before: readonly string[]): Ownership | undefined {
  return owned === undefined || owned.issuingBefore !== undefined ? owned : { ...owned, issuingBefore: before };
}

/** No key is under way after all. */
export function stoodDown(owned: Ownership | undefined): Ownership | undefined {
  return owned && { ...owned, issuingBefore: undefined };
}

/** The delivered key is no longer where it was delivered. */
export function givenUp(owned: Ownership | undefined): Ownership | undefined {
  if (owned?.key === undefined) return owned;
  return { ...owned, key: undefined, old: [...owned.old, owned.key] };
}

/** The newcomer of a run that died had been delivered. */
export function settledAsDelivered(owned: Ownership | undefined, newcomer: string): Ownership | undefined {
  if (owned === undefined) return undefined;
  const superseded = owned.key === undefined || isKey(owned.key, newcomer) ? [] : [owned.key];
  return { ...owned, key: newcomer, old: [...owned.old, ...superseded], issuingBefore: undefined };
}

/** The newcomer of a run that died reached nobody; another may be under way. @param existing - ids of the keys there are */
export function settledAsUndelivered(
  owned: Ownership | undefined,
  newcomer: string,
  existing: readonly string[],
): Ownership | undefined {
  return owned && { ...owned, old: [...owned.old, newcomer], issuingBefore: existing };
}

/** A key that was delivered, and what was known when it was made. Full ids, but for `knownKey`. */
export interface Delivered {
  readonly key: string;
  /** `key=`, as the record had it then. */
  readonly knownKey: string | undefined;
  /** Newcomers of runs that died, of which nobody could tell where they went. */
  readonly doubted: readonly string[];
  /** Keys of others: whatever the record says of them. */
  readonly foreign?: readonly string[];
  /** The keys there are now, this one among them. */
  readonly existing: readonly string[];
}

/** Whether another run has recorded a key of its own in between, or has taken ours for a dead run's. */
export function isOvertaken(owned: Ownership | undefined, { key, knownKey }: Delivered): boolean {
  if (owned === undefined) return false;
  // Another run may have settled ours as delivered: then it is recorded already.
  const isOurs = isSameKey(owned.key, knownKey) || isSameKey(owned.key, key);
  return !isOurs || owned.old.some((old) => isKey(old, key));
}

/** The key is recorded; or, where another run was quicker, announced again, so that the next run settles it. */
export function recorded(owned: Ownership | undefined, delivered: Delivered): Ownership | undefined {
  if (owned === undefined) return undefined;
  return isOvertaken(owned, delivered) ? putBack(owned, delivered) : inUse(owned, delivered);
}

function putBack(owned: Ownership, { key, doubted, existing }: Delivered): Ownership {
  const old = owned.old.filter((id) => !isKey(id, key));
  // Whoever took our key for a dead run's may count it among those that were there before its own: it is a newcomer still.
  const before = owned.issuingBefore?.filter((id) => !isKey(id, key));
  return { ...owned, old, issuingBefore: before ?? existing.filter((id) => id !== key && !doubted.includes(id)) };
}

function inUse(owned: Ownership, { key, doubted, existing, foreign = [] }: Delivered): Ownership {
  const isOtherUnderWay = existing.some((id) => id !== key && !doubted.includes(id) && isNewcomer(owned, id));
  return {
    ...owned,
    key,
    old: [...owned.old, ...(owned.key === undefined || isKey(owned.key, key) ? [] : [owned.key]), ...doubted].filter(
      (old) => !foreign.some((id) => isKey(old, id)),
    ),
    issuingBefore: isOtherUnderWay ? owned.issuingBefore : undefined,
  };
}

/** A key that another run is making right now, under the same announcement. */
function isNewcomer(owned: Ownership, id: string): boolean {
  const known = [...(owned.issuingBefore ?? []), ...owned.old, ...(owned.key === undefined ? [] : [owned.key])];
  return owned.issuingBefore !== undefined && !known.some((one) => isKey(one, id));
}

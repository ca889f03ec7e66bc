import { UNKNOWN_PLACE, mayMean } from '../../ownership/place-mark.ts';
import { UNPLACED, isKey, isSameKey } from '../../ownership/record.ts';
import type { KeyPlaces, LeftKey, Ownership } from '../../ownership/record.ts';

/** What becomes of the record of keys, merged into whatever stands there at that moment. Pure. */

/** A key is about to be made. */
export interface Announced {
  /** Ids of the keys that are there. */
  readonly before: readonly string[];
  /** Marks of the places where the new one goes. */
  readonly to: readonly string[];
}

/** An announcement that stands already stays as it is, but for where keys may have gone. */
export function announced(owned: Ownership | undefined, { before, to }: Announced): Ownership | undefined {
  if (owned === undefined) return undefined;
  const { issuingBefore, places } = owned;
  if (issuingBefore === undefined) return { ...owned, issuingBefore: before, places: { ...places, to } };
  // Nobody knows where the one before was to go, if its announcement does not tell.
  return places.to === undefined ? owned : { ...owned, places: { ...places, to: [...new Set([...places.to, ...to])] } };
}

/** The delivered key is no longer where it was delivered. */
export function givenUp(owned: Ownership | undefined): Ownership | undefined {
  if (owned?.key === undefined) return owned;
  return { ...owned, key: undefined, old: [...owned.old, owned.key], places: { ...owned.places, at: undefined } };
}

/** Whether an announcement tells all that is to be told of a further key. */
export function isAnnounced({ issuingBefore, places }: Ownership, to: readonly string[]): boolean {
  return issuingBefore !== undefined && to.every((place) => places.to?.includes(place) !== false);
}

/** No key is under way after all; or none of ours, where other keys have appeared under the same announcement. */
export function stoodDown(owned: Ownership | undefined, existing: readonly string[]): Ownership | undefined {
  if (owned === undefined || existing.some((id) => isNewcomer(owned, id))) return owned;
  return settled(owned);
}

function settled(owned: Ownership): Ownership {
  return { ...owned, issuingBefore: undefined, overlapped: false, places: { ...owned.places, to: undefined } };
}

/**
 * The newcomer of a run that died had been delivered.
 *
 * @param at - marks of the places where it was found
 * @param seen - the record as it was understood when that was found
 */
export function settledAsDelivered(
  owned: Ownership | undefined,
  newcomer: string,
  at: readonly string[],
  seen?: Ownership,
): Ownership | undefined {
  if (owned === undefined) return undefined;
  const superseded = owned.key === undefined || isKey(owned.key, newcomer) ? [] : [owned.key];
  const places = placed(owned, { key: newcomer, at, doubted: [], knownKey: seen?.key, places: seen?.places });
  return { ...settled(owned), key: newcomer, old: [...owned.old, ...superseded], places };
}

/** The newcomer of a run that died reached nobody; another may be under way. @param existing - ids of the keys there are */
export function settledAsUndelivered(
  owned: Ownership | undefined,
  newcomer: string,
  existing: readonly string[],
): Ownership | undefined {
  // Its run was alive, and has recorded it.
  if (owned === undefined || (owned.key !== undefined && isKey(owned.key, newcomer))) return owned;
  return { ...owned, old: [...owned.old, newcomer], issuingBefore: existing };
}

/** A key that was delivered, and what was known when it was made. Full ids, but for `knownKey`. */
export interface Delivered {
  readonly key: string;
  /** Marks of the places that took it. */
  readonly at: readonly string[];
  /** `key=`, as the record had it then. */
  readonly knownKey: string | undefined;
  /** Newcomers of runs that died, of which nobody could tell where they went. */
  readonly doubted: readonly string[];
  /** Keys of others: whatever the record says of them. */
  readonly foreign?: readonly string[];
  /** The keys there are now, this one among them. */
  readonly existing: readonly string[];
  /** Those that were made before it, or in its second. */
  readonly older?: readonly string[];
  /** Where keys were when it was made: its announcement may have had no room to tell that any more. */
  readonly places?: KeyPlaces | undefined;
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
  return isOvertaken(owned, delivered) ? announcedAgain(owned, delivered) : inUse(owned, delivered);
}

/** What another run has done to the record stands; the next one finds our key, and settles. */
export function announcedAgain(owned: Ownership, { key, at, doubted, existing }: Delivered): Ownership {
  const old = owned.old.filter((id) => !isKey(id, key));
  // Whoever took our key for a dead run's may count it among those that were there before its own: it is a newcomer still.
  const before = owned.issuingBefore?.filter((id) => !isKey(id, key));
  return {
    ...owned,
    old,
    issuingBefore: before ?? existing.filter((id) => id !== key && !doubted.includes(id)),
    overlapped: true, // Which of the two was delivered last, and where, nobody can tell.
    places: { ...owned.places, to: [...new Set([...(owned.places.to ?? []), ...at])] },
  };
}

function inUse(owned: Ownership, delivered: Delivered): Ownership {
  const { key, doubted, existing, foreign = [], older = [] } = delivered;
  const others = existing.filter((id) => id !== key && !doubted.includes(id) && isNewcomer(owned, id));
  const isOtherUnderWay = others.length > 0;
  const places = placed(owned, delivered);
  // One of before ours that nobody saw when ours was announced: its own announcement was written over, and its places with it.
  const isHidden = others.some((id) => older.includes(id));
  const to = isHidden ? [...new Set([...(owned.places.to ?? []), UNKNOWN_PLACE])] : owned.places.to;
  return {
    ...(isOtherUnderWay ? { ...owned, overlapped: true } : settled(owned)),
    key,
    old: [...owned.old, ...(owned.key === undefined || isKey(owned.key, key) ? [] : [owned.key]), ...doubted].filter(
      (old) => !foreign.some((id) => isKey(old, id)),
    ),
    places: isOtherUnderWay ? { ...places, to } : places,
  };
}

type Placing = Pick<Delivered, 'key' | 'at' | 'doubted' | 'places'> & Partial<Pick<Delivered, 'knownKey'>>;

/** Where keys are, now that this one was delivered there: what it replaced elsewhere is left. */
function placed(owned: Ownership, { key, at, doubted, knownKey, places: known }: Placing): KeyPlaces {
  const { places } = owned;
  const was = (isSameKey(owned.key, knownKey) ? known?.at : undefined) ?? places.at;
  const before = owned.key === undefined || isKey(owned.key, key) ? [] : leftIn(owned.key, was);
  const to = known?.to === undefined || places.to?.includes(UNKNOWN_PLACE) === true ? places.to : known.to;
  const left = [...sharpened(places.left, known), ...before, ...doubted.flatMap((id) => leftIn(id, to))];
  return { ...UNPLACED, at, left: left.filter(({ place }) => !at.includes(place)) };
}

/** Which of a kind a place is, where an announcement had no room to tell it. */
function sharpened(left: readonly LeftKey[], known: KeyPlaces | undefined): LeftKey[] {
  return left.flatMap((one) => {
    const meant = (known?.left ?? []).filter(({ key, place }) => isSameKey(key, one.key) && mayMean(one.place, place));
    return meant.length === 0 ? [one] : meant;
  });
}

function leftIn(key: string, places: readonly string[] = []): LeftKey[] {
  return places.map((place) => ({ key, place }));
}

/** A key that another run is making right now, under the same announcement. */
function isNewcomer(owned: Ownership, id: string): boolean {
  const known = [...(owned.issuingBefore ?? []), ...owned.old, ...(owned.key === undefined ? [] : [owned.key])];
  return owned.issuingBefore !== undefined && !known.some((one) => isKey(one, id));
}

import type { Key } from '../../cloud/google/keys.ts';
import { kindsOfPlaces } from '../../ownership/place-mark.ts';
import { isKey } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import type { DeliveryDesign } from './design.ts';

/** Keys in places to which this run delivers nothing: there nobody is given a new one in their stead. Pure. */

/** Marks of the places where the record says that a key is, and that this run neither names nor is told to forget. */
export function placesElsewhere(
  { forget, marks }: DeliveryDesign,
  owned: Ownership | undefined,
  { id }: Pick<Key, 'id'>,
): string[] {
  if (owned === undefined) return [];
  const { key, issuingBefore, old, places } = owned;
  const isAnnounced = issuingBefore?.some((one) => isKey(one, id)) === false && !old.some((one) => isKey(one, id));
  const held = [
    ...places.left.filter((one) => isKey(one.key, id)).map(({ place }) => place),
    ...(key !== undefined && isKey(key, id) ? (places.at ?? []) : isAnnounced ? (places.to ?? []) : []),
  ];
  return [...new Set(held)].filter((place) => {
    const isForgotten = kindsOfPlaces([place]).every((kind) => forget.includes(kind));
    return !marks.includes(place) && !isForgotten;
  });
}

/** Whether a key that was replaced stays for that: an overlap that the user has set ends it all the same. */
export function isHeldElsewhere(design: DeliveryDesign, owned: Ownership | undefined, key: Pick<Key, 'id'>): boolean {
  return design.demands.overlap === 0 && placesElsewhere(design, owned, key).length > 0;
}

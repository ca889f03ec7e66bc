import { createHash } from 'node:crypto';
import { deliveryNames } from '../inputs/schema/delivery.ts';
import type { DeliveryName } from '../inputs/schema/delivery.ts';

/** How the record names the places where keys go: it has no room for more. Pure. */

const LETTERS: Readonly<Record<DeliveryName, string>> = {
  output: 'o',
  'github-secret': 'g',
  'secret-manager': 'm',
  segment: 's',
};

/** As somebody reads it: which one of them it was, only its mark tells. */
const WORDS: Readonly<Record<DeliveryName, string>> = {
  output: 'the step output key',
  'github-secret': 'a GitHub secret',
  'secret-manager': 'a secret of Secret Manager',
  segment: 'Segment',
};

/** A place of whatever kind: the record that told which was written over. */
export const UNKNOWN_PLACE = 'x';

/** A letter for the kind, and enough of a digest to tell two of a kind apart, if there was room for it. */
const MARK = /^(?:[osx]|[gm](?:[0-9a-f]{4})?)$/;

/**
 * The mark of a place. A job has one output, and a target one source in Segment, whose record has an id of its own: their
 * letter is all.
 *
 * @param place - in full, as a review covers it
 */
export function placeMark(kind: DeliveryName, place: string): string {
  if (kind === 'output' || kind === 'segment') return LETTERS[kind];
  return LETTERS[kind] + createHash('sha256').update(place).digest('hex').slice(0, 4);
}

/** The same with less room: which of its kind it was, nobody can tell from that. */
export function vagueMark(mark: string): string {
  return mark.slice(0, 1);
}

/** Whether a mark in the record, vague or not, may mean the place with that one. */
export function mayMean(recorded: string, mark: string): boolean {
  return recorded === mark || recorded === vagueMark(mark);
}

/** The marks of places as the record lists them. */
export function marksOf(places: readonly { readonly mark: string }[]): string[] {
  return places.map(({ mark }) => mark).sort();
}

export function isPlaceMark(text: string): boolean {
  return MARK.test(text);
}

/** Which kind of place a mark names; undefined where it may be any. */
export function kindOfPlace(mark: string): DeliveryName | undefined {
  return isPlaceMark(mark) ? deliveryNames.find((kind) => LETTERS[kind] === mark[0]) : undefined;
}

/** The kinds of places that may be meant, each once, in the order of the inputs. */
export function kindsOfPlaces(marks: readonly string[]): DeliveryName[] {
  return deliveryNames.filter((kind) => marks.some((mark) => (kindOfPlace(mark) ?? kind) === kind));
}

/** "the step output key and a GitHub secret" */
export function placesInWords(marks: readonly string[]): string {
  if (marks.includes(UNKNOWN_PLACE)) return 'a place that is not recorded';
  const found = kindsOfPlaces(marks).map((kind) => WORDS[kind]);
  return found.length === 0 ? 'nowhere' : found.join(' and ');
}

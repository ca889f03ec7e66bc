import { UNKNOWN_PLACE, isPlaceMark, vagueMark } from './place-mark.ts';
import { ID, SEEN_LENGTH, isKey, isSameKey, ownership, seenMark } from './record.ts';
import type { KeyPlaces, LeftKey, Mark, Ownership, RecordedSource } from './record.ts';

/** The record as text: how it is read from a description, and written into one. */

/** A description: other people's text, and our bracket if there is one. */
export interface Description {
  readonly text: string;
  readonly ownership: Ownership | undefined;
  /** Words of the bracket that this action never writes: somebody edited it. They count for nothing, and go with the next write. */
  readonly strays?: readonly string[];
}

const BRACKET = / ?\[segment-retl (created|adopted)((?: [^\]]*)?)\]$/;
const WORKSPACE = /^[A-Za-z0-9_-]{1,8}$/;
const SOURCE = /^([A-Za-z0-9_-][A-Za-z0-9_.:-]{0,63})(\??)$/;
/** IAM's limit for the description of a service account; a role may have more, but needs no more. */
const DESCRIPTION_BYTES = 256;
const ID_LENGTHS = [12, 10, 8, 6] as const;

/** Splits a description as the service gave it. Whoever may edit it can have written any of it. */
export function readDescription(description: string | null | undefined): Description {
  const whole = description ?? '';
  const found = BRACKET.exec(whole);
  if (found === null) return { text: whole, ownership: undefined };
  const [bracket, mark, rest = ''] = found;
  const { facts, strays } = readWords(rest.split(/\s+/).filter((word) => word !== ''));
  const { at, to, left = [], ...told } = facts;
  return {
    text: whole.slice(0, whole.length - bracket.length),
    ownership: ownership(mark === 'created' ? 'created' : 'adopted', { ...told, places: { at, to, left } }),
    ...(strays.length === 0 ? {} : { strays }),
  };
}

type Facts = Partial<Omit<Ownership, 'mark' | 'places'>> & Partial<KeyPlaces>;

/** What each word says; undefined where it is none of ours. */
const words: Readonly<Record<string, (value: string | undefined) => Facts | undefined>> = {
  for: (value) => (value === undefined || value === '' ? undefined : { target: value }),
  key: (value) => (value !== undefined && ID.test(value) ? { key: value } : undefined),
  old: (value) => (value === undefined || value === '' ? undefined : { old: idsIn(value) }),
  'issuing-before': (value) => (value === undefined ? undefined : { issuingBefore: idsIn(value) }),
  revoked: (value) => (value === undefined ? { revoked: true } : undefined),
  workspace: (value) => (value !== undefined && WORKSPACE.test(value) ? { workspace: value } : undefined),
  source: (value) => (value === 'new' ? { source: 'new' } : sourceIn('created', value)),
  'adopted-source': (value) => sourceIn('adopted', value),
  seen: (value) => (value !== undefined && seenMark(value) !== undefined ? { seen: value } : undefined),
  overlapped: (value) => (value === undefined ? { overlapped: true } : undefined),
  at: (value) => (value === undefined ? undefined : { at: value.split(',').filter(isPlaceMark) }),
  to: (value) => (value === undefined ? undefined : { to: value.split(',').filter(isPlaceMark) }),
  left: (value) => (value === undefined ? undefined : { left: value.split(',').flatMap(leftIn) }),
};

/** `ID@PLACE` */
function leftIn(text: string): LeftKey[] {
  const [key = '', place = '', ...more] = text.split('@');
  return more.length === 0 && ID.test(key) && isPlaceMark(place) ? [{ key, place }] : [];
}

/** `ID`, or `ID?` where it was never enabled. */
function sourceIn(mark: Mark, value = ''): Facts | undefined {
  const [, id, pending] = SOURCE.exec(value) ?? [];
  return id === undefined ? undefined : { source: { id, mark, isPending: pending === '?' } };
}

/** Each word once, of a known name, with whole ids. */
function readWords(all: readonly string[]): { readonly facts: Facts; readonly strays: readonly string[] } {
  const seen = new Set<string>();
  const strays: string[] = [];
  let facts: Facts = {};
  for (const word of all) {
    const [name = '', value, ...more] = word.split('=');
    const read = Object.hasOwn(words, name) && !seen.has(name) && more.length === 0 ? words[name] : undefined;
    const given = read?.(value);
    // A target has one source, whichever word names it.
    const found = given?.source !== undefined && facts.source !== undefined ? undefined : given;
    if (found === undefined) strays.push(word);
    else strays.push(...strangersIn(name, value));
    facts = { ...facts, ...found };
    seen.add(name);
  }
  return { facts, strays };
}

function idsIn(value: string): string[] {
  return value.split(',').filter((id) => ID.test(id));
}

/** What stands among the ids of a list, and is none. */
function strangersIn(name: string, value = ''): string[] {
  if (name !== 'old' && name !== 'issuing-before') return [];
  return value
    .split(',')
    .filter((id) => !ID.test(id) && value !== '')
    .map((id) => `${name}=${id}`);
}

/**
 * Puts text and bracket together. The user's text is never cut: ids are shortened first, as long as they stay apart; then an
 * announcement does without the ids that are told of otherwise; where that is not enough, only the kinds of places are told.
 * That a key is somewhere is never left out: in a place that nobody names, it must not be retired.
 *
 * @param existing - full ids of the keys there are: shortened ids are spelled anew from them, ids of gone keys dropped
 * @returns undefined when it does not fit
 */
export function writeDescription(description: Description, existing?: readonly string[]): string | undefined {
  const { text, ownership: owned } = description;
  if (owned === undefined) return text;
  const { issuingBefore, places } = owned;
  const brief = { ...owned, issuingBefore: issuingBefore?.filter((id) => !isToldOf(owned, id)) };
  for (const told of [owned, brief, { ...brief, places: vague(places) }]) {
    for (const length of ID_LENGTHS) {
      const bracket = spell(told, length, existing);
      const whole = text === '' ? bracket : `${text} ${bracket}`;
      if (Buffer.byteLength(whole) <= DESCRIPTION_BYTES && areApart(existing ?? [], length)) return whole;
    }
  }
  return undefined;
}

/** Where keys are, as far as it matters for what becomes of them: whoever does not know a place leaves them alone. */
function vague({ at, to, left }: KeyPlaces): KeyPlaces {
  const kindsOf = (marks: readonly string[]): string[] => {
    const kinds = [...new Set(marks.map(vagueMark))];
    return kinds.includes(UNKNOWN_PLACE) ? [UNKNOWN_PLACE] : kinds; // It may be anywhere, so no other place matters.
  };
  const keys = [...new Set(left.map(({ key }) => key))];
  return {
    at: at && kindsOf(at),
    to: to && kindsOf(to),
    left: keys.flatMap((key) => {
      const marks = left.filter((one) => isSameKey(one.key, key)).map(({ place }) => place);
      return kindsOf(marks).map((place) => ({ key, place }));
    }),
  };
}

/** Whether a record tells of a key besides its announcement: then it is no newcomer, whatever that says. */
function isToldOf({ key, old }: Ownership, id: string): boolean {
  return isSameKey(key, id) || old.some((one) => isSameKey(one, id));
}

function spell(owned: Ownership, length: number, existing: readonly string[] | undefined): string {
  const shorten = (recorded: string): string => {
    const full = existing?.find((id) => isKey(recorded, id)) ?? recorded;
    return full.slice(0, length);
  };
  const list = (ids: readonly string[]): string => {
    const kept = existing === undefined ? ids : ids.filter((id) => existing.some((full) => isKey(id, full)));
    return [...new Set(kept.map(shorten))].join(',');
  };
  const old = list(owned.old);
  const words = [
    'segment-retl',
    owned.mark,
    ...(owned.target === undefined ? [] : [`for=${owned.target}`]),
    ...(owned.key === undefined ? [] : [`key=${shorten(owned.key)}`]),
    ...(old === '' ? [] : [`old=${old}`]),
    ...(owned.issuingBefore === undefined ? [] : [`issuing-before=${list(owned.issuingBefore)}`]),
    ...(owned.revoked ? ['revoked'] : []),
    ...(owned.workspace === undefined ? [] : [`workspace=${owned.workspace}`]),
    ...(owned.source === undefined ? [] : [spellSource(owned.source)]),
    ...(owned.seen === undefined ? [] : [`seen=${length < SEEN_LENGTH ? owned.seen.slice(-SEEN_LENGTH) : owned.seen}`]),
    ...spellPlaces(owned.places, shorten, existing),
    ...(owned.overlapped ? ['overlapped'] : []),
  ];
  return `[${words.join(' ')}]`;
}

function spellPlaces(
  { at, to, left }: KeyPlaces,
  shorten: (recorded: string) => string,
  existing: readonly string[] | undefined,
): string[] {
  const isThere = ({ key }: LeftKey): boolean => existing?.some((full) => isKey(key, full)) !== false;
  const stillLeft = [...new Set(left.filter(isThere).map(({ key, place }) => `${shorten(key)}@${place}`))];
  return [
    ...(at === undefined ? [] : [`at=${at.join(',')}`]),
    ...(to === undefined ? [] : [`to=${to.join(',')}`]),
    ...(stillLeft.length === 0 ? [] : [`left=${stillLeft.join(',')}`]),
  ];
}

function areApart(ids: readonly string[], length: number): boolean {
  return new Set(ids.map((id) => id.slice(0, length))).size === ids.length;
}

function spellSource(source: RecordedSource): string {
  if (source === 'new') return 'source=new';
  return `${source.mark === 'adopted' ? 'adopted-source' : 'source'}=${source.id}${source.isPending ? '?' : ''}`;
}

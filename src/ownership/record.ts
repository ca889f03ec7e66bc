/**
 * Our record, in other people's sight: a short bracket at the end of a description. It is the ownership marker, and on the
 * service account it also records the keys, which carry no labels themselves.
 *
 *     Reads models for Segment [segment-retl created key=0a1b2c3d4e5f old=99aabbccddee,… issuing-before= revoked]
 *     Read rights of Segment [segment-retl adopted for=segment-reverse-etl]
 */

/** How a thing came to be ours. */
export type Mark = 'created' | 'adopted';

/** The bracket, read. Key ids may be shortened: compare with `isKey`. */
export interface Ownership {
  readonly mark: Mark;
  /** Account id of the target that a role belongs to; undefined on the account itself. */
  readonly target: string | undefined;
  /** The delivered key. */
  readonly key: string | undefined;
  /** Superseded keys, ours. */
  readonly old: readonly string[];
  /** Ids that existed when issuing began; undefined unless a key is under way. */
  readonly issuingBefore: readonly string[] | undefined;
  /** Whether `revoke` disabled the account. */
  readonly revoked: boolean;
}

/** A description: other people's text, and our bracket if there is one. */
export interface Description {
  readonly text: string;
  readonly ownership: Ownership | undefined;
}

const BRACKET = / ?\[segment-retl (created|adopted)((?: [a-z-]+(?:=[^\s\]]*)?)*)\]$/;
/** IAM's limit for the description of a service account; a role may have more, but needs no more. */
const DESCRIPTION_BYTES = 256;
const ID_LENGTHS = [12, 10, 8, 6] as const;

/** A mark with nothing else recorded. */
export function ownership(mark: Mark, facts: Partial<Omit<Ownership, 'mark'>> = {}): Ownership {
  return { mark, target: undefined, key: undefined, old: [], issuingBefore: undefined, revoked: false, ...facts };
}

/** Splits a description as the service gave it. */
export function readDescription(description: string | null | undefined): Description {
  const whole = description ?? '';
  const found = BRACKET.exec(whole);
  if (found === null) return { text: whole, ownership: undefined };
  const [bracket, mark, rest = ''] = found;
  const words = new Map(
    rest
      .trim()
      .split(' ')
      .map((word) => [word.split('=', 1)[0] ?? '', word.split('=')[1] ?? '']),
  );
  const ids = (name: string): string[] => (words.get(name) ?? '').split(',').filter((id) => id !== '');
  return {
    text: whole.slice(0, whole.length - bracket.length),
    ownership: ownership(mark === 'created' ? 'created' : 'adopted', {
      target: words.get('for'),
      key: ids('key')[0],
      old: ids('old'),
      issuingBefore: words.has('issuing-before') ? ids('issuing-before') : undefined,
      revoked: words.has('revoked'),
    }),
  };
}

/**
 * Puts text and bracket together. The user's text is never cut: ids are shortened first, as long as they stay apart.
 *
 * @param existing - full ids of the keys there are: shortened ids are spelled anew from them, ids of gone keys dropped
 * @returns undefined when it does not fit
 */
export function writeDescription(description: Description, existing?: readonly string[]): string | undefined {
  const { text, ownership: owned } = description;
  if (owned === undefined) return text;
  for (const length of ID_LENGTHS) {
    const bracket = spell(owned, length, existing);
    const whole = text === '' ? bracket : `${text} ${bracket}`;
    if (Buffer.byteLength(whole) <= DESCRIPTION_BYTES && areApart(existing ?? [], length)) return whole;
  }
  return undefined;
}

/** Whether a recorded id, shortened or not, means the key with this full id. */
export function isKey(recorded: string, id: string): boolean {
  return recorded !== '' && id.startsWith(recorded);
}

/** Enough of an id to tell keys apart: how messages name a key. */
export function short(id: string): string {
  return id.slice(0, 12);
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
  ];
  return `[${words.join(' ')}]`;
}

function areApart(ids: readonly string[], length: number): boolean {
  return new Set(ids.map((id) => id.slice(0, length))).size === ids.length;
}

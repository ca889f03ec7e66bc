/**
 * Our record, in other people's sight: a short bracket at the end of a description. It is the ownership marker, and on the
 * service account it also records the keys, which carry no labels themselves.
 *
 *     Reads models for Segment [segment-retl created key=0a1b2c3d4e5f old=99aabbccddee,… issuing-before= revoked]
 *     Reads models for Segment [segment-retl created key=0a1b2c3d4e5f workspace=9aQ1Lj62 source=qhY7Ln9zXk seen=sync_81]
 *     Reads models for Segment [segment-retl created key=0a1b2c3d4e5f old=99aabbccddee at=o,g1a2b left=99aabbccddee@m3c4d]
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
  /**
   * Whether another run wrote while a key was under way, so that one of the two may have written over the other: what the
   * record does not say proves nothing then.
   */
  readonly overlapped: boolean;
  readonly places: KeyPlaces;
  /** Whether `revoke` disabled the account. */
  readonly revoked: boolean;
  /** The beginning of the id of the workspace in Segment. */
  readonly workspace: string | undefined;
  /** The source in Segment that takes the key. */
  readonly source: RecordedSource | undefined;
  /** The newest sync that was known when a superseded key was disabled: its id, or the end of it. */
  readonly seen: string | undefined;
}

/** Where keys are, by the marks of places. */
export interface KeyPlaces {
  /** Where `key=` was delivered; undefined = whoever wrote the record did not tell yet. */
  readonly at: readonly string[] | undefined;
  /** Where the key that is under way goes. */
  readonly to: readonly string[] | undefined;
  /** Superseded keys in places that no later delivery has reached. */
  readonly left: readonly LeftKey[];
}

/** A key that was replaced elsewhere, and is still in this place. */
export interface LeftKey {
  readonly key: string;
  readonly place: string;
}

/** `new`: it is about to be created. */
export type RecordedSource = 'new' | KnownSource;

/** A source of ours, or one that was taken over. */
export interface KnownSource {
  readonly id: string;
  readonly mark: Mark;
  /** Whether it was never enabled since: then apply enables it, once it holds the key. */
  readonly isPending: boolean;
}

/** How a key is named in a record: its id, in full or shortened. */
export const ID = /^[0-9a-f]{6,40}$/;
const SEEN = /^[A-Za-z0-9_.:-]{1,64}$/;
/** How many characters of a sync's id are kept where room is short. */
export const SEEN_LENGTH = 12;

/** Nothing is told of where keys are. */
export const UNPLACED: KeyPlaces = { at: undefined, to: undefined, left: [] };

const NOTHING: Omit<Ownership, 'mark'> = {
  ...{ target: undefined, key: undefined, old: [], issuingBefore: undefined, overlapped: false, revoked: false },
  places: UNPLACED,
  ...{ workspace: undefined, source: undefined, seen: undefined },
};

/** A mark with nothing else recorded. */
export function ownership(mark: Mark, facts: Partial<Omit<Ownership, 'mark'>> = {}): Ownership {
  return { mark, ...NOTHING, ...facts };
}

/** Whether a recorded id, shortened or not, means the key with this full id. */
export function isKey(recorded: string, id: string): boolean {
  return ID.test(recorded) && id.startsWith(recorded);
}

/** The one key that a recorded id means; undefined where there is none, or more than one. */
export function keyNamed<K extends { readonly id: string }>(recorded: string, keys: readonly K[]): K | undefined {
  const [key, ...others] = keys.filter(({ id }) => isKey(recorded, id));
  return others.length === 0 ? key : undefined;
}

/** Whether two spellings, shortened to whatever length, mean the same key. */
export function isSameKey(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.startsWith(other) || other.startsWith(one);
}

/** Enough of an id to tell keys apart: how messages name a key. */
export function short(id: string): string {
  return id.slice(0, 12);
}

/** As a record names the workspace with this id. */
export function workspaceMark(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9_-]/g, '').slice(0, 8);
}

/** As a record names the sync with this id; undefined where it cannot. */
export function seenMark(syncId: string): string | undefined {
  return SEEN.test(syncId) ? syncId : undefined;
}

/** Whether a record means the sync with this id. */
export function isSeen(recorded: string, syncId: string): boolean {
  return recorded === syncId || (recorded.length === SEEN_LENGTH && syncId.endsWith(recorded));
}

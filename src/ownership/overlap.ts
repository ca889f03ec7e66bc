import { isDeepStrictEqual } from 'node:util';
import type { Key, Keys } from '../cloud/google/keys.ts';
import type { AccountDocument } from '../cloud/google/service-accounts.ts';
import { Blocked } from '../errors/diagnostic.ts';
import { YOUNG } from '../time.ts';
import type { Clock } from '../time.ts';
import { knownOwnership, rereadAccount, writeOwnership } from './account-record.ts';
import type { KeyList } from './key-list.ts';
import { UNKNOWN_PLACE } from './place-mark.ts';
import { readDescription } from './description.ts';
import { isKey, short } from './record.ts';
import type { Ownership } from './record.ts';

/**
 * IAM ignores etags on accounts, so a run may write over what another one has recorded since it read. That can be seen
 * afterwards: whoever issues makes a key, and keys cannot be written over.
 */

/** What tells whether another run passed. */
export interface Witness {
  readonly document: AccountDocument;
  readonly keys: Pick<Keys, 'list'>;
  /** The keys as the plan saw them. */
  readonly keyList: KeyList;
  readonly clock: Clock;
}

/** What was found. */
export interface Overlap {
  /** Ids of the keys of runs that were written over, in full; none = nobody was. */
  readonly others: readonly string[];
  /** The keys as they are now. */
  readonly keys: readonly Key[];
}

/** A record that was written over may have to be put in order more than once, if more than two runs do so. */
const ROUNDS = 3;

/**
 * To be called after the record was written. A key that works, that has appeared since the plan, and that the record does not
 * name, is another run's: it is announced again, so that the next run finds it, and nothing is disabled for it.
 *
 * @param own - ids of the keys that this run made
 */
export async function findOverlap(witness: Witness, own: readonly string[]): Promise<Overlap> {
  const known = [...(await witness.keyList()).map(({ id }) => id), ...own];
  return announceOthers(witness, ({ id }) => !known.includes(id));
}

/** @param isOthers - whether a key that works may be that of a run that was written over */
async function announceOthers(
  { clock, document, keys }: Omit<Witness, 'keyList'>,
  isOthers: (key: Key, list: readonly Key[]) => boolean,
): Promise<Overlap> {
  const found = new Set<string>();
  let list: readonly Key[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    list = await keys.list();
    const owned = await knownOwnership(document);
    const others = list
      .filter((key) => !key.disabled && isOthers(key, list) && !isToldOf(owned, key.id))
      .map(({ id }) => id);
    if (owned === undefined || others.length === 0) break;
    const existing = list.map(({ id }) => id);
    for (const id of others) found.add(id);
    const before = await rereadAccount(document, clock);
    const after = await writeOwnership(document, (now) => overlapped(now, others, existing), existing);
    if (isDeepStrictEqual(readDescription(before.description).ownership, after)) break; // Another run tells of them already.
  }
  return { others: [...found], keys: list };
}

/** @throws Blocked where another run was written over, and its key is announced again */
export async function refuseOverlap(witness: Witness, own: readonly string[] = []): Promise<void> {
  const { others } = await findOverlap(witness, own);
  if (others.length > 0) throw overlap(witness.document.email, others);
}

/**
 * When all else is done: IAM may have hidden for seconds both a key and the record of it, and a run that had no reason to
 * wait has issued its own meanwhile. A key that is younger was made by a run that looks for itself; of two from one second,
 * which a run cannot keep apart that does not see the other, either may be the younger.
 *
 * @param own - id of the key that this run issued
 * @throws Blocked where one that is not younger has shown by now that nobody told of, and it is announced again
 */
export async function refuseHidden(witness: Witness, own: string): Promise<void> {
  const known = (await witness.keyList()).map(({ id }) => id);
  const isMaybeOlder = ({ createdAt }: Key, list: readonly Key[]): boolean =>
    list.some(({ createdAt: made, id }) => id === own && createdAt <= made);
  const isHidden = (key: Key, list: readonly Key[]): boolean =>
    key.id !== own && !known.includes(key.id) && isMaybeOlder(key, list);
  const { others } = await announceOthers(witness, isHidden);
  if (others.length > 0) throw overlap(witness.document.email, others);
}

/**
 * For a run without a plan, after it has written the record: keys so young that the record it read may be older than what
 * their runs have written are announced, and nothing is disabled for them.
 *
 * @param now - as IAM's clock tells it
 * @returns their ids, in full
 */
export async function announceYoung(witness: Omit<Witness, 'keyList'>, now: number): Promise<readonly string[]> {
  return (await announceOthers(witness, ({ createdAt }) => now - createdAt < YOUNG)).others;
}

/** Whether the record tells of a key that works: as ours, or as one that two runs have left in doubt. */
function isToldOf(owned: Ownership | undefined, id: string): boolean {
  if (owned === undefined) return false;
  const { issuingBefore, key, old } = owned;
  if ([...(key === undefined ? [] : [key]), ...old].some((one) => isKey(one, id))) return true;
  return owned.overlapped && issuingBefore?.some((one) => isKey(one, id)) === false;
}

/** These keys are newcomers, whose run was written over. @param existing - ids of all keys there are */
function overlapped(
  owned: Ownership | undefined,
  others: readonly string[],
  existing: readonly string[],
): Ownership | undefined {
  if (owned === undefined || others.every((id) => isToldOf(owned, id))) return owned;
  const before = owned.issuingBefore ?? existing;
  const isOther = (known: string): boolean => others.some((id) => isKey(known, id));
  const { places } = owned;
  const to = [...new Set([...(places.to ?? []), UNKNOWN_PLACE])];
  return { ...owned, issuingBefore: before.filter((id) => !isOther(id)), overlapped: true, places: { ...places, to } };
}

/** Another run was written over. @param found - ids of its keys, in full */
export function overlap(email: string, found: readonly string[]): Blocked {
  const ids = found.map(short).join(', ');
  return new Blocked([
    {
      severity: 'error',
      code: 'key.other-runs',
      attempted: `keep the record of the keys of ${email}`,
      because:
        `another run issued a key at the same moment (${ids}), and this run wrote over its record; ` +
        'it is in the record again, every key works, and nothing was disabled',
      remedy:
        'Run the workflow again: it settles which key is in use. ' +
        'Give the workflows that use this action one concurrency group, so that they take turns.',
    },
  ]);
}

import type { Key } from '../cloud/google/keys.ts';
import type { Account, AccountDocument } from '../cloud/google/service-accounts.ts';
import { LOOK_AGAIN, STEADY, YOUNG, poll, whenChanged } from '../time.ts';
import type { Clock } from '../time.ts';
import type { KeyList } from './key-list.ts';
import { readDescription } from './description.ts';
import { isKey, short } from './record.ts';
import type { Ownership } from './record.ts';

/**
 * Keys and the record of them, read until they agree. IAM's reads may be seconds old, each by itself: believed at once, a key
 * that the list does not show yet would be replaced, and one that the record does not name yet taken for somebody else's.
 */

/** A key that a destination names, and since when. */
export interface Sighting {
  /** In full. */
  readonly keyId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What one look leaves open. */
export type Doubt =
  /** The record names a key that the list lacks. `id` as the record spells it. */
  | { readonly kind: 'unlisted'; readonly id: string }
  /** The list has a key that the record does not name: it may be deleted by now, or the record that is read is older. */
  | { readonly kind: 'unrecorded'; readonly id: string }
  /** Superseded keys are enabled though the record tells since when one is not, or the other way round: one of the two is older. */
  | { readonly kind: 'outdated'; readonly id: string }
  /** A destination was given a key moments ago that the record does not name: the record that is read is older. */
  | { readonly kind: 'unexplained'; readonly id: string };

/** What was seen. */
export interface KeyLook {
  /** The record as it stands there, whoever wrote it. */
  readonly claimed: Ownership | undefined;
  readonly keys: readonly Key[];
  readonly sightings: readonly Sighting[];
  /** Whether this very run made a key. */
  readonly isOwn: (id: string) => boolean;
  /** Ids of those that it deleted. */
  readonly gone: readonly string[];
  /** As IAM's clock tells it. */
  readonly now: number;
  /** Whether the record tells what had synced when a key was disabled. */
  readonly tellsSyncs: boolean;
  /** Whether nothing is written: what is told of a key is then all that becomes of it. */
  readonly onlyLooks: boolean;
}

/** What may only be too young to show. A key whose age nothing tells counts as young. Pure. */
export function doubtsIn(look: KeyLook): Doubt[] {
  const { claimed, keys, sightings, isOwn, gone, now } = look;
  if (claimed === undefined) return []; // There is nothing that could be old, and nothing is done to keys.
  const { key, old } = claimed;
  const named = namedIn(claimed);
  const isKnown = (id: string): boolean => [...keys.map((one) => one.id), ...gone].some((one) => isKey(id, one));
  const isOld = (at: number | undefined): boolean => at !== undefined && now - at >= YOUNG;
  const isKeyOld =
    key !== undefined &&
    (isOld(keys.find((one) => isKey(key, one.id))?.createdAt) ||
      sightings.some(({ keyId, at }) => isKey(key, keyId) && isOld(at)));
  // A newcomer is younger than all that was recorded before it was announced.
  const isNewcomerOld =
    claimed.issuingBefore !== undefined &&
    keys.some(({ id, createdAt }) => isOld(createdAt) && !named.some((one) => isKey(one, id)));
  // What the delivered key has superseded is older than it is.
  const isProven = (id: string): boolean => isNewcomerOld || (isKeyOld && (id === key || old.includes(id)));
  const unproven = named.filter((id) => !isProven(id));
  return [
    ...unproven.filter((id) => !isKnown(id)).map((id) => ({ kind: 'unlisted', id }) as const),
    ...unrecordedIn(claimed, look),
    ...outdatedIn(claimed, look),
    ...sightings
      .filter(
        ({ keyId, at }) => claimed.issuingBefore === undefined && !isOld(at) && !isOwn(keyId) && !gone.includes(keyId),
      )
      .filter(({ keyId }) => !named.some((one) => isKey(one, keyId)))
      .map(({ keyId }) => ({ kind: 'unexplained', id: keyId }) as const),
  ];
}

/** As the record spells them. */
function namedIn(claimed: Ownership | undefined): string[] {
  if (claimed === undefined) return [];
  const { key, old, issuingBefore = [] } = claimed;
  return [...(key === undefined ? [] : [key]), ...old, ...issuingBefore];
}

/**
 * A key that its run may yet record, or has just recorded; and a disabled one, which may be deleted by now.
 * While a key is announced, one that nobody has recorded for long is that one.
 */
function unrecordedIn(claimed: Ownership, { keys, isOwn, now, onlyLooks }: KeyLook): Doubt[] {
  const named = namedIn(claimed);
  const isLikelyRecorded = ({ createdAt, disabled }: Key): boolean => {
    const age = now - createdAt;
    if (claimed.issuingBefore !== undefined) return age < YOUNG;
    return age < LONGEST_RUN || (onlyLooks && disabled);
  };
  return keys
    .filter((key) => !isOwn(key.id) && !isNamed(named, key.id) && isLikelyRecorded(key))
    .map(({ id }) => ({ kind: 'unrecorded', id }) as const);
}

function isNamed(named: readonly string[], id: string): boolean {
  return named.some((one) => isKey(one, id));
}

/** A run that disables keys first notes what has synced until then, and whoever deletes the last of them drops the note. */
function outdatedIn({ old, seen }: Ownership, { keys, tellsSyncs }: KeyLook): Doubt[] {
  if (!tellsSyncs) return [];
  const superseded = keys.filter(({ id }) => isNamed(old, id));
  const disabled = superseded.filter((key) => key.disabled);
  const odd = seen === undefined ? disabled : disabled.length === 0 ? superseded : [];
  return odd.map(({ id }) => ({ kind: 'outdated', id }) as const);
}

/** Where keys and record are read, and what else tells of them. */
export interface SettledKeysSources {
  readonly account: Pick<AccountDocument, 'read' | 'reread' | 'email'>;
  /** As the plan's wave has them. */
  readonly first: KeyList;
  /** Lists them anew. */
  readonly list: () => Promise<readonly Key[]>;
  readonly sightings: () => Promise<readonly Sighting[]>;
  readonly isOwn: (id: string) => boolean;
  readonly gone: () => readonly string[];
  readonly tellsSyncs: boolean;
  readonly onlyLooks: boolean;
  readonly now: () => number;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** Lists of keys that may be decided on. What was looked for in vain is not looked for again. */
export interface SettledKeys {
  /** Together with what the plan reads. */
  readonly first: () => Promise<readonly Key[]>;
  readonly again: () => Promise<readonly Key[]>;
}

export function settledKeys(sources: SettledKeysSources): SettledKeys {
  const looks = { settled: new Set<string>(), missed: new Set<string>() };
  return {
    first: () => untilSettled(sources, looks, sources.first),
    again: () => untilSettled(sources, looks, sources.list),
  };
}

/** What all looks have in common. */
interface Looks {
  /** Doubts that are looked into no more. */
  readonly settled: Set<string>;
  /** Ids that some record named and the list lacked: a record that names one no more is only an older answer. */
  readonly missed: Set<string>;
}

/** Whether an answer counts once it has stayed for a while: what nobody has made will not come, however long it is looked for. */
const ENDS_STEADY: Readonly<Record<Doubt['kind'], boolean>> = {
  unlisted: false,
  unrecorded: true,
  outdated: true,
  unexplained: false,
};

/** A run may change the record of its key for as long as it waits for access, in milliseconds. */
const LONGEST_RUN = 60 * 60_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 5_000;

async function untilSettled(
  sources: SettledKeysSources,
  looks: Looks,
  firstList: () => Promise<readonly Key[]>,
): Promise<readonly Key[]> {
  const { account, clock, list, say } = sources;
  let keys = await firstList();
  let doubts = await open(sources, looks, { keys, account: await unlessUnreadable(account.read()) });
  if (doubts.length === 0) return keys;
  const began = clock.now();
  const tell = whenChanged(say);
  const onWait = (): void => tell(waitingFor(doubts, account.email));
  await poll({ clock, within: LOOK_AGAIN, first: FIRST_WAIT, most: LONGEST_WAIT, onWait }, async () => {
    const seen = await Promise.all([list(), account.reread()]);
    keys = seen[0];
    doubts = await open(sources, looks, { keys, account: seen[1] });
    const isSteady = doubts.every(({ kind }) => ENDS_STEADY[kind]) && clock.now() - began >= STEADY;
    return doubts.length === 0 || isSteady ? { value: true } : undefined;
  });
  for (const doubt of doubts) looks.settled.add(nameOf(doubt));
  return keys;
}

async function open(
  { sightings, isOwn, gone, now, tellsSyncs, onlyLooks }: SettledKeysSources,
  { settled, missed }: Looks,
  { keys, account }: { readonly keys: readonly Key[]; readonly account: Account | undefined },
): Promise<Doubt[]> {
  if (account === undefined) return [];
  const claimed = readDescription(account.description).ownership;
  const look = { claimed, keys, sightings: [], isOwn, gone: gone(), now: now(), tellsSyncs, onlyLooks };
  const isOpen = (doubt: Doubt): boolean => !settled.has(nameOf(doubt));
  const doubts = doubtsIn(look).filter(isOpen);
  const left = doubtsIn({ ...look, sightings: await sightings() }).filter(isOpen);
  for (const { kind, id } of left) if (kind === 'unlisted') missed.add(id);
  const still = unnamedIn(missed, look)
    .map((id) => ({ kind: 'unlisted', id }) as const)
    .filter(isOpen);
  // What a destination tells of a key now, it may not tell any more once this run has delivered another.
  for (const { kind, id } of doubts)
    if (!left.some((one) => one.kind === kind && one.id === id)) settled.add(nameOf({ kind, id }));
  return [...left, ...still];
}

/** Those that neither the record names now nor the list shows, and that this run has not deleted. */
function unnamedIn(missed: ReadonlySet<string>, { claimed, keys, gone }: KeyLook): string[] {
  const there = [...keys.map(({ id }) => id), ...gone];
  return [...missed].filter((id) => !namedIn(claimed).includes(id) && !there.some((one) => isKey(id, one)));
}

/** Without the record there is nothing to compare; whoever reads it says why it could not be read. */
async function unlessUnreadable(asked: Promise<Account | undefined>): Promise<Account | undefined> {
  const [answer] = await Promise.allSettled([asked]);
  return answer.status === 'fulfilled' ? answer.value : undefined;
}

/** However long the record spells an id. */
function nameOf({ kind, id }: Doubt): string {
  return `${kind} ${id.slice(0, SHORTEST_ID)}`;
}

const SHORTEST_ID = 6;

function waitingFor(doubts: readonly Doubt[], email: string): string {
  const named = (all: readonly Doubt[]): string[] => [...new Set(all.map(({ id }) => short(id)))];
  const unlisted = named(doubts.filter(({ kind }) => kind === 'unlisted'));
  const unrecorded = named(doubts.filter(({ kind }) => kind === 'unrecorded' || kind === 'unexplained'));
  const outdated = named(doubts.filter(({ kind }) => kind === 'outdated'));
  const parts = [
    ...(unlisted.length === 0 ? [] : [`${unlisted.join(', ')} is not listed`]),
    ...(unrecorded.length === 0 ? [] : [`${unrecorded.join(', ')} is not recorded`]),
    ...(outdated.length === 0 ? [] : [`${outdated.join(', ')} is not as recorded`]),
  ];
  return `The keys of ${email} do not match their record yet: ${parts.join('; ')}. Looking again, for up to a minute …`;
}

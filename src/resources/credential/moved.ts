import { USE_DELAY } from '../../cloud/google/key-use.ts';
import type { KeyUse } from '../../cloud/google/key-use.ts';
import type { Key } from '../../cloud/google/keys.ts';
import type { Sync } from '../../cloud/segment/syncs.ts';
import { isUnread, syncsAtAll } from '../../destinations/segment/consumer.ts';
import type { Consumption, Synced, Unread } from '../../destinations/segment/consumer.ts';
import { isSeen, short } from '../../ownership/record.ts';
import { DAY, minute } from '../../time.ts';

/** Whether Segment has moved to the new key: what syncs and authentications say together. Pure. */

/** `moved`: it is proven. `none`: nothing syncs, so that nothing can fail. `waiting`: something is missing still. */
export type Consumer = 'moved' | 'waiting' | 'unknown' | 'none';

/** What is known of one superseded key, or, without one, of the delivered key. */
export interface Proof {
  readonly consumer: Consumer;
  /** Whether the superseded key may stop. */
  readonly isFree: boolean;
  /** What is missing, a clause each; what to do about it, where anything can be done. */
  readonly missing: readonly string[];
  readonly remedy?: string;
  /** When the last mapping began to use the new key; in milliseconds since 1970. */
  readonly since?: number;
  /** What this workflow itself did with the key. */
  readonly remark?: string;
}

/** Which keys it is about. Milliseconds since 1970. */
export interface Question {
  readonly current: Pick<Key, 'id' | 'createdAt'>;
  readonly old: Pick<Key, 'id'>;
  /** Full id of the key that this workflow is given, and uses itself. */
  readonly inUse: string | undefined;
  readonly now: number;
}

const HOUR = 3_600_000;
/** A sync may have begun before, with the key in use then. */
const SETTLED = HOUR;
/** What lies within this of a sync may be its doing. */
const NEAR = 15 * 60_000;
/** So long nobody's workflow needs to try a key that was replaced. */
const PERSISTENT = 7 * DAY;

/** Whether an old key may stop, because a sync succeeded while it was silent: so another key did it. */
export function provenMoved({ syncs, uses }: Consumption, question: Question): Proof {
  if (isUnread(syncs)) return unread(syncs);
  if (isUnread(uses)) return unread(uses);
  const active = syncs.filter(syncsAtAll);
  return active.length === 0 ? withoutMappings(uses, question) : withMappings(active, uses, question);
}

function unread({ why, remedy }: Unread): Proof {
  return { consumer: 'unknown', isFree: false, missing: [why], remedy };
}

function withoutMappings(uses: readonly KeyUse[], { current, old, now }: Question): Proof {
  const until = now - USE_DELAY;
  const from = until - DAY;
  if (current.createdAt > from)
    return {
      consumer: 'none',
      isFree: false,
      missing: [`the old key must be unused until ${minute(current.createdAt + DAY + USE_DELAY)}`],
    };
  const used = usesOf(uses, old.id, { from, until });
  if (used.length === 0) return { consumer: 'none', isFree: true, missing: [] };
  return {
    consumer: 'none',
    isFree: false,
    missing: [`no mapping is enabled, but the old key was used until ${lastOf(used)}`],
  };
}

function withMappings(active: readonly Synced[], uses: readonly KeyUse[], question: Question): Proof {
  const { current, now } = question;
  const waiting = (...missing: readonly string[]): Proof => ({ consumer: 'waiting', isFree: false, missing });
  const firsts = active.map((one) => ({ one, began: firstSince(one, current.createdAt + SETTLED) }));
  const late = firsts.filter(({ began }) => began === undefined);
  if (late.length > 0) return waiting(...late.map(({ one }) => unsynced(one)));
  const times = firsts.flatMap(({ began }) => began ?? []);
  const closes = Math.max(...times) + USE_DELAY;
  if (closes > now)
    return waiting(
      `Cloud Monitoring reports key use up to three hours late: this can be proven from ${minute(closes)} on`,
    );
  const used = usesOf(uses, question.old.id, { from: Math.min(...times), until: now - USE_DELAY });
  const byOthers = used.filter((use) => !isOwn(use, active, question));
  if (byOthers.length > 0) return waiting(`the old key was used until ${lastOf(byOthers)}`);
  const since = Math.max(...times);
  return used.length === 0
    ? { consumer: 'moved', isFree: true, missing: [], since }
    : { ...apartFromOurs(used, question), since };
}

/** Nothing but this workflow used the old key, as far as can be told; where that goes on and on, it is somebody else after all. */
function apartFromOurs(used: readonly KeyUse[], { old }: Question): Proof {
  const first = Math.min(...used.map(({ from }) => from));
  const last = Math.max(...used.map(({ until }) => until));
  const remark = `the old key ${short(old.id)} is in credentials_json, and was used while nothing synced, until ${minute(last)}`;
  if (last - first < PERSISTENT) return { consumer: 'moved', isFree: true, missing: [], remark };
  return {
    consumer: 'waiting',
    isFree: false,
    missing: [`${remark}, for more than 7 days: that may be somebody else`],
    remedy: 'Put the delivered key into credentials_json, or leave it out.',
  };
}

/** A workflow that is given the old key uses it too, at times at which nothing syncs. */
function isOwn(use: KeyUse, active: readonly Synced[], { inUse, old }: Question): boolean {
  if (inUse !== old.id) return false;
  return !active.some(({ syncs }) => syncs.some((sync) => isDuring(use, sync)));
}

function isDuring({ from, until }: KeyUse, { startedAt, finishedAt }: Sync): boolean {
  if (startedAt === undefined) return true; // It may have been at any time.
  return until >= startedAt - NEAR && from <= (finishedAt ?? Infinity) + NEAR;
}

/** When the first sync began that read everything, from then on. */
function firstSince({ syncs }: Synced, from: number): number | undefined {
  const began = syncs.flatMap(({ extracted, startedAt }) =>
    extracted === true && startedAt !== undefined && startedAt >= from ? [startedAt] : [],
  );
  return began.length === 0 ? undefined : Math.min(...began);
}

function unsynced({ mapping, syncs }: Synced): string {
  const last = syncs.find(({ extracted }) => extracted === true)?.startedAt;
  const told = last === undefined ? 'has not synced yet' : `last synced at ${minute(last)}, with the key in use then`;
  return `the mapping ${mapping.name} ${told}`;
}

/** In UTC, to the minute: what lies together is one use. */
function lastOf(uses: readonly KeyUse[]): string {
  return minute(Math.max(...uses.map(({ until }) => until)));
}

interface Window {
  readonly from: number;
  readonly until: number;
}

function usesOf(uses: readonly KeyUse[], keyId: string, window: Window): KeyUse[] {
  return uses.filter((use) => use.keyId === keyId && use.until >= window.from && use.from <= window.until);
}

/** Where no key was superseded: whether somebody else than this workflow uses the delivered one. */
export function provenInUse({ syncs, uses }: Consumption, current: Question['current']): Proof {
  if (isUnread(syncs)) return unread(syncs);
  if (isUnread(uses)) return unread(uses);
  const active = syncs.filter(syncsAtAll);
  if (active.length === 0) return { consumer: 'none', isFree: false, missing: [] };
  const firsts = active.map((one) => firstSince(one, current.createdAt + SETTLED));
  const late = active.filter((_one, index) => firsts[index] === undefined);
  if (late.length > 0) return { consumer: 'waiting', isFree: false, missing: late.map(unsynced) };
  const isUsed = uses.some(
    (use) => use.keyId === current.id && active.some((one) => one.syncs.some((sync) => isDuring(use, sync))),
  );
  const since = Math.max(...firsts.flatMap((began) => began ?? []));
  if (isUsed) return { consumer: 'moved', isFree: false, missing: [], since };
  return { consumer: 'waiting', isFree: false, missing: ['Cloud Monitoring shows no use of it by a sync yet'] };
}

/** Whether everything synced since then, and the key was used. */
export function isUsedSince({ syncs, uses }: Consumption, keyId: string, since: number): boolean {
  if (isUnread(syncs) || isUnread(uses)) return false;
  const active = syncs.filter(syncsAtAll);
  const isSynced = active.length > 0 && active.every((one) => firstSince(one, since) !== undefined);
  return isSynced && uses.some((use) => use.keyId === keyId && use.from >= since);
}

/** The newest sync there is, in whatever state; undefined where nothing has synced, or that cannot be read. */
export function newestSync({ syncs }: Consumption): string | undefined {
  if (isUnread(syncs)) return undefined;
  const all = syncs.flatMap((one) => one.syncs);
  return all.sort((one, other) => (other.startedAt ?? Infinity) - (one.startedAt ?? Infinity))[0]?.id;
}

/** Whether a key that is disabled can be deleted: everything has synced without it. */
export interface Deletion {
  readonly isFree: boolean;
  readonly missing: readonly string[];
  /** Whether syncs have failed to read since it was disabled. */
  readonly isFailing: boolean;
}

/** @param seen - the newest sync when it was disabled, as the record has it */
export function provenDispensable(
  { syncs }: Consumption,
  seen: string | undefined,
  current: Question['current'],
): Deletion {
  if (isUnread(syncs)) return { isFree: false, missing: [syncs.why], isFailing: false };
  const active = syncs.filter(syncsAtAll);
  const all = syncs.flatMap((one) => one.syncs);
  const known = seen === undefined ? undefined : all.find(({ id }) => isSeen(seen, id))?.startedAt;
  const since = known === undefined ? current.createdAt + SETTLED : known + 1;
  const late = active.filter((one) => firstSince(one, since) === undefined);
  const isFailing = late.some((one) =>
    one.syncs.some(({ extracted, startedAt }) => extracted === false && (startedAt ?? 0) >= since),
  );
  const missing = late.map(({ mapping }) => `the mapping ${mapping.name} has not synced since it was disabled`);
  return { isFree: late.length === 0, missing, isFailing };
}

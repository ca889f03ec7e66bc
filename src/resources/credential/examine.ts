import type { Key } from '../../cloud/google/keys.ts';
import type { Difference, Edge, Examination } from '../../engine/resource.ts';
import { short } from '../../ownership/record.ts';
import { accountNode, impersonationEdge, segmentNode } from '../picture.ts';
import { assess, describe, doubtedKeys, ourKeys } from './assess.ts';
import { renewalOf, stopOf } from './demands.ts';
import { startsAnew } from './design.ts';
import type { Assessed, CredentialChange, CredentialDesign, CredentialLive } from './design.ts';
import { isHeldElsewhere } from './elsewhere.ts';
import { noticesOf, problemsOf } from './diagnostics.ts';
import { fateOf } from './retirement.ts';

/** What is to be said of the account's keys. Pure. */

type KeyDifference = Difference<CredentialChange>;

export function examineCredential(
  design: CredentialDesign,
  live: CredentialLive | undefined,
): Examination<CredentialChange> {
  if (live === undefined || design.want === 'unmanaged') return { differences: [], diagnostics: [] };
  return { ...examineAt(design, live), earlier: () => examineEarlier(design, live) };
}

function examineAt(design: CredentialDesign, live: CredentialLive): Examination<CredentialChange> {
  const seen = { ...live, state: assess(live, live.now, design.demands) };
  const { reason, current } = seen.state;
  return {
    differences: design.want === 'present' ? diffPresent(design, seen) : diffAbsent(design, seen),
    diagnostics: [...problemsOf(design, seen), ...noticesOf(design, seen)],
    outputs: { key_id: reason === undefined ? (current?.id ?? '') : '' },
  };
}

/** As it was before each moment at which something came due by time alone, newest first. */
function examineEarlier(design: CredentialDesign, live: CredentialLive): Examination<CredentialChange>[] {
  const { demands } = design;
  const maxAge = live.now - demands.issuedAfter;
  const moments = live.keys.flatMap((key) => [
    ...(demands.rotates ? [] : [key.createdAt + maxAge + 1]),
    renewalOf(key)?.from ?? Infinity,
    key.endsAt,
    stopOf(key, demands),
  ]);
  const byTime = [...new Set(moments)]
    .filter((moment) => moment <= live.now)
    .sort((one, other) => other - one)
    .map((moment) => {
      const now = moment - 1;
      const issuedAfter = demands.rotates ? demands.issuedAfter : now - maxAge;
      return examineAt({ ...design, demands: { ...demands, issuedAfter } }, { ...live, now });
    });
  return live.consumption === undefined ? byTime : [examineAt(design, { ...live, consumption: UNPROVEN }), ...byTime];
}

/** As it was before Segment was proven to have moved. */
const UNREAD = { why: 'it was not proven yet', remedy: '' };
const UNPROVEN = { syncs: UNREAD, uses: UNREAD, keys: [] };

/** By what Segment acts as the account. */
export function keyEdge({ names }: CredentialDesign): Edge {
  return { from: segmentNode, to: accountNode(names), label: 'key' };
}

function diffPresent(design: CredentialDesign, seen: Assessed): KeyDifference[] {
  const isAnew = startsAnew(design, seen);
  return [
    ...(isAnew ? ourKeys(seen.state).map((key) => clearedBefore(seen, key)) : diffSettled(seen)),
    ...diffIssued(design, seen),
    ...(isAnew ? [] : diffRetired(design, seen)),
    ...seen.state.foreign.map((key) => foreign(design, seen, key)),
  ];
}

function clearedBefore({ now }: Assessed, key: Key): KeyDifference {
  return {
    code: 'key.to-delete',
    field: `key ${short(key.id)}`,
    live: `works again once the account is enabled (${describe(key, now)})`,
    ...{ desired: 'deleted', kind: 'changed', phase: 'grant', makes: 'keys removed' },
    change: { delete: key.id, why: 'before-enabling' },
  };
}

function isAdopted({ isAccountThere, owned }: Assessed): boolean {
  return isAccountThere && owned === undefined;
}

function diffIssued(design: CredentialDesign, seen: Assessed): KeyDifference[] {
  const { reason, foreign: others } = seen.state;
  if (reason === undefined) return [];
  // Taking over an account whose keys somebody made by hand: the first key of ours is still to come, and no drift.
  const isInUse = others.some((key) => !key.disabled && key.endsAt > seen.now);
  const { code, isDrift, ...words } = reason;
  const exempt = isAdopted(seen) && design.adopt && isInUse ? 'adoption' : isDrift ? undefined : 'renewal';
  return [
    {
      ...{ code, field: 'key', ...words },
      kind: seen.owned?.key === undefined ? 'missing' : 'changed',
      ...{ phase: 'issue', makes: 'key issued', edge: keyEdge(design) },
      change: { issue: true, into: seen.into ?? design.into },
      ...(exempt === undefined ? {} : { exempt }),
    },
  ];
}

/** What a run that died has left under way: each key by its id. */
function diffSettled({ owned, now, state: { reason, settlement } }: Assessed): KeyDifference[] {
  if (owned?.issuingBefore === undefined) return [];
  const settled = { code: 'key.under-way', kind: 'changed', phase: 'issue', makes: 'key settled' } as const;
  switch (settlement.outcome) {
    case 'delivered': {
      const { id } = settlement.newcomer;
      const words = { field: `key ${short(id)}`, live: 'delivered by a run that ended early', desired: 'recorded' };
      return [{ ...settled, ...words, change: { record: id } }];
    }
    case 'undelivered': {
      const { id } = settlement.newcomer;
      const live = `left by a run that ended early, and delivered nowhere (${describe(settlement.newcomer, now)})`;
      const words = { field: `key ${short(id)}`, live, desired: 'disabled' };
      return [{ ...settled, ...words, change: { disable: id, why: 'under-way' } }];
    }
    case 'nothing issued': {
      // Where a key is issued, its own announcement is this one.
      const words = { field: 'key under way', live: 'none issued', desired: 'none' };
      return reason === undefined ? [{ ...settled, ...words, change: { standDown: true } }] : [];
    }
    case 'nothing under way':
    case 'in doubt':
      return [];
  }
}

/** Superseded keys: disabled when their time has come, deleted by a later run; where Segment uses them, only with proof. */
function diffRetired(design: CredentialDesign, seen: Assessed): KeyDifference[] {
  const { demands, provesConsumer } = design;
  const { state, now } = seen;
  const retiredOnes = state.superseded.flatMap((key) => {
    const fate = fateOf(design, seen, key);
    if (fate.next === 'keep') return fate.isOverdue || fate.isFailing ? [kept(key, fate.isFailing, now)] : [];
    return [
      fate.next === 'delete'
        ? retired(key, 'superseded and disabled', 'deleted')
        : retired(key, `superseded (${describe(key, now)})`, 'disabled'),
    ];
  });
  const replaces = state.reason !== undefined && demands.overlap === 0 && !provesConsumer;
  return [...retiredOnes, ...(replaces ? diffReplaced(design, seen) : [])];
}

/** What has stayed for too long: nobody can tell that Segment does without it, or it does not. */
function kept(key: Key, isFailing: boolean, now: number): KeyDifference {
  const live = isFailing ? 'disabled, and syncs fail since' : `works, and Segment may use it (${describe(key, now)})`;
  return {
    code: 'key.superseded',
    ...{ field: `key ${short(key.id)}`, live, desired: 'no longer needed', kind: 'changed', phase: 'remove' },
    ...{ makes: 'keys retired', change: { keep: key.id, because: isFailing ? 'failing' : 'unproven' } },
  };
}

/** Without an overlap, the keys that this run replaces stop in this run, once the new one is delivered everywhere. */
function diffReplaced(design: CredentialDesign, { owned, state }: Assessed): KeyDifference[] {
  const isLeft = (key: Key): boolean => isHeldElsewhere(design, owned, key);
  const current = state.current === undefined || isLeft(state.current) ? [] : [state.current];
  const inUse = current.map((key) => retired(key, 'in use', 'superseded and disabled'));
  const doubted = doubtedKeys(state)
    .filter((key) => !isLeft(key))
    .map((key) => retired(key, 'where it went is in doubt', 'superseded and disabled'));
  return [...inUse, ...doubted].filter(({ change }) => 'disable' in change);
}

function retired(key: Key, live: string, desired: string): KeyDifference {
  const change = key.disabled ? { delete: key.id } : { disable: key.id };
  return {
    code: 'key.superseded',
    ...{ field: `key ${short(key.id)}`, live, desired, kind: 'changed', phase: 'remove', exempt: 'housekeeping' },
    makes: key.disabled ? 'keys removed' : 'keys retired',
    change: { ...change, why: 'superseded' },
  };
}

/** A key of somebody else: disabled first, deleted by a later run. */
function foreign(design: CredentialDesign, seen: Assessed, key: Key): KeyDifference {
  const change = key.disabled ? { delete: key.id } : { disable: key.id };
  return {
    code: 'key.foreign',
    ...{ field: `key ${short(key.id)}`, live: `not ours: ${describe(key, seen.now)}`, desired: 'absent' },
    kind: 'surplus',
    // An account that comes back would bring it back to life.
    ...(startsAnew(design, seen) ? { phase: 'grant' } : { phase: 'remove', right: 'taken' }),
    ...(isAdopted(seen) ? { exempt: 'adoption' } : {}),
    makes: key.disabled ? 'keys removed' : 'keys retired',
    edge: impersonationEdge(design.names, 'whoever has it', `key ${short(key.id)}`),
    change: { ...change, why: 'foreign' },
  };
}

/** Where our keys should be gone. Those of an account that we created go with it. */
function diffAbsent({ deleteAfter }: CredentialDesign, { owned, state, now }: Assessed): KeyDifference[] {
  if (owned?.mark !== 'adopted') return [];
  return ourKeys(state).map((key) => ({
    code: 'key.to-delete',
    ...{ field: `key ${short(key.id)}`, live: describe(key, now), desired: 'deleted', kind: 'changed' },
    ...{ phase: 'remove', right: 'taken', makes: 'keys removed', after: deleteAfter },
    change: { delete: key.id, why: 'adopted' },
  }));
}

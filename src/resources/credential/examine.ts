import { age } from '../../time.ts';
import type { Clock } from '../../time.ts';
import type { Destination } from '../../destinations/destination.ts';
import type { KeyConstraints, KeyWay } from '../../cloud/google/org-policy-constraints.ts';
import type { Key, Keys } from '../../cloud/google/keys.ts';
import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import type { Refusal } from '../../errors/diagnostic.ts';
import type { Difference } from '../../engine/resource.ts';
import type { CredentialState, Evidence } from './assess.ts';
import type { Issuer } from './evidence.ts';

/** What is to be said of the account's keys: differences, refusals, warnings. All pure. */

/** The key that Segment uses: one, valid, and delivered to every destination. */
export interface CredentialOptions {
  readonly accountId: string;
  readonly adopt: boolean;
  readonly projectId: string;
  readonly prune: boolean;
  /** Whether the keys of an account that was cut off go before it is enabled. */
  readonly replacesAll: boolean;
  /** Id of the key that the consumer uses, as the workflow was told. */
  readonly inUse: string | undefined;
  readonly way: KeyWay;
  /** Asked only where this mode may deliver. */
  readonly constraints: () => Promise<KeyConstraints>;
  readonly want: 'present' | 'absent' | 'left alone';
  /** Whether this mode may deliver: only then the destinations are asked whether they would take a key. */
  readonly delivers: boolean;
  readonly document: AccountDocument;
  readonly keys: Keys;
  readonly destinations: readonly Destination[];
  readonly issuer: Issuer;
  readonly clock: Clock;
}

/** What the plan saw. */
export interface CredentialLive extends Evidence {
  readonly state: CredentialState;
  readonly obstacles: readonly Refusal[];
  readonly constraints: KeyConstraints;
  readonly isAccountThere: boolean;
  /** Whether the account is disabled. */
  readonly isCutOff: boolean;
  readonly now: number;
}

/** Where a key should be there: one, valid, delivered. */
export function diffPresent(options: CredentialOptions, live: CredentialLive): Difference[] {
  const { state } = live;
  const adopts = live.isAccountThere && live.owned === undefined;
  const differences: Difference[] = clearedBefore(options, live);
  if (state.reason !== undefined) {
    // Taking over an account whose keys somebody made by hand: the first key of ours is still to come, and no drift.
    const inUse = adopts && options.adopt && state.foreign.some((key) => !key.disabled && key.endsAt > live.now);
    const exempt = inUse ? 'adoption' : state.reason.isDrift ? undefined : 'renewal';
    differences.push({
      field: 'key',
      live: state.reason.live,
      desired: state.reason.desired,
      kind: live.owned?.key === undefined ? 'missing' : 'changed',
      phase: 'issue',
      ...(exempt === undefined ? {} : { exempt }),
    });
  } else if (live.owned?.issuingBefore !== undefined) {
    const outcome = state.settlement.outcome === 'delivered' ? 'delivered, not recorded' : 'none issued';
    differences.push({ field: 'key under way', live: outcome, desired: 'none', kind: 'changed', phase: 'issue' });
  }
  if (!startsAnew(options, live)) differences.push(...diffRetired(options, live));
  for (const key of state.foreign) {
    differences.push({
      field: `key ${short(key)}`,
      live: `not ours: ${describe(key, live.now)}`,
      desired: 'absent',
      kind: 'surplus',
      // An account that comes back would bring it back to life.
      ...(startsAnew(options, live) ? { phase: 'grant' } : { phase: 'remove', right: 'taken' }),
      ...(adopts ? { exempt: 'adoption' as const } : {}),
    });
  }
  return differences;
}

/** Whether the account is cut off and comes back with a new key alone: then the keys of before go first. */
export function startsAnew(options: CredentialOptions, live: CredentialLive): boolean {
  return options.replacesAll && live.isCutOff;
}

function clearedBefore(options: CredentialOptions, live: CredentialLive): Difference[] {
  if (!startsAnew(options, live)) return [];
  return ourKeys(live.state).map((key) => ({
    field: `key ${short(key)}`,
    live: `works again once the account is enabled (${describe(key, live.now)})`,
    desired: 'deleted',
    kind: 'changed',
    phase: 'grant',
  }));
}

/** Superseded keys: disabled when their time has come, deleted by a later run. */
function diffRetired({ issuer }: CredentialOptions, live: CredentialLive): Difference[] {
  const { state, now } = live;
  const common = { kind: 'changed', phase: 'remove', exempt: 'housekeeping' } as const;
  const retired = state.superseded.flatMap((key) => {
    const field = `key ${short(key)}`;
    if (key.disabled) return [{ field, live: 'superseded and disabled', desired: 'deleted', ...common }];
    const isDue = state.reason === undefined ? stopOf(state, issuer.overlap) <= now : issuer.overlap === 0;
    return isDue ? [{ field, live: `superseded (${describe(key, now)})`, desired: 'disabled', ...common }] : [];
  });
  const { current } = state;
  const isReplaced = state.reason !== undefined && current?.disabled === false && issuer.overlap === 0;
  return isReplaced
    ? [...retired, { field: `key ${short(current)}`, live: 'in use', desired: 'superseded and disabled', ...common }]
    : retired;
}

/** When superseded keys stop, in milliseconds since 1970; Infinity = nobody has said when. */
export function stopOf({ current }: CredentialState, overlap: number | undefined): number {
  return current === undefined || overlap === undefined ? Infinity : current.createdAt + overlap;
}

/** Where our keys, and what was delivered of them, should be gone. */
export function diffAbsent(live: CredentialLive): Difference[] {
  if (live.owned === undefined && live.isAccountThere) return [];
  const dieWithAccount = live.owned?.mark !== 'adopted';
  const differences: Difference[] = (dieWithAccount ? [] : ourKeys(live.state)).map((key) => ({
    field: `key ${short(key)}`,
    live: describe(key, live.now),
    desired: 'deleted',
    kind: 'changed',
    phase: 'remove',
    right: 'taken',
  }));
  const delivered = live.readings.filter(
    ({ reading }) =>
      (reading.state === 'present' && reading.keyId !== undefined) || (reading.state === 'absent' && reading.isNoted),
  );
  for (const { name } of delivered) {
    differences.push({ field: name, live: 'present', desired: 'absent', kind: 'changed', phase: 'remove' });
  }
  return differences;
}

/** The keys that are surely ours: recorded, or the one newcomer of a run that died. */
export function ourKeys(state: CredentialState): Key[] {
  const { settlement } = state;
  const newcomers =
    settlement.outcome === 'delivered' || settlement.outcome === 'undelivered' ? [settlement.newcomer] : [];
  return [...(state.current === undefined ? [] : [state.current]), ...state.superseded, ...newcomers];
}

/** "3 days old, made by Google, disabled" */
export function describe(key: Key, now: number): string {
  const origin = key.origin === 'USER_PROVIDED' ? 'uploaded' : 'made by Google';
  const byGoogle = key.cutOffBecause === undefined ? '' : ` by Google: ${key.cutOffBecause}`;
  return `${age(now - key.createdAt)} old, ${origin}${key.disabled ? `, disabled${byGoogle}` : ''}`;
}

/** Enough of an id to tell keys apart. */
export function short(key: Key): string {
  return key.id.slice(0, 12);
}

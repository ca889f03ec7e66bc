import { age } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { Destination } from '../delivery/destination.ts';
import type { Key, Keys } from '../google/keys.ts';
import type { AccountDocument } from '../google/service-accounts.ts';
import type { Refusal } from '../refusal.ts';
import type { Difference } from '../resource.ts';
import type { CredentialState, Evidence } from './credential-state.ts';
import type { Issuer } from './key-evidence.ts';

/** What is to be said of the account's keys: differences, refusals, warnings. All pure. */

/** The key that Segment uses: one, valid, and delivered to every destination. */
export interface CredentialOptions {
  readonly accountId: string;
  readonly adopt: boolean;
  readonly prune: boolean;
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
  readonly isAccountThere: boolean;
  readonly now: number;
}

/** Google's limit of user-managed keys per account, disabled and expired ones included. */
const MOST_KEYS = 10;

/** Where a key should be there: one, valid, delivered. */
export function diffPresent(options: CredentialOptions, live: CredentialLive): Difference[] {
  const { state } = live;
  const differences: Difference[] = [];
  const adopts = live.isAccountThere && live.owned === undefined;
  if (state.reason !== undefined) {
    // Taking over an account whose keys somebody made by hand: the first key of ours is still to come, and no drift.
    const inUse = adopts && options.adopt && state.foreign.some((key) => !key.disabled && key.endsAt > live.now);
    differences.push({
      field: 'key',
      live: state.reason,
      desired: 'valid and delivered',
      kind: live.owned?.key === undefined ? 'missing' : 'changed',
      phase: 'issue',
      ...(inUse ? { exempt: 'adoption' as const } : {}),
    });
  } else if (live.owned?.issuingBefore !== undefined) {
    const outcome = state.settlement.outcome === 'delivered' ? 'delivered, not recorded' : 'none issued';
    differences.push({ field: 'key under way', live: outcome, desired: 'none', kind: 'changed', phase: 'issue' });
  }
  for (const key of state.superseded.filter(({ disabled }) => disabled)) {
    differences.push({
      field: `key ${short(key)}`,
      live: 'superseded and disabled',
      desired: 'deleted',
      kind: 'changed',
      phase: 'remove',
      exempt: 'housekeeping',
    });
  }
  for (const key of state.foreign) {
    differences.push({
      field: `key ${short(key)}`,
      live: `not ours: ${describe(key, live.now)}`,
      desired: 'absent',
      kind: 'surplus',
      phase: 'remove',
      right: 'taken',
      ...(adopts ? { exempt: 'adoption' as const } : {}),
    });
  }
  return differences;
}

/** Why no key can be issued. */
export function refusePresent(options: CredentialOptions, live: CredentialLive): Refusal[] {
  const issues = live.state.reason !== undefined;
  if (!issues) return [];
  const attempted = `issue a key for the service account ${options.document.email}`;
  const removable = live.state.superseded.filter((key) => key.disabled).length;
  if (live.keys.length - removable < MOST_KEYS) return [...live.obstacles];
  return [
    ...live.obstacles,
    {
      attempted,
      because: `it has ${String(live.keys.length)} keys already, and ${String(MOST_KEYS)} is the most that Google allows: ${live.keys
        .map((key) => `${short(key)} (${describe(key, live.now)})`)
        .join(', ')}`,
      remedy: `Delete those that nobody uses: gcloud iam service-accounts keys delete KEY --iam-account ${options.document.email}.`,
    },
  ];
}

/** What a person should know of the keys. */
export function warn(options: CredentialOptions, live: CredentialLive): string[] {
  const { state, readings, now } = live;
  if (options.want === 'absent') return warnOfDeadKeys(live);
  const warnings = readings.flatMap(({ name, reading }) =>
    reading.state === 'unreadable' ? [`${name} could not be read (${reading.why}): the record alone decides`] : [],
  );
  for (const key of state.superseded.filter(({ disabled }) => !disabled)) {
    warnings.push(
      `the superseded key ${short(key)} still works (${describe(key, now)}): delete it once Segment uses the new one`,
    );
  }
  const end = state.current?.endsAt ?? Infinity;
  if (end !== Infinity) {
    warnings.push(
      `the key ${state.current === undefined ? '' : short(state.current)} ends on ${day(end)}: Segment stops then`,
    );
  }
  return warnings;
}

/** Keys that are about to die, and lie where this run cannot look. */
function warnOfDeadKeys({ owned, readings, state }: CredentialLive): string[] {
  const isSeen = readings.some(({ reading }) => reading.state === 'present' || reading.state === 'absent');
  if (owned === undefined || state.current === undefined || isSeen) return [];
  return [
    `the key ${short(state.current)} dies: delete it wherever it was delivered (key_delivery github-secret does so)`,
  ];
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
  return `${age(now - key.createdAt)} old, ${origin}${key.disabled ? ', disabled' : ''}`;
}

/** Enough of an id to tell keys apart. */
export function short(key: Key): string {
  return key.id.slice(0, 12);
}

function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

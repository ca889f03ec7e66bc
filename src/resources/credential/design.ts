import type { Address } from '../../address.ts';
import type { KeyConstraints, KeyWay } from '../../cloud/google/org-policy-constraints.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import type { Names } from '../../inputs/names.ts';
import type { CredentialState } from './assess.ts';
import type { Demands } from './demands.ts';
import type { Evidence } from './evidence.ts';

/** The credential as it should be, as it was seen, and what can be done with it. Pure. */

/** The key that Segment uses, as it should be: one, valid, and delivered to every destination. */
export interface CredentialDesign {
  readonly address: Address;
  readonly names: Names;
  readonly projectId: string;
  readonly want: 'present' | 'absent' | 'unmanaged';
  readonly adopt: boolean;
  readonly prune: boolean;
  /** Whether the keys of a disabled account go before it is enabled. */
  readonly replacesAll: boolean;
  /** Full id of the key that the consumer uses, as the workflow was told. */
  readonly inUse: string | undefined;
  readonly way: KeyWay;
  readonly demands: Demands;
}

/** What the plan saw. */
export interface CredentialLive extends Evidence {
  /** Why destinations would not take a key. */
  readonly obstacles: readonly Problem[];
  readonly constraints: KeyConstraints;
  readonly isAccountThere: boolean;
  readonly isAccountDisabled: boolean;
  readonly now: number;
}

/** What was seen, and what it says together. */
export interface Assessed extends CredentialLive {
  readonly state: CredentialState;
}

/** Whether the account is disabled, and comes back with a new key alone: then the keys of before go first. */
export function startsAnew({ replacesAll }: CredentialDesign, { isAccountDisabled }: CredentialLive): boolean {
  return replacesAll && isAccountDisabled;
}

/** One thing to be done with the account's keys. Those that exist are named by their full ids. */
export type CredentialChange =
  /** Settle what a run that died has left, issue a key, deliver and record it. */
  | { readonly issue: true }
  /** Settle what a run that died has left; issue a key only if none proves to be delivered after all. */
  | { readonly settle: true }
  | { readonly disable: string; readonly why: 'superseded' | 'foreign' }
  | { readonly delete: string; readonly why: Why };

/** Why a key goes. `before-enabling`: the account comes back, and its old keys must not. `adopted`: the account stays. */
export type Why = 'superseded' | 'foreign' | 'before-enabling' | 'adopted';

/** What issuing tells to those that come after it. */
export interface CredentialMade {
  /** Full id of the key that this run issued. */
  readonly issued: string;
}

/** Which keys go for this reason, in the order of the plan. */
export function idsFor(
  changes: readonly CredentialChange[],
  why: Why,
): { readonly disable: ReadonlySet<string>; readonly delete: ReadonlySet<string> } {
  const due = changes.filter((change) => 'why' in change).filter((change) => change.why === why);
  return {
    disable: new Set(due.flatMap((change) => ('disable' in change ? [change.disable] : []))),
    delete: new Set(due.flatMap((change) => ('delete' in change ? [change.delete] : []))),
  };
}

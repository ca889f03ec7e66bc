import type { Address } from '../../address.ts';
import type { KeyConstraints, KeyWay } from '../../cloud/google/org-policy-constraints.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import type { Names } from '../../inputs/names.ts';
import type { DeliveryName } from '../../inputs/target.ts';
import type { CredentialState } from './assess.ts';
import type { Demands } from './demands.ts';
import type { Evidence } from './evidence.ts';

/** The credential as it should be, as it was seen, and what can be done with it. Pure. */

/** How keys come and go. */
export interface KeyLifeDesign {
  readonly way: KeyWay;
  /** Full id of the key that the consumer uses, as the workflow was told. */
  readonly inUse: string | undefined;
  /** Whether an old key goes only when Segment is proven to have moved. */
  readonly provesConsumer: boolean;
}

/** Where keys go in this run, and for how long those before stay. */
export interface DeliveryDesign {
  readonly demands: Demands;
  /** Marks of the places. */
  readonly marks: readonly string[];
  /** Kinds of places where keys no longer matter, as far as this run does not deliver there. */
  readonly forget: readonly DeliveryName[];
}

/** The key that Segment uses, as it should be: one, valid, and delivered to every destination. */
export interface CredentialDesign extends KeyLifeDesign, DeliveryDesign {
  readonly address: Address;
  readonly names: Names;
  readonly projectId: string;
  readonly want: 'present' | 'absent' | 'unmanaged';
  readonly adopt: boolean;
  readonly prune: boolean;
  /** Whether the keys of a disabled account go before it is enabled. */
  readonly replacesAll: boolean;
  /** Where a key goes, in full: a review covers it. */
  readonly into: readonly string[];
  /** What is done before the keys of an adopted account are deleted: what was delivered is told from them. */
  readonly deleteAfter: readonly Address[];
}

/** What the plan saw. */
export interface CredentialLive extends Evidence {
  /** Why destinations would not take a key. */
  readonly obstacles: readonly Problem[];
  readonly constraints: KeyConstraints;
  /** Where a key goes, as far as only reading tells it; without it, as designed. */
  readonly into?: readonly string[];
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
  /** Issue a key, deliver it here, and record it. */
  | { readonly issue: true; readonly into: readonly string[] }
  /** The key of a run that died had been delivered: it is recorded. */
  | { readonly record: string }
  /** No key is under way after all. */
  | { readonly standDown: true }
  | { readonly disable: string; readonly why: 'superseded' | 'foreign' | 'under-way' }
  | { readonly delete: string; readonly why: Why }
  /** It stays, and should not: Segment is not proven to do without it, or fails without it. */
  | { readonly keep: string; readonly because: 'unproven' | 'failing' };

/**
 * Why a key goes. `under-way`: a run that died has left it, and nobody holds it. `before-enabling`: the account comes back,
 * and its old keys must not. `adopted`: the account stays.
 */
export type Why = 'superseded' | 'foreign' | 'under-way' | 'before-enabling' | 'adopted';

/** What a plan lets happen to keys that are under way, and to a new one. */
export interface Chosen {
  readonly issues: boolean;
  /** Full ids of newcomers that are recorded as delivered. */
  readonly record: ReadonlySet<string>;
  /** Full ids of newcomers that are disabled. */
  readonly disable: ReadonlySet<string>;
}

export function chosenIn(changes: readonly CredentialChange[]): Chosen {
  return {
    issues: changes.some((change) => 'issue' in change),
    record: new Set(changes.flatMap((change) => ('record' in change ? [change.record] : []))),
    disable: idsFor(changes, 'under-way').disable,
  };
}

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

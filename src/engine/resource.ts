import type { Address } from '../address.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import type { Clock } from '../time.ts';
import type { FindingCode } from './finding.ts';

/**
 * When a difference is mended. Grants come before anything is taken away, so that a sync never stops in between:
 * make and grant → issue, prove, deliver → narrow → remove.
 */
export const phases = ['grant', 'issue', 'narrow', 'remove'] as const;
export type Phase = (typeof phases)[number];

/** What carrying a difference out has done, as the log says it: `role/segmentReverseEtl: created`. */
export type Deed =
  | 'created'
  | 'restored'
  | 'enabled'
  | 'adopted'
  | 'updated'
  | 'access granted'
  | 'access revoked'
  | 'leftovers removed'
  | 'key issued'
  | 'key settled'
  | 'keys retired'
  | 'keys removed'
  | 'removed'
  | 'released'
  | 'deleted';

/** A thing in the diagram of who can do what. */
export interface Node {
  readonly text: string;
  readonly shape: 'actor' | 'account' | 'store';
}

/** Somebody may do something somewhere. Two edges with equal members are the same edge. */
export interface Edge {
  readonly from: Node;
  readonly to: Node;
  readonly label: string;
}

/**
 * One thing that is not as it should be. The same value is logged, reported, put into the plan, and carried out.
 *
 * @typeParam Change - what is to be done, as plain data: a closed union that its resource owns. The digest covers it, so it
 *   holds everything that tells one deed from another, and no times and no etags.
 */
export interface Difference<Change = unknown> {
  readonly code: FindingCode;
  /** Words for people, here and in the next two: `permission bigquery.jobs.create`, `location` … Nothing reads them back. */
  readonly field: string;
  readonly live: string;
  readonly desired: string;
  /** `surplus`: not ours to change, so carried out only with `prune`; and not at all where `change` is a `ByHand`. */
  readonly kind: 'missing' | 'changed' | 'surplus';
  readonly phase: Phase;
  /** What must be done first within the same phase. */
  readonly after?: readonly Address[];
  /**
   * Why it is not drift: taking over what is there with `adopt`, clearing away what has served, renewing in good time; or
   * the user has accepted it, and it stays.
   */
  readonly exempt?: 'adoption' | 'housekeeping' | 'renewal' | 'accepted';
  /** Whether mending it gives our account a right, or takes one from it. */
  readonly right?: 'given' | 'taken';
  readonly makes: Deed;
  /** The access that it is about, for the diagram; without it, the difference marks the thing itself. */
  readonly edge?: Edge;
  readonly change: Change;
}

/** What no run carries out, because it is not about our account alone: what is named here is left to a person. */
export interface ByHand {
  readonly byHand: Readonly<Record<string, string>>;
}

/** Surplus that an input of its own lets be removed, which is named here: `prune` neither does so, nor keeps from it. */
export interface Consented {
  readonly consent: string;
}

/** What was found when a thing was compared with what is asked for. */
export interface Examination<Change> {
  /** [] = in sync. */
  readonly differences: readonly Difference<Change>[];
  /** Problems keep the whole run from writing; notices do not. */
  readonly diagnostics: readonly (Problem | Notice)[];
  /** Step outputs that only reading can tell; they win over the resource's own. */
  readonly outputs?: Outputs;
  /** Further things that reading this one has found; they are read in the same plan. */
  readonly further?: readonly AnyResource[];
  /** What the plan says of it where nothing differs; without it, "in sync" or the like. */
  readonly remark?: string;
  /** Whether part of what is asked for was not looked at, on purpose: no drift, but nothing that could be reviewed either. */
  readonly isPartial?: boolean;
  /** Whether the thing itself is there, where `read` finds more than it; without it, whatever `read` found is it. */
  readonly isThere?: boolean;
  /**
   * The same at earlier moments, newest first, each before something came due by time alone: a plan that was reviewed
   * then is carried out as it was.
   */
  readonly earlier?: () => readonly Examination<Change>[];
}

/** The step outputs that resources set. */
export type Outputs = Partial<
  Record<'service_account_email' | 'role' | 'dataset' | 'location' | 'key_id' | 'segment_source_id', string>
>;

/** What a thing is in the diagram. */
export interface Picture {
  readonly node?: Node;
  /** Access that is there when all is in sync. */
  readonly edges?: readonly Edge[];
  /** Access that nobody can tell of while the thing cannot be read. */
  readonly hidden?: readonly Edge[];
}

/**
 * One document of the world, and how to bring it to the desired state.
 *
 * @typeParam Live - what `read` finds; everything that `examine` needs is in it
 * @typeParam Made - what `change` tells to those that come after it
 */
export interface Resource<Live = unknown, Change = unknown, Made = unknown> {
  readonly address: Address;
  readonly want: 'present' | 'absent' | 'unmanaged';
  /** Step outputs that are known from names alone. */
  readonly outputs?: Outputs;
  readonly picture?: Picture;
  /** undefined = proven absent; any doubt throws. */
  read(): Promise<Live | undefined>;
  /** Pure and total. */
  examine(live: Live | undefined): Examination<Change>;
  /** Carries out exactly these changes, which belong to one phase and are ready together. May be called more than once. */
  change(live: Live | undefined, changes: readonly Change[], run: Run): Promise<Made | undefined>;
}

/** A resource whose types only it knows itself. */
export type AnyResource = Resource;

/** What is looked at once more when all is done. */
export interface Check {
  /** `beside` what is verified then, or `after` it: the longer it takes, the more does IAM show. */
  readonly when: 'beside' | 'after';
  readonly carryOut: () => Promise<void>;
}

/** What carrying out is told, and what it can tell. */
export interface Run {
  readonly clock: Clock;
  /** What this very run made of another thing, earlier; undefined = nothing. */
  made(address: Address): unknown;
  /** A person should know of it. The engine adds the subject. */
  tell(notice: Notice): void;
  /** A line in the log, at once: what is being waited for. */
  say(line: string): void;
  /** This change was not carried out, or not to its end: what it is about still counts when the run is over. */
  leave(change: unknown): void;
  /** To be looked at once more when all is done: what it throws fails the step. @param when - beside what is verified, or after it */
  confirm(check: () => Promise<void>, when?: Check['when']): void;
}

import type { Refusal } from '../errors/diagnostic.ts';

/**
 * When a difference is mended. Grants come before anything is taken away, so that a sync never stops in between:
 * make and grant → issue, prove, deliver → narrow → remove.
 */
export const phases = ['grant', 'issue', 'narrow', 'remove'] as const;
export type Phase = (typeof phases)[number];

/** One thing that is not as it should be. The same value is logged, reported, put into the plan, and carried out. */
export interface Difference {
  /** `permission bigquery.jobs.create`, `binding roles/bigquery.user`, `location` … Existence is a field too. */
  readonly field: string;
  readonly live: string;
  readonly desired: string;
  /** `surplus`: not ours to change, so carried out only with `prune`. */
  readonly kind: 'missing' | 'changed' | 'surplus';
  readonly phase: Phase;
  /** Why it is not drift: taking over what is there with `adopt`, clearing away what has served, renewing in good time. */
  readonly exempt?: 'adoption' | 'housekeeping' | 'renewal';
  /** Whether mending it gives our account a right, or takes one from it. */
  readonly right?: 'given' | 'taken';
}

/** What a person should know of how it went: a line in the log, or a warning besides. */
export type Note = string | { readonly warning: string };

/** Waits until another resource has been made, in this phase. Rejects when that failed. */
export type Ready = (address: string) => Promise<void>;

/** One document of the world, and how to bring it to the desired state. */
export interface Resource<Live = unknown> {
  /** `dataset/__segment_reverse_etl`: in plan, log, summary and errors alike. */
  readonly address: string;
  readonly want: 'present' | 'absent' | 'left alone';
  /** undefined = proven absent; any doubt throws. */
  read(): Promise<Live | undefined>;
  /** Pure; [] = as desired. */
  diff(live: Live | undefined): readonly Difference[];
  /** Pure: why apply must not go on, with the remedy. */
  refuse(live: Live | undefined): readonly Refusal[];
  /** Pure: what a person should know that is neither drift nor refusal. */
  warn(live: Live | undefined): readonly string[];
  /** Pure: the step outputs that it can tell, from its name and from what is there. */
  facts(live: Live | undefined): Readonly<Record<string, string>>;
  /** Pure: what the plan says of it where nothing differs; without it, "as desired" or the like. */
  remark?(live: Live | undefined): string | undefined;
  /** Pure: what lies outside, so that it could not be seen; named, and not counted. */
  unseen?(live: Live | undefined): readonly string[];
  /** Further documents that reading this one has found; they are looked at in the same plan. */
  further?(live: Live | undefined): readonly Resource[];
  /** Makes exactly these differences go away. Returns what a person should know of how it went. */
  change(live: Live | undefined, chosen: readonly Difference[], ready: Ready): Promise<readonly Note[]>;
}

import type { ColumnsUsed } from '../cloud/segment/columns-used.ts';
import type { Place } from './model.ts';

/** The values of a comparison: what models are compared with. Pure. */

/** What models are compared with: those of the base commit, or those that run in Segment. */
export interface Reference {
  /** `the base commit 1f2e3d4` */
  readonly what: string;
  readonly models: readonly ReferenceModel[];
}

export interface ReferenceModel {
  readonly name: string;
  /** undefined = not told; likewise the identifier. */
  readonly query: string | undefined;
  readonly identifier: string | undefined;
  readonly enabled: boolean;
  /** Where it stood; undefined = in no file that this run knows of, so that none can miss it. */
  readonly place: Place | undefined;
  readonly mappings: Users;
}

/** Whoever uses a model; or why that is not known. */
export type Users = readonly Mapping[] | { readonly whyNot: string };

/** A mapping of a model, as far as it names columns. */
export interface Mapping {
  readonly name: string;
  readonly destination: string;
  /** With its destination. */
  readonly enabled: boolean;
  /** undefined = not told. */
  readonly columns: ColumnsUsed | undefined;
  /** How often it syncs; undefined = that cannot be told. */
  readonly syncsAMonth: number | undefined;
}

export function isUnknown(users: Users): users is { readonly whyNot: string } {
  return 'whyNot' in users;
}

/** How often a model is read in a month, at least; undefined = nobody can say. */
export function syncsAMonthOf({ mappings }: ReferenceModel): number | undefined {
  if (isUnknown(mappings)) return undefined;
  return mappings.filter(({ enabled }) => enabled).reduce((sum, { syncsAMonth = 0 }) => sum + syncsAMonth, 0);
}

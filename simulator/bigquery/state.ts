import type { Grant } from '../directory/grants.ts';
import { statePart } from '../engine/world.ts';

/** One entry of an access list, as it is stored. */
export type AccessState = Record<string, unknown>;

/** A column, as a table's schema lists it. */
export interface FieldState {
  name: string;
  type: string;
  mode: string;
  /** Tags that protect the column. */
  policyTags?: { names: string[] };
  /** Of a record. */
  fields?: FieldState[];
}

/** An answer that was prepared for a query. */
export interface PreparedState {
  /** As it was given. */
  query: string;
  fields: FieldState[];
  bytes: number;
  /** `PRECISE`, `LOWER_BOUND` or `UPPER_BOUND`. */
  accuracy: string;
  statementType: string;
  tables: (readonly [project: string, dataset: string, table: string])[];
  error: { code: number; reason: string; message: string } | undefined;
  /** What a query that counts its rows finds. */
  counts: { rows: number; distinct: number; nulls: number };
}

/** Which rows some see; whoever is not granted any policy sees none. */
export interface RowPolicyState {
  policyId: string;
  filterPredicate: string;
  grantees: string[];
  etag: string;
  createdAt: number;
}

export interface TableState {
  tableId: string;
  schema: { fields: FieldState[] };
  /** Statement of a logical view; undefined = a table. */
  view: string | undefined;
  description: string | undefined;
  numBytes: number;
  /** How it is partitioned, or where its data lies instead: stored and given back. */
  layout: Record<string, unknown>;
  rowAccessPolicies: RowPolicyState[];
  etag: string;
  createdAt: number;
  /** When it deletes itself; undefined = never. */
  expiresAt: number | undefined;
}

export interface DatasetState {
  project: string;
  datasetId: string;
  location: string;
  description: string | undefined;
  friendlyName: string | undefined;
  labels: Record<string, string>;
  access: AccessState[];
  /** Fields that are stored and given back: expirations, collation and the like. */
  settings: Record<string, unknown>;
  etag: string;
  createdAt: number;
  modifiedAt: number;
  tables: Record<string, TableState>;
  /** What the access list grants, with the times that lag is counted from. */
  grants: Grant[];
}

export interface JobState {
  jobId: string;
  project: string;
  location: string;
  query: string;
  /** Principal that made the job. */
  creator: string;
  /** What makes a repeated request the same request; undefined where none was given. */
  requestKey: string | undefined;
  createdAt: number;
  schema: unknown;
  rows: unknown[];
  /** `statistics.query` of the job. */
  statistics: Record<string, unknown>;
  error: { reason: string; message: string; location?: string } | undefined;
}

export interface BigQueryState {
  /** By `project:dataset`. */
  datasets: Record<string, DatasetState>;
  /** Deleted ones, newest last. */
  graveyard: (DatasetState & { deletedAt: number })[];
  /** By `project:job`. */
  jobs: Record<string, JobState>;
  /** Newest first. */
  prepared: PreparedState[];
  /** By `project:dataset.view`. */
  formerViews: Record<string, { deletedAt: number }>;
  /** `TAXONOMY : TAG` by the resource name of the tag, as far as somebody has told them. */
  policyTags: Record<string, string>;
}

export const bigQueryState = statePart<BigQueryState>('bigQuery', () => ({
  datasets: {},
  graveyard: [],
  jobs: {},
  prepared: [],
  formerViews: {},
  policyTags: {},
}));

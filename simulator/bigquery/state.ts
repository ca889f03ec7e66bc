import type { Grant } from '../grants.ts';

/** One entry of an access list, as it is stored. */
export type AccessState = Record<string, unknown>;

export interface TableState {
  tableId: string;
  schema: unknown;
  numBytes: number;
  createdAt: number;
}

export interface DatasetState {
  project: string;
  datasetId: string;
  location: string;
  description: string | undefined;
  friendlyName: string | undefined;
  labels: Record<string, string>;
  access: AccessState[];
  /** Fields that are stored and given back, nothing more: expirations, collation and the like. */
  settings: Record<string, unknown>;
  etag: string;
  createdAt: number;
  modifiedAt: number;
  tables: Record<string, TableState>;
  grants: Grant[];
}

export interface JobState {
  jobId: string;
  project: string;
  location: string;
  query: string;
  user: string;
  createdAt: number;
  schema: unknown;
  rows: unknown[];
  statementType: string;
  error: { reason: string; message: string } | undefined;
}

export interface BigQueryState {
  /** By `project:dataset`. */
  datasets: Record<string, DatasetState>;
  /** Deleted ones, newest last. */
  graveyard: (DatasetState & { deletedAt: number })[];
  jobs: Record<string, JobState>;
}

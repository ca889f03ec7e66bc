import type { AccessMode } from '../inputs.ts';

/** What the account must be able to do once its grants work. */
export interface Claims {
  /** Permissions on the project. */
  readonly permissions: readonly string[];
  /** A statement whose dry run needs write access to the state dataset; undefined = Segment makes the dataset itself. */
  readonly statement: string | undefined;
}

/** The claims of an access mode. */
export function claimsOf(accessMode: AccessMode, projectId: string, datasetId: string): Claims {
  if (accessMode === 'full') {
    const permissions = [
      'bigquery.jobs.create',
      'bigquery.datasets.create',
      'bigquery.tables.getData',
      'bigquery.tables.updateData',
    ];
    return { permissions, statement: undefined };
  }
  return {
    permissions: ['bigquery.datasets.get', 'bigquery.jobs.create', 'bigquery.tables.getData'],
    statement: `CREATE TABLE \`${projectId}.${datasetId}.segment_reverse_etl_probe\` (x INT64)`,
  };
}

import type { ApiError } from '../errors/api-error.ts';
import type { Diagnosis } from './verification.ts';

/** Why a table cannot be read, as far as BigQuery's own words tell. Pure. */

/** Whose account it is that cannot read. */
export interface Reader {
  readonly projectId: string;
  readonly email: string;
}

/** One failed read. */
interface Failure extends Reader {
  readonly error: ApiError;
  /** As the user wrote it. */
  readonly table: string;
}

/** @param table - `project.dataset.table` or `dataset.table` */
export function causeInTable(error: ApiError, table: string, reader: Reader): Diagnosis | undefined {
  const failure = { ...reader, error, table };
  for (const cause of [
    ofPolicyTag,
    ofDriveFile,
    ofBucket,
    ofConnection,
    ofLegacyView,
    ofAbsence,
    ofStatement,
    ofView,
    ofOtherProject,
  ]) {
    const found = cause(failure);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofPolicyTag({ error, table, email }: Failure): Diagnosis | undefined {
  if (!/policy tag/i.test(error.words)) return undefined;
  const [, quoted, bare] = /policy tag (?:"([^"]{1,300})"|([^"\s]{1,300}))/i.exec(error.words) ?? [];
  const tag = quoted ?? bare;
  return {
    code: 'verify.policy-tag',
    cause: `a policy tag protects columns of ${table}${tag === undefined ? '' : `: ${tag}`}`,
    remedy:
      `Grant roles/datacatalog.categoryFineGrainedReader on the policy tag to serviceAccount:${email}, or leave those columns ` +
      'out of the model.',
  };
}

/** What an external table needs no grant on BigQuery gives, so waiting never helps. */
function ofDriveFile({ error, table, email }: Failure): Diagnosis | undefined {
  if (!/drive credentials/i.test(error.words)) return undefined;
  return {
    code: 'verify.drive-file',
    cause: `${table} is an external table over a file in Google Drive, which the service account cannot open`,
    remedy:
      `Share the file with ${email} as a viewer. Reading it also takes a token with the Drive scope, which Segment may not ask ` +
      'for: if syncs still fail, copy the data into a native table.',
  };
}

function ofBucket({ error, table, email }: Failure): Diagnosis | undefined {
  if (!/globbing file pattern|storage\.objects\.(?:get|list)/i.test(error.words)) return undefined;
  return {
    code: 'verify.bucket',
    cause: `${table} is an external table over Cloud Storage, and the service account may not read its files`,
    remedy: `Grant roles/storage.objectViewer on the bucket to serviceAccount:${email}.`,
  };
}

function ofConnection({ error, table, email }: Failure): Diagnosis | undefined {
  if (!/bigquery\.connections\.(?:use|delegate)/i.test(error.words)) return undefined;
  return {
    code: 'verify.connection',
    cause: `${table} is read through a BigQuery connection, which the service account may not use`,
    remedy: `Grant roles/bigquery.connectionUser on the connection to serviceAccount:${email}.`,
  };
}

/** Segment's queries are GoogleSQL. */
function ofLegacyView({ error, table }: Failure): Diagnosis | undefined {
  if (!/legacy sql view/i.test(error.words)) return undefined;
  return {
    code: 'verify.legacy-view',
    cause: `${table} is, or reads, a view in legacy SQL, which GoogleSQL queries cannot use`,
    remedy: 'Rewrite the view in GoogleSQL.',
  };
}

function ofAbsence({ error, table }: Failure): Diagnosis | undefined {
  const elsewhere = /was not found in location (\S+)/.exec(error.words)?.[1];
  if (elsewhere !== undefined) {
    return {
      code: 'verify.table-elsewhere',
      cause: `${table} does not exist, or is not in ${elsewhere}`,
      remedy:
        'Check its name. One Segment source has one location: tables in other locations need a source of their own.',
    };
  }
  if (error.code !== 404) return undefined;
  return {
    code: 'verify.table-missing',
    cause: `${table} does not exist`,
    remedy: 'Check its name in `proof_tables`.',
  };
}

function ofStatement({ error }: Failure): Diagnosis | undefined {
  if (error.code !== 400) return undefined;
  return {
    code: 'verify.table-invalid',
    cause: `BigQuery rejects the query: ${error.words}`,
    remedy: 'Check the name in `proof_tables`.',
  };
}

/** BigQuery names the table that it refuses: another one than was asked for is what a view reads. */
function ofView({ error, table, projectId, email }: Failure): Diagnosis | undefined {
  const [, project, dataset, name] = /Table ([^\s:]+):([^\s.]+)\.([^\s:,]+)/.exec(error.words) ?? [];
  if (project === undefined || dataset === undefined || name === undefined) return undefined;
  const base = `${project}.${dataset}.${name}`;
  if (base === inFull(table, projectId)) return undefined;
  return {
    code: 'verify.view-base',
    cause: `${table} is a view over ${base}, which the service account may not read`,
    remedy: `Authorize the view on the dataset of ${base}, or grant roles/bigquery.dataViewer on that dataset to serviceAccount:${email}.`,
  };
}

function ofOtherProject({ table, projectId, email }: Failure): Diagnosis | undefined {
  if (inFull(table, projectId).startsWith(`${projectId}.`)) return undefined;
  return {
    code: 'verify.table-in-other-project',
    cause: `${table} is in another project, and the access mode gives access in ${projectId} only`,
    remedy: `Grant roles/bigquery.dataViewer on its dataset to serviceAccount:${email}.`,
  };
}

/** `project.dataset.table` */
function inFull(table: string, projectId: string): string {
  return table.split('.').length === 2 ? `${projectId}.${table}` : table;
}

import { READ_SESSIONS } from '../blueprint/access-modes.ts';
import type { Inputs } from '../inputs/inputs.ts';

/**
 * What the account must be able to do, and what it must not: worded as what is tried. Pure.
 *
 * A dry run enforces permissions, costs nothing and leaves nothing behind; one `testIamPermissions`, asked as the account,
 * answers the rest.
 */
export interface Claim {
  /** `run a query (dry run of SELECT 1)` */
  readonly what: string;
  readonly expected: 'can' | 'cannot';
  readonly attempt: Attempt;
}

/** How a claim is tried, as the account. */
export type Attempt =
  | { readonly kind: 'mint' }
  | { readonly kind: 'permission'; readonly permission: string }
  /** `table`: what a model would read, as the user wrote it. */
  | {
      readonly kind: 'statement';
      readonly statement: string;
      readonly table?: string;
      readonly on: 'project' | 'dataset';
      /** Where the job runs; undefined = BigQuery finds out. */
      readonly location?: string | undefined;
    }
  /** Tables of a dataset (`project.dataset`) are listed: a right that its readers have, and no custom role of ours. */
  | { readonly kind: 'tables'; readonly dataset: string }
  /** The dataset is seen, and lies in this location if one is known. */
  | { readonly kind: 'dataset'; readonly location: string | undefined };

/** What is known when the claims are drawn up. */
export interface ClaimFacts {
  readonly datasetId: string;
  /** In `full` Segment makes the dataset itself: until then there is nothing to see. */
  readonly isDatasetThere: boolean;
  /** Where it lies, or is to lie. */
  readonly location: string | undefined;
}

/** What reading takes; in `scoped` it is held on datasets, never on the project. */
const READING = ['bigquery.datasets.get', 'bigquery.tables.getData'] as const;

/** Minting is tried before anything else: without a token nothing can be. */
export const MINT: Claim = { what: 'mint a token', expected: 'can', attempt: { kind: 'mint' } };

/** What an access mode promises, in both directions; positive claims first. */
export function claimsOf(inputs: ClaimInputs, facts: ClaimFacts): Claim[] {
  return [...canClaims(inputs, facts), ...cannotClaims(inputs)];
}

/** The inputs on which claims depend. */
export type ClaimInputs = Pick<Inputs, 'accessMode' | 'projectId' | 'readApi' | 'proofTables' | 'sourceDatasets'>;

/** What the grants of an access mode must make possible, whatever tables there are. */
export function grantClaims(inputs: ClaimInputs, facts: ClaimFacts): Claim[] {
  return canClaims({ ...inputs, proofTables: [] }, facts);
}

function canClaims(inputs: ClaimInputs, { datasetId, isDatasetThere, location }: ClaimFacts): Claim[] {
  const { accessMode, projectId } = inputs;
  const can = (what: string, attempt: Attempt): Claim => ({ what, expected: 'can', attempt });
  const use = (permission: string): Claim =>
    can(`use ${permission} on the project`, { kind: 'permission', permission });
  const probe = `\`${projectId}.${datasetId}.segment_reverse_etl_probe\``;
  const dataset = [
    can(`see the state dataset ${datasetId}${location === undefined ? '' : `, in ${location}`}`, {
      kind: 'dataset',
      location,
    }),
    can(`create tables in ${datasetId} (dry run of CREATE TABLE)`, {
      kind: 'statement',
      statement: `CREATE TABLE ${probe} (x INT64)`,
      on: 'dataset',
      location,
    }),
  ];
  const read = (table: string): Claim => {
    const attempt = { kind: 'statement', statement: `SELECT * FROM \`${table}\``, table, on: 'project' } as const;
    return can(`read ${table} (dry run of SELECT)`, attempt);
  };
  return [
    can('run a query (dry run of SELECT 1)', { kind: 'statement', statement: 'SELECT 1', on: 'project' }),
    ...(accessMode === 'full' && !isDatasetThere ? [] : dataset),
    ...(accessMode === 'scoped' ? inputs.sourceDatasets : []).map((name) =>
      can(`read the dataset ${name} (list of its tables)`, { kind: 'tables', dataset: name }),
    ),
    ...inputs.proofTables.map(read),
    ...(accessMode === 'full' ? ['bigquery.datasets.create', 'bigquery.tables.updateData'] : []).map(use),
    ...(accessMode === 'scoped' ? [] : READING).map(use),
    ...(inputs.readApi === 'storage' ? READ_SESSIONS.map(use) : []),
  ];
}

function cannotClaims({ accessMode, readApi }: ClaimInputs): Claim[] {
  const never = ['resourcemanager.projects.setIamPolicy', 'iam.serviceAccountKeys.create'];
  const beyond = ['bigquery.datasets.create', 'bigquery.tables.updateData'];
  const sessions = readApi === 'storage' ? [] : READ_SESSIONS;
  const reading = accessMode === 'scoped' ? READING : [];
  return [...never, ...(accessMode === 'full' ? [] : [...beyond, ...reading, ...sessions])].map((permission) => ({
    what: `use ${permission} on the project`,
    expected: 'cannot',
    attempt: { kind: 'permission', permission },
  }));
}

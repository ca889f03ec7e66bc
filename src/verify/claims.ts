import type { PlanView, StepView } from '../engine/plan.ts';
import { STATE_DATASET } from '../inputs/names.ts';
import type { Access, Target } from '../inputs/target.ts';

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
  | Statement
  /** Tables of a dataset (`project.dataset`) are listed: a right that its readers have, and no custom role of ours. */
  | { readonly kind: 'tables'; readonly dataset: string }
  /** A mapping of Segment syncs: told by what it did, since nobody but Segment can try. */
  | { readonly kind: 'sync'; readonly mapping: string }
  /** A model that runs in Segment is tried, as Segment wraps it: with all other models. */
  | { readonly kind: 'model'; readonly model: string }
  /** The dataset is seen, and lies in this location if one is known. */
  | { readonly kind: 'dataset'; readonly location: string | undefined };

/** A dry run. */
export interface Statement {
  readonly kind: 'statement';
  readonly statement: string;
  /** What a model would read, as the user wrote it. */
  readonly table?: string;
  readonly on: 'project' | 'dataset';
  /** Where the job runs; undefined = BigQuery finds out. */
  readonly location?: string | undefined;
}

/** The part of a target on which claims depend. */
export interface ClaimTarget extends Pick<Target, 'projectId' | 'proofTables'> {
  readonly access: Pick<Access, 'mode' | 'sourceDatasets' | 'readApi'>;
}

/** What is known of the state dataset when the claims are drawn up. */
export interface ClaimFacts {
  /** In `full` Segment creates the dataset itself: until then there is nothing to see. */
  readonly isDatasetThere: boolean;
  /** Where it lies, or is to lie. */
  readonly location: string | undefined;
}

// Typed out once more, besides the rows of the blueprint: what is granted is tried against what Segment's guide says.

/** What reading takes; in `scoped` it is held on datasets, never on the project. */
const READING = ['bigquery.datasets.get', 'bigquery.tables.getData'] as const;
/** What only `full` gives. */
const WRITING = ['bigquery.datasets.create', 'bigquery.tables.updateData'] as const;
/** What reading by the Storage Read API takes besides. */
const READ_SESSIONS = [
  'bigquery.readsessions.create',
  'bigquery.readsessions.getData',
  'bigquery.readsessions.update',
] as const;
/** What no access mode gives: it would lead to everything else. */
const NEVER = ['resourcemanager.projects.setIamPolicy', 'iam.serviceAccountKeys.create'] as const;

/** Minting is tried before anything else: without a token nothing can be. */
export const MINT: Claim = { what: 'mint a token', expected: 'can', attempt: { kind: 'mint' } };

/** What an access mode promises, in both directions; positive claims first. */
export function claimsOf(target: ClaimTarget, facts: ClaimFacts): Claim[] {
  return [...canClaims(target, facts), ...cannotClaims(target)];
}

/** What the access mode promises, of what the plan found or is about to create. */
export function claimsIn(plan: PlanView, target: ClaimTarget): Claim[] {
  const isDatasetThere = target.access.mode !== 'full' || stateDatasetIn(plan)?.isThere === true;
  return claimsOf(target, { isDatasetThere, location: locationIn(plan) });
}

/** What the grants of the access mode must make possible, whatever tables there are: tried before anything is taken away. */
export function grantClaimsIn(plan: PlanView, target: ClaimTarget): Claim[] {
  return canClaims({ ...target, proofTables: [] }, { isDatasetThere: false, location: locationIn(plan) });
}

/** Where the state dataset lies, or is to lie. */
function locationIn(plan: PlanView): string | undefined {
  const location = stateDatasetIn(plan)?.outputs.location;
  return location === '' ? undefined : location;
}

function stateDatasetIn(plan: PlanView): StepView | undefined {
  return plan.steps.find(({ address }) => address.kind === 'dataset' && address.name === STATE_DATASET);
}

function can(what: string, attempt: Attempt): Claim {
  return { what, expected: 'can', attempt };
}

function use(permission: string): Claim {
  return can(`use ${permission} on the project`, { kind: 'permission', permission });
}

function read(table: string): Claim {
  const statement = `SELECT * FROM \`${table}\``;
  return can(`read ${table} (dry run of SELECT)`, { kind: 'statement', statement, table, on: 'project' });
}

function canClaims({ access, projectId, proofTables }: ClaimTarget, facts: ClaimFacts): Claim[] {
  const { mode } = access;
  const isFull = mode === 'full';
  const isScoped = mode === 'scoped';
  return [
    can('run a query (dry run of SELECT 1)', { kind: 'statement', statement: 'SELECT 1', on: 'project' }),
    ...(isFull && !facts.isDatasetThere ? [] : stateDatasetClaims(projectId, facts.location)),
    ...(isScoped ? access.sourceDatasets : []).map((dataset) =>
      can(`read the dataset ${dataset} (list of its tables)`, { kind: 'tables', dataset }),
    ),
    ...proofTables.map(read),
    ...(isFull ? WRITING : []).map(use),
    ...(isScoped ? [] : READING).map(use),
    ...(access.readApi === 'storage' ? READ_SESSIONS : []).map(use),
  ];
}

function stateDatasetClaims(projectId: string, location: string | undefined): Claim[] {
  const probe = `\`${projectId}.${STATE_DATASET}.segment_reverse_etl_probe\``;
  const place = location === undefined ? '' : `, in ${location}`;
  return [
    can(`see the state dataset ${STATE_DATASET}${place}`, { kind: 'dataset', location }),
    can(`create tables in ${STATE_DATASET} (dry run of CREATE TABLE)`, {
      kind: 'statement',
      statement: `CREATE TABLE ${probe} (x INT64)`,
      on: 'dataset',
      location,
    }),
  ];
}

function cannotClaims({ access: { mode, readApi } }: ClaimTarget): Claim[] {
  const beyond = [...WRITING, ...(mode === 'scoped' ? READING : []), ...(readApi === 'storage' ? [] : READ_SESSIONS)];
  return [...NEVER, ...(mode === 'full' ? [] : beyond)].map((permission) => ({
    ...use(permission),
    expected: 'cannot',
  }));
}

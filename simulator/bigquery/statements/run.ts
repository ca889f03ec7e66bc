/** What statements run with and come to, and how they find what they name. */
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { isSameLocation } from '../location.ts';
import type { Path } from '../sql/statement.ts';
import { bigQueryState } from '../state.ts';
import type { DatasetState, FieldState } from '../state.ts';

/** Where and how a statement runs. */
export interface StatementOptions {
  readonly project: string;
  /** As asked for; undefined = where the data lies that the statement names. */
  readonly location: string | undefined;
  readonly dryRun: boolean;
  /** Dataset of names without one. */
  readonly defaultDataset: { readonly project: string; readonly datasetId: string } | undefined;
}

/** What a statement came to. */
export interface StatementResult {
  readonly location: string;
  readonly fields: readonly FieldState[];
  readonly rows: readonly { readonly f: readonly { readonly v: string | null }[] }[];
  readonly bytes: number;
  /** `statistics.query` of its job, besides bytes and schema. */
  readonly statistics: Readonly<Record<string, unknown>>;
}

/** A result without rows. */
export function done(location: string, statistics: Readonly<Record<string, unknown>>): StatementResult {
  return { location, fields: [], rows: [], bytes: 0, statistics };
}

/** Names of the wire, such as `ddlTargetDataset` has them. */
export interface DatasetName {
  readonly project: string;
  readonly dataset: string;
}

export function datasetOf(path: Path, options: StatementOptions): DatasetName {
  const [last = '', project = options.project, ...rest] = [...path].reverse();
  if (rest.length > 0) throw bigQuery(400, 'invalid', `Invalid dataset name: ${path.join('.')}`);
  return { project, dataset: last };
}

export function tableOf(path: Path, options: StatementOptions): DatasetName & { readonly table: string } {
  const [table = '', dataset, project, ...rest] = [...path].reverse();
  if (rest.length > 0) throw bigQuery(400, 'invalid', `Invalid table name: ${path.join('.')}`);
  if (dataset !== undefined) return { project: project ?? options.project, dataset, table };
  const { defaultDataset } = options;
  if (defaultDataset !== undefined)
    return { project: defaultDataset.project, dataset: defaultDataset.datasetId, table };
  throw bigQuery(400, 'invalid', `Table "${table}" must be qualified with a dataset (e.g. dataset.table).`);
}

/** The dataset, if it is there and where the job runs; otherwise throws 404. */
export function locate(
  { project, dataset }: DatasetName,
  { location }: StatementOptions,
  { world }: Context,
): DatasetState {
  const found = bigQueryState(world).datasets[`${project}:${dataset}`];
  if (found !== undefined && (location === undefined || isSameLocation(found.location, location))) return found;
  throw bigQuery(
    404,
    'notFound',
    `Not found: Dataset ${project}:${dataset} was not found in location ${location ?? 'US'}`,
  );
}

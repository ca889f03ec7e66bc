/** What a SELECT reads: a table, or a view and what that reads. */
import { holds } from '../../directory/permissions.ts';
import { record } from '../../engine/json.ts';
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { targetOf } from '../permissions.ts';
import { parse } from '../sql/parser.ts';
import type { Path, Select } from '../sql/statement.ts';
import { bigQueryState } from '../state.ts';
import type { DatasetState, FieldState } from '../state.ts';
import { liveTable } from '../tables/life.ts';
import { resultFields } from './columns.ts';
import { locate, tableOf } from './run.ts';
import type { StatementOptions } from './run.ts';

/** A table that a statement reads, or what a view reads. */
export interface Source {
  readonly location: string;
  readonly fields: readonly FieldState[];
  readonly bytes: number;
  readonly tables: readonly Readonly<Record<string, string>>[];
}

/** The view on whose behalf a table is read. */
interface Through {
  readonly dataset: DatasetState;
  readonly view: string;
  readonly depth: number;
}

export function readTable(path: Path, options: StatementOptions, context: Context, through?: Through): Source {
  const name = tableOf(path, options);
  const { project, dataset: datasetId, table: tableId } = name;
  if (datasetId.toUpperCase() === 'INFORMATION_SCHEMA')
    throw bigQuery(400, 'invalidQuery', 'INFORMATION_SCHEMA is not supported by this simulator.');
  const spelled = `${project}:${datasetId}.${tableId}`;
  const isAuthorized =
    through !== undefined && authorizes(bigQueryState(context.world).datasets[`${project}:${datasetId}`], through);
  if (!isAuthorized && !holds(context, context.caller(), 'bigquery.tables.getData', targetOf(name, context))) {
    const where = options.location === undefined ? '' : ` in location ${options.location}`;
    throw bigQuery(
      403,
      'accessDenied',
      `Access Denied: Table ${spelled}: User does not have permission to query table ${spelled}, or perhaps it does not exist${where}.`,
    );
  }
  const dataset = locate(name, options, context);
  const table = liveTable(dataset, tableId, context.now);
  if (table === undefined)
    throw bigQuery(404, 'notFound', `Not found: Table ${spelled} was not found in location ${dataset.location}`);
  const tables = [{ projectId: project, datasetId, tableId }];
  const { location } = dataset;
  if (table.view === undefined) return { location, fields: table.schema.fields, bytes: table.numBytes, tables };
  const depth = (through?.depth ?? 0) + 1;
  if (depth > 16) throw bigQuery(400, 'invalidQuery', 'The query exceeds the maximum depth of views.');
  const inner = { ...options, project, location, defaultDataset: undefined };
  const base = readView(table.view, inner, context, { dataset, view: tableId, depth });
  return { ...base, location, tables: [...tables, ...base.tables] };
}

/** A view's own statement, as whoever calls, except where the dataset that it reads has authorized it. */
function readView(sql: string, options: StatementOptions, context: Context, through: Through): Source {
  const statement = parse(sql);
  if (statement.kind !== 'select') throw bigQuery(400, 'invalidQuery', 'A view must be a SELECT.');
  const location = options.location ?? 'US';
  const none = { location, fields: [], bytes: 0, tables: [] };
  const source = statement.from === undefined ? none : readTable(statement.from, options, context, through);
  checkTags(statement, source, context);
  return { ...source, fields: resultFields(statement, statement.from === undefined ? undefined : source.fields) };
}

/** Whether the dataset's access list lets this view, or every view of its dataset, read it. */
function authorizes(target: DatasetState | undefined, { dataset, view }: Through): boolean {
  const isOf = (given: unknown): boolean => {
    const { projectId, datasetId } = record(given);
    return projectId === dataset.project && datasetId === dataset.datasetId;
  };
  return (target?.access ?? []).some(
    (entry) =>
      (isOf(entry['view']) && record(entry['view'])['tableId'] === view) || isOf(record(entry['dataset'])['dataset']),
  );
}

/** Throws for columns that a policy tag protects from the caller; only those count that the statement touches. */
export function checkTags(statement: Select, source: Source, context: Context): void {
  const compared = statement.where.flat();
  const named = [...statement.items.map(({ expression }) => expression), ...compared];
  const isWhole = named.some(({ kind }) => kind === 'all');
  const names = named.flatMap((one) => (one.kind === 'column' ? [one.name.split('.').at(-1)?.toLowerCase()] : []));
  const hidden = source.fields.filter(
    (field) => field.policyTags !== undefined && (isWhole || names.includes(field.name.toLowerCase())),
  );
  const [first] = hidden;
  const { projectId = '', datasetId = '', tableId = '' } = source.tables.at(-1) ?? {};
  if (
    first === undefined ||
    holds(context, context.caller(), 'datacatalog.categories.fineGrainedGet', { project: projectId })
  )
    return;
  const columns = hidden.map(({ name }) => `${projectId}.${datasetId}.${tableId}.${name}`).join(', ');
  throw bigQuery(
    403,
    'accessDenied',
    `Access Denied: BigQuery BigQuery: User does not have permission to access data protected by policy tag "${first.policyTags?.names[0] ?? ''}" on column(s) ${columns}.`,
  );
}

/** What a SELECT reads: a table, or a view and what that reads. */
import { holds } from '../../directory/permissions.ts';
import { record } from '../../engine/json.ts';
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { parse } from '../sql/parser.ts';
import type { Path, Select } from '../sql/statement.ts';
import { bigQueryState } from '../state.ts';
import type { DatasetState, FieldState } from '../state.ts';
import { pseudoColumns, requireFiles, requiredColumns } from '../tables/layout.ts';
import { liveTable } from '../tables/life.ts';
import { resultFields } from './columns.ts';
import { requireReadable } from './readable.ts';
import { locate, tableOf } from './run.ts';
import type { StatementOptions } from './run.ts';

/** A table that a statement reads, or what a view reads. */
export interface Source {
  readonly location: string;
  readonly fields: readonly FieldState[];
  readonly bytes: number;
  readonly tables: readonly Readonly<Record<string, string>>[];
  /** Columns that can be compared and are not listed by `*`. */
  readonly pseudo: readonly FieldState[];
  /** What must be compared, and in which table. */
  readonly required: { readonly table: string; readonly columns: readonly string[] } | undefined;
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
  if (!isAuthorized) requireReadable(name, options, context);
  const dataset = locate(name, options, context);
  const table = liveTable(dataset, tableId, context.now);
  if (table === undefined)
    throw bigQuery(404, 'notFound', `Not found: Table ${spelled} was not found in location ${dataset.location}`);
  const tables = [{ projectId: project, datasetId, tableId }];
  const { location } = dataset;
  if (table.view === undefined) {
    requireFiles(table, project, context);
    const columns = requiredColumns(table);
    return {
      ...{ location, fields: table.schema.fields, bytes: table.numBytes, tables, pseudo: pseudoColumns(table) },
      required: columns.length === 0 ? undefined : { table: `${project}.${datasetId}.${tableId}`, columns },
    };
  }
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
  const none = { location, fields: [], bytes: 0, tables: [], pseudo: [], required: undefined };
  const source = statement.from === undefined ? none : readTable(statement.from, options, context, through);
  checkTags(statement, source, context);
  const fields = resultFields(statement, statement.from === undefined ? undefined : source.fields);
  return { ...source, fields, pseudo: [], required: compares(statement, source) ? undefined : source.required };
}

/** Throws for a table that may be read in part only, where the statement does not say which part. */
export function checkFilter(statement: Select, source: Source): void {
  if (source.required === undefined || compares(statement, source)) return;
  const { table, columns } = source.required;
  const named = columns.map((column) => `'${column}'`).join(', ');
  throw bigQuery(
    400,
    'invalidQuery',
    `Cannot query over table '${table}' without a filter over column(s) ${named} that can be used for partition elimination`,
  );
}

/** Whether it compares one of the columns by which the table is partitioned. */
function compares({ where }: Select, { required }: Source): boolean {
  const columns = (required?.columns ?? []).map((column) => column.toLowerCase());
  return where.flat().some((one) => one.kind === 'column' && columns.includes(lastPart(one.name)));
}

function lastPart(name: string): string {
  return name.split('.').at(-1)?.toLowerCase() ?? '';
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

const READERS = ['datacatalog.categories.fineGrainedGet', 'bigquery.dataPolicies.maskedGet'];

/** Throws for columns that a policy tag protects from the caller; only those count that the statement touches. */
export function checkTags(statement: Select, source: Source, context: Context): void {
  const compared = statement.where.flat();
  const named = [...statement.items.map(({ expression }) => expression), ...compared];
  const isWhole = named.some(({ kind }) => kind === 'all');
  const names = named.flatMap((one) => (one.kind === 'column' ? [lastPart(one.name)] : []));
  const hidden = source.fields.filter(
    (field) => field.policyTags !== undefined && (isWhole || names.includes(field.name.toLowerCase())),
  );
  const [first] = hidden;
  const { projectId = '', datasetId = '', tableId = '' } = source.tables.at(-1) ?? {};
  const mayRead = READERS.some((permission) => holds(context, context.caller(), permission, { project: projectId }));
  if (first === undefined || mayRead) return;
  const [tag = ''] = first.policyTags?.names ?? [];
  const title = bigQueryState(context.world).policyTags[tag] ?? tag;
  const columns = hidden.map(({ name }) => `${projectId}.${datasetId}.${tableId}.${name}`).join(', ');
  throw bigQuery(
    403,
    'accessDenied',
    `Access Denied: BigQuery BigQuery: User has neither fine-grained reader nor masked get permission to get data protected by policy tag "${title}" on column(s) ${columns}.`,
  );
}

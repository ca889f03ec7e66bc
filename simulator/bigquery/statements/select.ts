/** SELECT: of constants, or of one table or view, whose rows this world does not keep. */
import { holds } from '../../directory/permissions.ts';
import { record } from '../../engine/json.ts';
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { targetOf } from '../permissions.ts';
import { parse } from '../sql/parser.ts';
import type { Expression, Path, Select } from '../sql/statement.ts';
import { bigQueryState } from '../state.ts';
import type { DatasetState, FieldState } from '../state.ts';
import { liveTable } from '../tables/life.ts';
import { resultFields, typeOf } from './columns.ts';
import { locate, tableOf } from './run.ts';
import type { StatementOptions, StatementResult } from './run.ts';

/** A table that a statement reads, or what a view reads. */
interface Source {
  readonly location: string;
  readonly fields: readonly FieldState[];
  readonly bytes: number;
  readonly tables: readonly Readonly<Record<string, string>>[];
}

export function select(statement: Select, options: StatementOptions, context: Context): StatementResult {
  const { from, items, where, limit } = statement;
  const source = from === undefined ? undefined : readTable(from, options, context);
  if (source !== undefined) checkTags(statement, source, context);
  const fields = resultFields(statement, source?.fields);
  for (const [left, right] of where) {
    if (left.kind === 'count' || right.kind === 'count')
      throw bigQuery(400, 'invalidQuery', 'Aggregate function COUNT(*) not allowed in WHERE clause');
    const types = [left, right].map((one) => typeOf(one, statement, source?.fields));
    const isNull = [left, right].some((one) => one.kind === 'literal' && one.value === null);
    if (!isNull && new Set(types.map((type) => (type === 'FLOAT' ? 'INTEGER' : type))).size > 1)
      throw bigQuery(
        400,
        'invalidQuery',
        `No matching signature for operator = for argument types: ${types.join(', ')}`,
      );
  }
  const expressions = items.flatMap(({ expression }) => (expression.kind === 'all' ? [] : [expression]));
  const isOneRow = source === undefined || expressions.some(({ kind }) => kind === 'count');
  const row = { f: expressions.map((expression) => ({ v: valueOf(expression, statement, context) })) };
  const referencedTables = source === undefined ? {} : { referencedTables: source.tables };
  return {
    location: source?.location ?? options.location ?? 'US',
    fields,
    rows: isOneRow && limit !== 0 ? [row] : [],
    bytes: source?.bytes ?? 0,
    statistics: { statementType: 'SELECT', ...referencedTables },
  };
}

function valueOf(expression: Expression, { from }: Select, context: Context): string | null {
  if (expression.kind === 'literal') return expression.value;
  if (expression.kind === 'session user') return context.caller().principal.replace(/^(user|serviceAccount):/, '');
  if (expression.kind === 'count') return from === undefined ? '1' : '0';
  return null;
}

/** Throws for columns that a policy tag protects from the caller; only those count that the statement touches. */
function checkTags(statement: Select, source: Source, context: Context): void {
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

/** The view on whose behalf a table is read. */
interface Through {
  readonly dataset: DatasetState;
  readonly view: string;
  readonly depth: number;
}

function readTable(path: Path, options: StatementOptions, context: Context, through?: Through): Source {
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

/** A view's own statement, as whoever calls, except where the dataset that it reads has authorised it. */
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

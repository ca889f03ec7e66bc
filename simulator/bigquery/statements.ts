/** Carries out, or only tries, a statement as whoever calls. */
import { holds, requireOnDataset, requireOnProject } from '../permissions.ts';
import { nextEtag } from '../random.ts';
import { bigQuery } from '../refusal.ts';
import type { Context } from '../route.ts';
import { addDataset, makeDataset } from './datasets.ts';
import { canonicalEntry, followAccess } from './members.ts';
import { parse } from './sql.ts';
import type { Path, Statement } from './sql.ts';
import type { DatasetState } from './state.ts';

/** What a statement came to. */
export interface StatementResult {
  readonly statementType: string;
  readonly location: string;
  readonly schema: { readonly fields: readonly unknown[] };
  readonly rows: readonly unknown[];
  readonly bytes: number;
}

/** Where and how a statement runs. */
export interface StatementOptions {
  readonly project: string;
  readonly location: string | undefined;
  readonly dryRun: boolean;
}

/** Throws the refusal that BigQuery would give. A dry run checks the same permissions and changes nothing. */
export function execute(sql: string, options: StatementOptions, context: Context): StatementResult {
  requireOnProject(context, 'bigquery.jobs.create', options.project);
  const statement = parse(sql);
  if (statement.kind === 'select') return select(statement, options, context);
  if (statement.kind === 'create schema') return createSchema(statement, options, context);
  if (statement.kind === 'create table') return createTable(statement, options, context);
  return grant(statement, options, context);
}

function result(statementType: string, location: string): StatementResult {
  return { statementType, location, schema: { fields: [] }, rows: [], bytes: 0 };
}

function resolve({ parts }: Path, depth: number, options: StatementOptions): string[] {
  const full = parts.length === depth ? [options.project, ...parts] : [...parts];
  if (full.length !== depth + 1)
    throw bigQuery(400, 'invalid', `"${parts.join('.')}" must be qualified with a dataset (e.g. dataset.table).`);
  return full;
}

/** The dataset, if it is there and where the job runs. */
function locate(
  project: string,
  datasetId: string,
  options: StatementOptions,
  context: Context,
): DatasetState | undefined {
  const dataset = context.world.bigQuery.datasets[`${project}:${datasetId}`];
  if (
    dataset !== undefined &&
    options.location !== undefined &&
    dataset.location.toLowerCase() !== options.location.toLowerCase()
  ) {
    throw bigQuery(
      404,
      'notFound',
      `Not found: Dataset ${project}:${datasetId} was not found in location ${options.location}`,
    );
  }
  return dataset;
}

function select(
  statement: Extract<Statement, { kind: 'select' }>,
  options: StatementOptions,
  context: Context,
): StatementResult {
  if (statement.from === undefined) {
    if (statement.columns.some((column) => !/^(\d|[A-Za-z_])/.test(column)))
      throw bigQuery(400, 'invalidQuery', 'SELECT * must have a FROM clause');
    const fields = statement.columns.map((_column, index) => ({
      name: `f${String(index)}_`,
      type: 'INTEGER',
      mode: 'NULLABLE',
    }));
    return {
      ...result('SELECT', options.location ?? 'US'),
      schema: { fields },
      rows: [{ f: statement.columns.map((value) => ({ v: value })) }],
    };
  }
  const [project = '', datasetId = '', tableId = ''] = resolve(statement.from, 2, options);
  const dataset = locate(project, datasetId, options, context);
  const name = `${project}:${datasetId}.${tableId}`;
  const table = dataset?.tables[tableId];
  if (!holds(context, context.caller(), 'bigquery.tables.getData', { project, dataset: datasetId })) {
    const where = options.location === undefined ? '' : ` in location ${options.location}`;
    throw bigQuery(
      403,
      'accessDenied',
      `Access Denied: Table ${name}: User does not have permission to query table ${name}, or perhaps it does not exist${where}.`,
    );
  }
  if (dataset === undefined || table === undefined)
    throw bigQuery(404, 'notFound', `Not found: Table ${name} was not found in location ${options.location ?? 'US'}`);
  return {
    ...result('SELECT', dataset.location),
    schema: table.schema as StatementResult['schema'],
    bytes: table.numBytes,
  };
}

function createSchema(
  statement: Extract<Statement, { kind: 'create schema' }>,
  options: StatementOptions,
  context: Context,
): StatementResult {
  const [project = '', datasetId = ''] = resolve(statement.schema, 1, options);
  const location = statement.location ?? options.location ?? 'US';
  if (
    statement.location !== undefined &&
    options.location !== undefined &&
    statement.location.toLowerCase() !== options.location.toLowerCase()
  ) {
    throw bigQuery(
      400,
      'invalidQuery',
      `The location ${statement.location} does not match the location of the job, ${options.location}`,
    );
  }
  requireOnProject(context, 'bigquery.datasets.create', project);
  const existing = context.world.bigQuery.datasets[`${project}:${datasetId}`];
  if (existing !== undefined) {
    // Even when it lies elsewhere: IF NOT EXISTS asks no further.
    if (statement.ifNotExists) return result('CREATE_SCHEMA', location);
    throw bigQuery(409, 'duplicate', `Already Exists: Dataset ${project}:${datasetId}`);
  }
  const dataset = makeDataset(context, { project, datasetId, location });
  if (!options.dryRun) addDataset(dataset, context);
  return result('CREATE_SCHEMA', dataset.location);
}

function createTable(
  statement: Extract<Statement, { kind: 'create table' }>,
  options: StatementOptions,
  context: Context,
): StatementResult {
  const [project = '', datasetId = '', tableId = ''] = resolve(statement.table, 2, options);
  const dataset = locate(project, datasetId, options, context);
  requireOnDataset(context, 'bigquery.tables.create', { project, dataset: datasetId });
  if (dataset === undefined)
    throw bigQuery(
      404,
      'notFound',
      `Not found: Dataset ${project}:${datasetId} was not found in location ${options.location ?? 'US'}`,
    );
  if (dataset.tables[tableId] !== undefined && !statement.orReplace)
    throw bigQuery(409, 'duplicate', `Already Exists: Table ${project}:${datasetId}.${tableId}`);
  if (!options.dryRun) {
    const fields = statement.columns.map((name) => ({ name, type: 'INTEGER', mode: 'NULLABLE' }));
    dataset.tables[tableId] = { tableId, schema: { fields }, numBytes: 0, createdAt: context.now };
  }
  return result('CREATE_TABLE', dataset.location);
}

function grant(
  statement: Extract<Statement, { kind: 'grant' | 'revoke' }>,
  options: StatementOptions,
  context: Context,
): StatementResult {
  const [project = '', datasetId = ''] = resolve(statement.schema, 1, options);
  const dataset = locate(project, datasetId, options, context);
  requireOnDataset(context, 'bigquery.datasets.update', { project, dataset: datasetId });
  if (dataset === undefined)
    throw bigQuery(
      404,
      'notFound',
      `Not found: Dataset ${project}:${datasetId} was not found in location ${options.location ?? 'US'}`,
    );
  const entries = statement.members.map((member) => canonicalEntry(entryOf(member, statement.role), dataset, context));
  const same = (one: object, other: object): boolean =>
    JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
  if (!options.dryRun) {
    const others = dataset.access.filter((entry) => !entries.some((one) => same(one, entry)));
    dataset.access =
      statement.kind === 'grant'
        ? [...dataset.access, ...entries.filter((one) => !dataset.access.some((entry) => same(one, entry)))]
        : others;
    dataset.etag = nextEtag(context.world);
    dataset.modifiedAt = context.now;
    followAccess(dataset, context.now);
  }
  return result(statement.kind === 'grant' ? 'GRANT' : 'REVOKE', dataset.location);
}

function entryOf(member: string, role: string): Record<string, string> {
  const [kind, name = ''] = member.split(/:(.*)/s);
  if (kind === 'user') return { role, userByEmail: name };
  if (kind === 'group') return { role, groupByEmail: name };
  if (kind === 'domain') return { role, domain: name };
  if (kind === 'specialGroup') return { role, specialGroup: name };
  return { role, iamMember: member };
}

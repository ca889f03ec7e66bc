/** Tables: made, listed, read and deleted, so that datasets are seen to hold something and queries can name it. */
import { list, record, text } from '../../engine/json.ts';
import type { Context, Reply, Request, Route } from '../../engine/route.ts';
import { findDataset, guard } from '../datasets/find.ts';
import { bigQuery, unsupported } from '../envelope.ts';
import { serveMethod } from '../method.ts';
import { page } from '../paging.ts';
import { parse } from '../sql/parser.ts';
import type { DatasetState, FieldState, TableState } from '../state.ts';
import { select } from '../statements/select.ts';
import { tableFields } from './fields.ts';
import { findTable, tableName } from './find.ts';
import { noteFormerViews } from './former-views.ts';
import { LAYOUT, readLayout } from './layout.ts';
import { addTable, liveTable, liveTables, removeTable } from './life.ts';

const KEPT = ['kind', 'id', 'etag', 'type', 'tableReference', 'schema', 'view', 'description', 'numBytes', ...LAYOUT];

function listed(dataset: DatasetState, table: TableState): Record<string, unknown> {
  const { project: projectId, datasetId } = dataset;
  const { tableId, view, layout, createdAt, expiresAt } = table;
  return {
    kind: 'bigquery#table',
    id: tableName(dataset, tableId),
    tableReference: { projectId, datasetId, tableId },
    type: view !== undefined ? 'VIEW' : layout['externalDataConfiguration'] === undefined ? 'TABLE' : 'EXTERNAL',
    creationTime: String(Math.round(createdAt)),
    ...(expiresAt === undefined ? {} : { expirationTime: String(Math.round(expiresAt)) }),
  };
}

function answer(dataset: DatasetState, table: TableState): Record<string, unknown> {
  const { schema, view, description, numBytes, etag, createdAt } = table;
  return {
    ...listed(dataset, table),
    etag,
    schema,
    ...table.layout,
    ...(description === undefined ? {} : { description }),
    ...(view === undefined ? { numRows: '0' } : { view: { query: view, useLegacySql: false } }),
    numBytes: String(numBytes),
    lastModifiedTime: String(Math.round(createdAt)),
    location: dataset.location,
  };
}

/** `numBytes` is output only at Google; here it is taken, so that a dry run has something to count. */
function insertTable(request: Request, context: Context): Reply {
  const dataset = findDataset(request, context, 'bigquery.tables.create');
  const body = record(request.body);
  for (const [field, value] of Object.entries(body)) {
    if (!KEPT.includes(field) && value !== null) throw unsupported(`The field ${field} of a table`);
  }
  const tableId = text(record(body['tableReference'])['tableId']) ?? '';
  if (tableId === '') throw bigQuery(400, 'required', 'Required parameter is missing: tableId');
  if (liveTable(dataset, tableId, context.now) !== undefined)
    throw bigQuery(409, 'duplicate', `Already Exists: Table ${tableName(dataset, tableId)}`);
  const view = viewQuery(body['view']);
  const columns = tableFields(list(record(body['schema'])['fields']));
  const schema = { fields: view === undefined ? columns : [...viewFields(view, dataset, context)] };
  const description = text(body['description']);
  const table = addTable(
    dataset,
    {
      ...{ tableId, schema, numBytes: Number(body['numBytes'] ?? 0), layout: readLayout(body, schema.fields) },
      ...(view === undefined ? {} : { view }),
      ...(description === undefined ? {} : { description }),
    },
    context,
  );
  return { status: 200, body: answer(dataset, table) };
}

/** A view is taken only if this world can evaluate it, as whoever makes it. */
function viewQuery(given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  const { query, useLegacySql } = record(given);
  if (useLegacySql !== false) throw unsupported('A view in legacy SQL');
  return text(query) ?? '';
}

/** The columns of a view are those of its statement, whatever the body says. */
function viewFields(query: string, { project, location }: DatasetState, context: Context): readonly FieldState[] {
  const statement = parse(query);
  if (statement.kind !== 'select') throw bigQuery(400, 'invalidQuery', 'A view must be a SELECT.');
  return select(statement, { project, location, dryRun: true, defaultDataset: undefined }, context).fields;
}

function getTable(request: Request, context: Context): Reply {
  const [dataset, table] = findTable(request, context, 'bigquery.tables.get');
  return { status: 200, body: answer(dataset, table) };
}

function listTables(request: Request, context: Context): Reply {
  const dataset = findDataset(request, context, 'bigquery.tables.list');
  const tables = liveTables(dataset, context.now).map((table) => listed(dataset, table));
  const body = { kind: 'bigquery#tableList', etag: 'AAAA', totalItems: tables.length };
  return { status: 200, body: { ...body, ...page('tables', tables, request) } };
}

function deleteTable(request: Request, context: Context): Reply {
  const [dataset, table] = findTable(request, context, 'bigquery.tables.delete');
  guard({ ...dataset, etag: table.etag }, request);
  noteFormerViews(dataset, context, table.tableId);
  removeTable(dataset, table.tableId);
  return { status: 204 };
}

export const tableRoutes: Route[] = [
  serveMethod('tables.insert', insertTable),
  serveMethod('tables.list', listTables),
  serveMethod('tables.get', getTable),
  serveMethod('tables.delete', deleteTable),
];

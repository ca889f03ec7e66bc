/** CREATE TABLE and DROP TABLE. */
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { requireOnDataset } from '../permissions.ts';
import type { CreateTable, Drop } from '../sql/statement.ts';
import { checkNames, columnType } from '../tables/fields.ts';
import { addTable, liveTable, removeTable } from '../tables/life.ts';
import { done, locate, tableOf } from './run.ts';
import type { StatementOptions, StatementResult } from './run.ts';

export function createTable(statement: CreateTable, options: StatementOptions, context: Context): StatementResult {
  const name = tableOf(statement.path, options);
  requireOnDataset(context, 'bigquery.tables.create', name);
  if (statement.orReplace) requireOnDataset(context, 'bigquery.tables.update', name);
  const dataset = locate(name, options, context);
  const fields = statement.columns.map(({ name: column, type, isRequired }) => ({
    name: column,
    type: columnType(type),
    mode: isRequired ? 'REQUIRED' : 'NULLABLE',
  }));
  checkNames(fields);
  const isThere = liveTable(dataset, name.table, context.now) !== undefined;
  if (isThere && !statement.orReplace && !statement.ifNotExists)
    throw bigQuery(409, 'duplicate', `Already Exists: Table ${name.project}:${name.dataset}.${name.table}`);
  const ddlOperationPerformed = !isThere ? 'CREATE' : statement.orReplace ? 'REPLACE' : 'SKIP';
  if (!options.dryRun && ddlOperationPerformed !== 'SKIP')
    addTable(dataset, { tableId: name.table, schema: { fields } }, context);
  const statementType = 'CREATE_TABLE';
  return { ...done(dataset.location, { statementType, ddlOperationPerformed, ...target(name) }), fields };
}

export function dropTable(statement: Drop, options: StatementOptions, context: Context): StatementResult {
  const name = tableOf(statement.path, options);
  requireOnDataset(context, 'bigquery.tables.delete', name);
  const dataset = locate(name, options, context);
  const statistics = { statementType: 'DROP_TABLE', ...target(name) };
  if (liveTable(dataset, name.table, context.now) === undefined) {
    if (statement.ifExists) return done(dataset.location, { ...statistics, ddlOperationPerformed: 'SKIP' });
    throw bigQuery(404, 'notFound', `Not found: Table ${name.project}:${name.dataset}.${name.table}`);
  }
  if (!options.dryRun) removeTable(dataset, name.table);
  return done(dataset.location, { ...statistics, ddlOperationPerformed: 'DROP' });
}

function target({ project, dataset, table }: { project: string; dataset: string; table: string }): {
  ddlTargetTable: Record<string, string>;
} {
  return { ddlTargetTable: { projectId: project, datasetId: dataset, tableId: table } };
}

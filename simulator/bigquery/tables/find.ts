/** The table of a path. */
import type { Context, Request } from '../../engine/route.ts';
import { findDataset } from '../datasets/find.ts';
import { bigQuery } from '../envelope.ts';
import type { DatasetState, TableState } from '../state.ts';
import { liveTable } from './life.ts';

/** Name as messages spell it. */
export function tableName(dataset: DatasetState, tableId: string): string {
  return `${dataset.project}:${dataset.datasetId}.${tableId}`;
}

export function findTable(request: Request, context: Context, permission: string): [DatasetState, TableState] {
  const dataset = findDataset(request, context, permission);
  const { table: tableId = '' } = request.params;
  const table = liveTable(dataset, tableId, context.now);
  if (table === undefined) throw bigQuery(404, 'notFound', `Not found: Table ${tableName(dataset, tableId)}`);
  return [dataset, table];
}

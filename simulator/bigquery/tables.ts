/** Tables, as far as a dataset is seen to hold something. */
import { record, text } from '../json.ts';
import { requireOnDataset } from '../permissions.ts';
import { bigQuery } from '../refusal.ts';
import type { Context, Request, Route } from '../route.ts';
import { findDataset } from './datasets.ts';
import type { DatasetState, TableState } from './state.ts';

const ALL = '/bigquery/v2/projects/{project}/datasets/{dataset}/tables';

function answer(dataset: DatasetState, table: TableState): Record<string, unknown> {
  const { project: projectId, datasetId } = dataset;
  return {
    kind: 'bigquery#table',
    id: `${projectId}:${datasetId}.${table.tableId}`,
    tableReference: { projectId, datasetId, tableId: table.tableId },
    schema: table.schema,
    numBytes: String(table.numBytes),
    creationTime: String(table.createdAt),
    location: dataset.location,
    type: 'TABLE',
  };
}

function open(request: Request, context: Context, permission: string): DatasetState {
  const { project = '', dataset = '' } = request.params;
  requireOnDataset(context, permission, { project, dataset });
  return findDataset(request, context, permission);
}

export const tableRoutes: Route[] = [
  {
    on: `POST ${ALL}`,
    handle: (request, context) => {
      const dataset = open(request, context, 'bigquery.tables.create');
      const body = record(request.body);
      const tableId = text(record(body['tableReference'])['tableId']) ?? '';
      if (dataset.tables[tableId] !== undefined)
        throw bigQuery(409, 'duplicate', `Already Exists: Table ${dataset.project}:${dataset.datasetId}.${tableId}`);
      const table = { tableId, schema: body['schema'] ?? { fields: [] }, numBytes: 0, createdAt: context.now };
      dataset.tables[tableId] = table;
      return { status: 200, body: answer(dataset, table) };
    },
  },
  {
    on: `GET ${ALL}`,
    handle: (request, context) => {
      const dataset = open(request, context, 'bigquery.tables.list');
      const tables = Object.values(dataset.tables).map((table) => answer(dataset, table));
      return {
        status: 200,
        body: {
          kind: 'bigquery#tableList',
          etag: 'AAAA',
          totalItems: tables.length,
          ...(tables.length === 0 ? {} : { tables }),
        },
      };
    },
  },
  {
    on: `GET ${ALL}/{table}`,
    handle: (request, context) => {
      const dataset = open(request, context, 'bigquery.tables.get');
      const table = dataset.tables[request.params['table'] ?? ''];
      if (table === undefined)
        throw bigQuery(
          404,
          'notFound',
          `Not found: Table ${dataset.project}:${dataset.datasetId}.${request.params['table'] ?? ''}`,
        );
      return { status: 200, body: answer(dataset, table) };
    },
  },
];

/** Row access policies: who sees which rows. A dry run does not see them, and a query of somebody left out finds no rows. */
import { list, record, text } from '../../engine/json.ts';
import { nextEtag } from '../../engine/random.ts';
import type { Context, Reply, Request, Route } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { serveMethod } from '../method.ts';
import type { DatasetState, RowPolicyState, TableState } from '../state.ts';
import { findTable } from './find.ts';

function answer(dataset: DatasetState, table: TableState, policy: RowPolicyState): Record<string, unknown> {
  const { project: projectId, datasetId } = dataset;
  const { policyId, filterPredicate, etag, createdAt } = policy;
  const creationTime = new Date(createdAt).toISOString();
  return {
    rowAccessPolicyReference: { projectId, datasetId, tableId: table.tableId, policyId },
    ...{ filterPredicate, etag, creationTime, lastModifiedTime: creationTime },
  };
}

function listPolicies(request: Request, context: Context): Reply {
  const [dataset, table] = findTable(request, context, 'bigquery.rowAccessPolicies.list');
  const rowAccessPolicies = table.rowAccessPolicies.map((policy) => answer(dataset, table, policy));
  return { status: 200, body: rowAccessPolicies.length === 0 ? {} : { rowAccessPolicies } };
}

function insertPolicy(request: Request, context: Context): Reply {
  const [dataset, table] = findTable(request, context, 'bigquery.rowAccessPolicies.create');
  const body = record(request.body);
  const policyId = text(record(body['rowAccessPolicyReference'])['policyId']) ?? '';
  const filterPredicate = text(body['filterPredicate']) ?? '';
  if (policyId === '' || filterPredicate === '')
    throw bigQuery(400, 'required', 'Required parameter is missing: policyId or filterPredicate');
  if (table.view !== undefined) throw bigQuery(400, 'invalid', 'Row access policies are not supported on views.');
  if (table.rowAccessPolicies.some((one) => one.policyId === policyId))
    throw bigQuery(409, 'duplicate', `Already Exists: Row access policy ${policyId}`);
  const grantees = list(body['grantees']).map(String);
  const policy = { policyId, filterPredicate, grantees, etag: nextEtag(context.world), createdAt: context.now };
  table.rowAccessPolicies.push(policy);
  return { status: 200, body: answer(dataset, table, policy) };
}

export const rowPolicyRoutes: Route[] = [
  serveMethod('rowAccessPolicies.list', listPolicies),
  serveMethod('rowAccessPolicies.insert', insertPolicy),
];

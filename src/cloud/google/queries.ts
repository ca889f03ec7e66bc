import type { bigquery_v2 } from 'googleapis/build/src/apis/bigquery/v2.js';
import { ApiError } from '../../errors/api-error.ts';
import type { Cloud } from './clients.ts';

/** What is asked of BigQuery besides the datasets that this action looks after. */

/** A request below the project, or to an absolute address. */
export interface BigQueryRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly uri: string;
  readonly qs?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request, as the library sends it; an absolute `uri` stays as it is. Errors are the library's own. */
export function requestBigQuery<T>(cloud: Cloud, request: BigQueryRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    cloud.bigQuery.request(request, (error: unknown, body: unknown) => {
      if (error === null || error === undefined) resolve(body as T);
      else reject(error instanceof Error ? error : new Error('BigQuery failed without an error', { cause: error }));
    });
  });
}

/** Tries a statement without running it: BigQuery checks permissions, costs nothing and leaves nothing behind. */
export async function dryRun(cloud: Cloud, query: string, location: string | undefined): Promise<void> {
  const json = { query, useLegacySql: false, dryRun: true, ...(location === undefined ? {} : { location }) };
  await cloud.call({ call: `try the statement ${query}`, service: 'bigquery', repeatable: true }, () =>
    requestBigQuery(cloud, { method: 'POST', uri: '/queries', json }),
  );
}

/** The dataset as whoever asks sees it. Its access list is not asked for: that may need a right of its own. */
export async function seeDataset(cloud: Cloud, datasetId: string): Promise<bigquery_v2.Schema$Dataset> {
  const call = `see the dataset ${cloud.projectId}.${datasetId}`;
  const request = { method: 'GET', uri: `/datasets/${datasetId}`, qs: { datasetView: 'METADATA' } } as const;
  return cloud.call({ call, service: 'bigquery', repeatable: true }, () =>
    requestBigQuery<bigquery_v2.Schema$Dataset>(cloud, request),
  );
}

/** Lists a table of a dataset (`project.dataset`), as whoever asks. @throws ApiError where it may not */
export async function seeTables(cloud: Cloud, name: string): Promise<void> {
  const at = name.lastIndexOf('.');
  const [projectId, datasetId] = [name.slice(0, at), name.slice(at + 1)];
  const uri = `${cloud.endpoints.bigQuery}/bigquery/v2/projects/${encodeURIComponent(projectId)}/datasets/${datasetId}/tables`;
  const call = `list the tables of the dataset ${name}`;
  const request = { method: 'GET', uri, qs: { maxResults: '1' } } as const;
  await cloud.call({ call, service: 'bigquery', repeatable: true }, () => requestBigQuery(cloud, request));
}

/** Which of these tables (`project.dataset.table`) have row access policies; one that may not be asked about counts as none. */
export async function tablesWithRowPolicies(cloud: Cloud, tables: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    tables.map(async (table) => {
      const [tableId = '', datasetId = '', ...project] = table.split('.').reverse();
      const path = [project.reverse().join('.'), 'datasets', datasetId, 'tables', tableId]
        .map(encodeURIComponent)
        .join('/');
      const uri = `${cloud.endpoints.bigQuery}/bigquery/v2/projects/${path}/rowAccessPolicies`;
      try {
        const call = `look for row access policies on ${table}`;
        const answer = await cloud.call({ call, service: 'bigquery', repeatable: true }, () =>
          requestBigQuery<{ rowAccessPolicies?: unknown[] }>(cloud, { method: 'GET', uri }),
        );
        return (answer.rowAccessPolicies ?? []).length > 0;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return false; // A hint that could not be had; views have none of their own.
      }
    }),
  );
  return tables.filter((_table, index) => found[index]);
}

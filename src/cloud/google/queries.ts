import type { bigquery_v2 } from 'googleapis/build/src/apis/bigquery/v2.js';
import { ApiError } from '../../errors/api-error.ts';
import { expectList, expectObject, expectTexts } from '../answer.ts';
import { STATEMENT_LIMIT } from '../limits.ts';
import { datasetParts, datasetUri, projectUri, requestBigQuery } from './bigquery-request.ts';
import { expectDataset } from './datasets.ts';
import type { Cloud } from './clients.ts';

/** What is asked of BigQuery besides the datasets that this action looks after. */

/** Tries a statement without running it: BigQuery checks permissions, costs nothing and leaves nothing behind. */
export async function dryRun(cloud: Cloud, query: string, location: string | undefined): Promise<void> {
  const json = { query, useLegacySql: false, dryRun: true, ...(location === undefined ? {} : { location }) };
  const call = `try the statement ${query}`;
  await cloud.call({ call, service: 'bigquery', repeatable: true, afterTimeLimit: 0 }, async () => {
    const request = { method: 'POST', uri: '/queries', json, timeout: STATEMENT_LIMIT } as const;
    const answer = expectObject(await requestBigQuery(cloud, request));
    // Whatever else it holds, an answer of BigQuery says what the query would read.
    expectTexts('result of a query', answer, ['totalBytesProcessed']);
  });
}

/** The dataset as whoever asks sees it. Its access list is not asked for: that may need a right of its own. */
export async function seeDataset(cloud: Cloud, datasetId: string): Promise<bigquery_v2.Schema$Dataset> {
  const call = `read the dataset ${cloud.projectId}.${datasetId}`;
  const request = { method: 'GET', uri: `/datasets/${datasetId}`, qs: { datasetView: 'METADATA' } } as const;
  return cloud.call({ call, service: 'bigquery', repeatable: true }, async () =>
    expectDataset(await requestBigQuery<bigquery_v2.Schema$Dataset>(cloud, request)),
  );
}

/** Where a dataset (`project.dataset`) lies, as far as whoever asks may see it. */
export async function locationOf(cloud: Cloud, name: string): Promise<string | undefined> {
  const call = `look where the dataset ${name} lies`;
  const request = { method: 'GET', uri: datasetUri(cloud, name), qs: { datasetView: 'METADATA' } } as const;
  try {
    const { location } = await cloud.call({ call, service: 'bigquery', repeatable: true }, async () =>
      expectDataset(await requestBigQuery<bigquery_v2.Schema$Dataset>(cloud, request)),
    );
    return location ?? undefined;
  } catch (error) {
    if (error instanceof ApiError && (error.code === 403 || error.code === 404)) return undefined;
    throw error;
  }
}

/** Lists a table of a dataset (`project.dataset`), as whoever asks. @throws ApiError where it may not */
export async function seeTables(cloud: Cloud, name: string): Promise<void> {
  const { projectId, datasetId } = datasetParts(name);
  const uri = `${projectUri(cloud, projectId)}/datasets/${datasetId}/tables`;
  const call = `list the tables of the dataset ${name}`;
  const request = { method: 'GET', uri, qs: { maxResults: '1' } } as const;
  await cloud.call({ call, service: 'bigquery', repeatable: true }, async () => {
    const answer = await requestBigQuery<bigquery_v2.Schema$TableList>(cloud, request);
    expectTexts('list of tables', expectList('list of tables', answer, 'tables'), ['kind']);
  });
}

/** Which of these tables (`project.dataset.table`) have row access policies; one that may not be asked about counts as none. */
export async function tablesWithRowPolicies(cloud: Cloud, tables: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    tables.map(async (table) => {
      const [tableId = '', datasetId = '', ...project] = table.split('.').reverse();
      const path = ['datasets', datasetId, 'tables', tableId].map(encodeURIComponent).join('/');
      const uri = `${projectUri(cloud, project.reverse().join('.'))}/${path}/rowAccessPolicies`;
      try {
        const call = `look for row access policies on ${table}`;
        const answer = await cloud.call({ call, service: 'bigquery', repeatable: true }, async () => {
          const found = await requestBigQuery<{ rowAccessPolicies?: unknown[] }>(cloud, { method: 'GET', uri });
          return expectList('list of row access policies', found, 'rowAccessPolicies');
        });
        return (answer.rowAccessPolicies ?? []).length > 0;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return false; // A hint that could not be had; views have none of their own.
      }
    }),
  );
  return tables.filter((_table, index) => found[index]);
}

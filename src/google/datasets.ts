import type { bigquery_v2 } from 'googleapis/build/src/apis/bigquery/v2.js';
import { ApiError, isNotFound } from '../api-error.ts';
import type { Source } from '../resources/dataset-location.ts';
import type { Cloud } from './cloud.ts';
import { makeDocument } from './document.ts';
import type { Document } from './document.ts';

/** A dataset as BigQuery answers it, access list included. */
export type Dataset = bigquery_v2.Schema$Dataset;
/** One entry of its access list. */
export type AccessEntry = NonNullable<Dataset['access']>[number];

/** One dataset. Edits send the access list and the labels, whichever differ, guarded by the etag. */
export interface DatasetDocument extends Document<Dataset> {
  /** Made bare, so that BigQuery adds its usual entries; its etag is not good for a guarded write: read again first. */
  create(dataset: { location: string; description: string; labels: Record<string, string> }): Promise<void>;
  /** Brings back a dataset deleted within the time-travel window; 404 when there is none. */
  undelete(): Promise<void>;
  deleteWithContents(): Promise<void>;
}

interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly uri: string;
  readonly qs?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const AT_ONCE = 20;
const WHOLE = { accessPolicyVersion: '3' };

export function datasetDocument(cloud: Cloud, datasetId: string): DatasetDocument {
  const uri = `/datasets/${datasetId}`;
  const reference = { projectId: cloud.projectId, datasetId };
  const send = <T>(verb: string, request: Request): Promise<T> =>
    cloud.call(
      { call: `${verb} the dataset ${cloud.projectId}.${datasetId}`, service: 'bigquery', repeatable: true },
      () => requestBigQuery<T>(cloud, request),
    );
  const get = async (): Promise<Dataset | undefined> => {
    try {
      return await send<Dataset>('read', { method: 'GET', uri, qs: WHOLE });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const document = makeDocument<Dataset>(cloud.clock, {
    get,
    put: (after, before) => {
      const json = { ...changed(before, after, 'access'), ...changed(before, after, 'labels') };
      const headers = { 'If-Match': before.etag ?? '' };
      return send<Dataset>('update', { method: 'PATCH', uri, qs: WHOLE, json, headers });
    },
    gone: () => new Error(`the dataset ${cloud.projectId}.${datasetId} has vanished`),
  });
  return {
    ...document,
    create: async (dataset) => {
      const json = { datasetReference: reference, ...dataset };
      await send('create', { method: 'POST', uri: '/datasets', json });
    },
    undelete: async () => {
      await send('undelete', { method: 'POST', uri: `${uri}:undelete`, json: {} });
    },
    deleteWithContents: async () => {
      try {
        await send('delete', { method: 'DELETE', uri, qs: { deleteContents: 'true' } });
      } catch (error) {
        if (!isNotFound(error)) throw error; // Someone was quicker: gone is gone.
      }
      document.learn(undefined);
    },
  };
}

/** A label is taken away by sending null for it; the access list is always sent whole. */
function changed(
  before: Dataset,
  after: Dataset,
  field: 'access' | 'labels',
): Partial<Record<'access' | 'labels', unknown>> {
  if (JSON.stringify(before[field]) === JSON.stringify(after[field])) return {};
  if (field === 'access') return { access: after.access };
  const gone = Object.keys(before.labels ?? {}).filter((key) => !(key in (after.labels ?? {})));
  return { labels: { ...after.labels, ...Object.fromEntries(gone.map((key) => [key, null])) } };
}

/** Tries a statement without running it: BigQuery checks permissions, costs nothing and leaves nothing behind. */
export async function dryRun(cloud: Cloud, query: string, location: string | undefined): Promise<void> {
  const json = { query, useLegacySql: false, dryRun: true, ...(location === undefined ? {} : { location }) };
  await cloud.call({ call: `try the statement ${query}`, service: 'bigquery', repeatable: true }, () =>
    requestBigQuery(cloud, { method: 'POST', uri: '/queries', json }),
  );
}

/** Where datasets lie, of whatever project; one that cannot be seen says why. Twenty at a time. */
export async function locationsOf(cloud: Cloud, names: readonly string[]): Promise<Source[]> {
  const found: Source[] = [];
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const wave = names.slice(start, start + AT_ONCE).map((name) => locateSource(cloud, name));
    found.push(...(await Promise.all(wave)));
  }
  return found;
}

async function locateSource(cloud: Cloud, name: string): Promise<Source> {
  const at = name.lastIndexOf('.');
  const [projectId, datasetId] = [name.slice(0, at), name.slice(at + 1)];
  // An absolute address: the library would put its own project in front.
  const uri = `${cloud.endpoints.bigQuery}/bigquery/v2/projects/${encodeURIComponent(projectId)}/datasets/${datasetId}`;
  const request = { method: 'GET', uri, qs: { datasetView: 'METADATA' } } as const;
  try {
    const call = `find out where the dataset ${name} lies`;
    const { location } = await cloud.call({ call, service: 'bigquery', repeatable: true }, () =>
      requestBigQuery<Dataset>(cloud, request),
    );
    return { name, location: location ?? undefined, why: undefined };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { name, location: undefined, why: error.words };
  }
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

/** The dataset as whoever asks sees it. Its access list is not asked for: that may need a right of its own. */
export async function seeDataset(cloud: Cloud, datasetId: string): Promise<Dataset> {
  const call = `see the dataset ${cloud.projectId}.${datasetId}`;
  const request = { method: 'GET', uri: `/datasets/${datasetId}`, qs: { datasetView: 'METADATA' } } as const;
  return cloud.call({ call, service: 'bigquery', repeatable: true }, () => requestBigQuery<Dataset>(cloud, request));
}

function requestBigQuery<T>(cloud: Cloud, request: Request): Promise<T> {
  return new Promise((resolve, reject) => {
    cloud.bigQuery.request(request, (error: unknown, body: unknown) => {
      if (error === null || error === undefined) resolve(body as T);
      else reject(error instanceof Error ? error : new Error('BigQuery failed without an error', { cause: error }));
    });
  });
}

import type { bigquery_v2 } from 'googleapis/build/src/apis/bigquery/v2.js';
import { isNotFound } from '../api-error.ts';
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

function requestBigQuery<T>(cloud: Cloud, request: Request): Promise<T> {
  return new Promise((resolve, reject) => {
    cloud.bigQuery.request(request, (error: unknown, body: unknown) => {
      if (error === null || error === undefined) resolve(body as T);
      else reject(error instanceof Error ? error : new Error('BigQuery failed without an error', { cause: error }));
    });
  });
}

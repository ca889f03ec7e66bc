import { vanished } from '../../errors/vanished.ts';
import type { bigquery_v2 } from 'googleapis/build/src/apis/bigquery/v2.js';
import pMap from 'p-map';
import { ApiError } from '../../errors/api-error.ts';
import { datasetParts, datasetUri, projectUri, requestBigQuery } from './bigquery-request.ts';
import type { BigQueryRequest } from './bigquery-request.ts';
import { expectList, expectObject, expectTexts } from '../answer.ts';
import { orAbsent } from '../call.ts';
import type { Cloud } from './clients.ts';
import { makeDocument } from '../document.ts';
import type { Document } from '../document.ts';
import { pagesOf } from '../pages.ts';

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

/** A dataset that models read, and where it lies. */
export interface Source {
  /** `project.dataset` */
  readonly name: string;
  readonly location: string | undefined;
  /** Why that could not be found out. */
  readonly why: string | undefined;
}

/** BigQuery spells locations in either case. */
export function isSameLocation(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** How many datasets are asked about at the same time. */
export const AT_ONCE = 20;
const WHOLE = { accessPolicyVersion: '3' };

/** @param name - `project.dataset` */
export function datasetDocument(cloud: Cloud, name: string): DatasetDocument {
  const uri = datasetUri(cloud, name);
  const { projectId, datasetId } = datasetParts(name);
  const send = <T>(verb: string, request: BigQueryRequest, expect: (answer: T) => T = (answer) => answer): Promise<T> =>
    cloud.call({ call: `${verb} the dataset ${name}`, service: 'bigquery', repeatable: true }, async () =>
      expect(await requestBigQuery<T>(cloud, request)),
    );
  const whole = (answer: Dataset): Dataset => expectTexts('dataset', expectDataset(answer), ['etag']);
  const document = makeDocument<Dataset>(cloud.clock, {
    get: () => orAbsent(send('read', { method: 'GET', uri, qs: WHOLE }, whole)),
    put: (after, before) => {
      const json = { ...changed(before, after, 'access'), ...changed(before, after, 'labels') };
      const headers = { 'If-Match': before.etag ?? '' };
      return send('update', { method: 'PATCH', uri, qs: WHOLE, json, headers }, whole);
    },
    gone: () => vanished(`the dataset ${name}`),
  });
  return {
    ...document,
    create: async (dataset) => {
      const json = { datasetReference: { projectId, datasetId }, ...dataset };
      await send('create', { method: 'POST', uri: '/datasets', json }, expectDataset);
    },
    undelete: async () => {
      await send('undelete', { method: 'POST', uri: `${uri}:undelete`, json: {} });
    },
    deleteWithContents: async () => {
      await orAbsent(send('delete', { method: 'DELETE', uri, qs: { deleteContents: 'true' } }));
      document.learn(undefined);
    },
  };
}

/** A label is taken away by sending null for it; the access list is always sent whole. */
function changed(
  before: Dataset,
  after: Dataset,
  part: 'access' | 'labels',
): Partial<Record<'access' | 'labels', unknown>> {
  if (JSON.stringify(before[part]) === JSON.stringify(after[part])) return {};
  if (part === 'access') return { access: after.access };
  const gone = Object.keys(before.labels ?? {}).filter((key) => !(key in (after.labels ?? {})));
  return { labels: { ...after.labels, ...Object.fromEntries(gone.map((key) => [key, null])) } };
}

/** Makes sure that an answer is a dataset. @throws UnreadableAnswer */
export function expectDataset(answer: Dataset): Dataset {
  const reference: { readonly datasetId?: unknown } = expectObject(answer)['datasetReference'] ?? {};
  expectTexts('dataset', reference, ['datasetId']);
  return answer;
}

/** Where datasets lie, of whatever project; one that cannot be seen says why. */
export async function locationsOf(cloud: Cloud, names: readonly string[]): Promise<Source[]> {
  return pMap(names, (name) => locateSource(cloud, name), { concurrency: AT_ONCE });
}

async function locateSource(cloud: Cloud, name: string): Promise<Source> {
  const request = { method: 'GET', uri: datasetUri(cloud, name), qs: { datasetView: 'METADATA' } } as const;
  try {
    const call = `read the location of the dataset ${name}`;
    const { location } = await cloud.call({ call, service: 'bigquery', repeatable: true }, async () =>
      expectDataset(await requestBigQuery<Dataset>(cloud, request)),
    );
    return { name, location: location ?? undefined, why: undefined };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { name, location: undefined, why: error.words };
  }
}

/** Which datasets of a project this identity may list, hidden ones included; or why it may not. */
export async function listDatasets(cloud: Cloud, projectId: string): Promise<DatasetList> {
  const uri = `${projectUri(cloud, projectId)}/datasets`;
  const call = `list the datasets of ${projectId}`;
  const pages = pagesOf<string>((token, check) =>
    cloud.call({ call, service: 'bigquery', repeatable: true }, async () => {
      const qs = { all: 'true', maxResults: '1000', ...(token === undefined ? {} : { pageToken: token }) };
      const page = await requestBigQuery<bigquery_v2.Schema$DatasetList>(cloud, { method: 'GET', uri, qs });
      const { datasets, nextPageToken } = expectList('list of datasets', page, 'datasets');
      const next = nextPageToken ?? undefined;
      check(next);
      return {
        items: (datasets ?? []).map(({ datasetReference: one }) => `${projectId}.${one?.datasetId ?? ''}`),
        next,
      };
    }),
  );
  const names: string[] = [];
  try {
    for await (const page of pages) names.push(...page);
    return { projectId, names, why: undefined };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { projectId, names, why: error.words };
  }
}

/** The datasets of a project, as far as they may be listed. */
export interface DatasetList {
  readonly projectId: string;
  /** `project.dataset` */
  readonly names: readonly string[];
  /** Why there may be more. */
  readonly why: string | undefined;
}

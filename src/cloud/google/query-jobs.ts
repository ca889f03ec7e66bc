import { randomUUID } from 'node:crypto';
import type { bigquery_v2 } from 'googleapis/build/src/apis/bigquery/v2.js';
import { ApiError } from '../../errors/api-error.ts';
import { googleError } from '../../errors/from-google.ts';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import { expectList, expectObject, expectTexts } from '../answer.ts';
import { STATEMENT_LIMIT } from '../limits.ts';
import { requestBigQuery } from './bigquery-request.ts';
import type { Cloud } from './clients.ts';

/** Queries as jobs: what a dry run tells of them, and the one real query that counts rows. */

type Field = bigquery_v2.Schema$TableFieldSchema;

/** What a dry run tells. */
export interface TriedQuery {
  readonly statementType: string;
  readonly fields: readonly Field[];
  /** `project.dataset.table` */
  readonly tables: readonly string[];
  /** `project.dataset.routine` */
  readonly routines: readonly string[];
  readonly bytes: number;
  /** As BigQuery spells it; `UNKNOWN` where it does not tell. */
  readonly accuracy: string;
}

/** A query, where it runs, and what messages call it. */
export interface Asking {
  readonly query: string;
  readonly location: string;
  /** A verb phrase: `try the model Users`. */
  readonly call: string;
}

/**
 * Tries a query without running it, by `jobs.insert`: only that tells tables, routines and accuracy. The cache is left out,
 * because what it holds would count as nothing read. @throws ApiError
 */
export async function tryQuery(cloud: Cloud, { query, location, call }: Asking): Promise<TriedQuery> {
  const json = {
    configuration: { dryRun: true, query: { query, useLegacySql: false, useQueryCache: false } },
    jobReference: { projectId: cloud.projectId, location },
  };
  return cloud.call({ call, service: 'bigquery', repeatable: true, afterTimeLimit: 0 }, async () => {
    const request = { method: 'POST', uri: '/jobs', json, timeout: STATEMENT_LIMIT } as const;
    return readTried(await requestBigQuery<bigquery_v2.Schema$Job>(cloud, request));
  });
}

function readTried(answer: bigquery_v2.Schema$Job): TriedQuery {
  const { statistics } = expectObject(answer) as bigquery_v2.Schema$Job;
  const query = expectObject(statistics?.query) as bigquery_v2.Schema$JobStatistics2;
  const { statementType, totalBytesProcessed } = expectTexts('dry run', query, [
    'statementType',
    'totalBytesProcessed',
  ]);
  const tables = expectList('dry run', query, 'referencedTables').referencedTables ?? [];
  const routines = expectList('dry run', query, 'referencedRoutines').referencedRoutines ?? [];
  return {
    statementType: statementType ?? '',
    fields: fieldsIn(query.schema),
    tables: tables.map(({ projectId, datasetId, tableId }) => named(projectId, datasetId, tableId)),
    routines: routines.map(({ projectId, datasetId, routineId }) => named(projectId, datasetId, routineId)),
    bytes: Number(totalBytesProcessed),
    accuracy: query.totalBytesProcessedAccuracy ?? 'UNKNOWN',
  };
}

function fieldsIn(schema: bigquery_v2.Schema$TableSchema | null | undefined): readonly Field[] {
  const fields = schema?.fields ?? [];
  if (!Array.isArray(fields)) throw new UnreadableAnswer('its schema is no list');
  return fields;
}

function named(...parts: readonly (string | null | undefined)[]): string {
  return parts.map((part) => part ?? '').join('.');
}

/** What a query may be billed. */
export interface Counting extends Asking {
  readonly maximumBytesBilled: number;
}

/** The one row of a query that counts, and what it cost. */
export interface Counted {
  readonly numbers: readonly number[];
  readonly bytesBilled: number;
}

/** How long BigQuery is waited for in one request. Milliseconds. */
const ONE_WAIT = 60_000;
const MOST_WAITS = 5;

/**
 * Runs a query that answers one row of whole numbers. It carries an id, so that an answer that was lost does not make it run,
 * and cost, twice. @throws ApiError
 */
export async function countRows(cloud: Cloud, counting: Counting): Promise<Counted> {
  const { query, location, call, maximumBytesBilled } = counting;
  const json = {
    ...{ query, location, useLegacySql: false, requestId: randomUUID(), timeoutMs: ONE_WAIT },
    maximumBytesBilled: String(maximumBytesBilled),
  };
  const asked = { call, service: 'bigquery', repeatable: true, afterTimeLimit: 1 } as const;
  const started = await cloud.call(asked, () =>
    requestBigQuery<bigquery_v2.Schema$QueryResponse>(cloud, {
      ...{ method: 'POST', uri: '/queries', json, timeout: STATEMENT_LIMIT },
    }),
  );
  let answer: bigquery_v2.Schema$QueryResponse = started;
  for (let waits = 0; answer.jobComplete !== true; waits += 1) {
    if (waits === MOST_WAITS) throw tooSlow(call);
    answer = await cloud.call(asked, () => awaitResult(cloud, started));
  }
  const bytesBilled = await billedBytes(cloud, { ...started, ...answer }, call);
  const numbers = numbersIn(answer);
  if (numbers === undefined) throw googleError(asked, new UnreadableAnswer('there is no row of numbers in it'));
  return { numbers, bytesBilled };
}

function awaitResult(
  cloud: Cloud,
  { jobReference }: bigquery_v2.Schema$QueryResponse,
): Promise<bigquery_v2.Schema$GetQueryResultsResponse> {
  const { jobId, location } = jobReference ?? {};
  if (typeof jobId !== 'string') throw new UnreadableAnswer('there is no job in it');
  return requestBigQuery(cloud, {
    method: 'GET',
    uri: `/queries/${encodeURIComponent(jobId)}`,
    qs: { timeoutMs: String(ONE_WAIT), ...(typeof location === 'string' ? { location } : {}) },
    timeout: STATEMENT_LIMIT,
  });
}

/** Where the answer does not tell what was billed, the job does. */
async function billedBytes(cloud: Cloud, answer: bigquery_v2.Schema$QueryResponse, call: string): Promise<number> {
  if (answer.cacheHit === true) return 0;
  if (typeof answer.totalBytesBilled === 'string') return Number(answer.totalBytesBilled);
  const { jobId, location } = answer.jobReference ?? {};
  if (typeof jobId !== 'string') return Number(answer.totalBytesProcessed ?? 0);
  const qs = typeof location === 'string' ? { location } : {};
  const job = await cloud.call({ call, service: 'bigquery', repeatable: true }, () =>
    requestBigQuery<bigquery_v2.Schema$Job>(cloud, { method: 'GET', uri: `/jobs/${encodeURIComponent(jobId)}`, qs }),
  );
  return Number(job.statistics?.query?.totalBytesBilled ?? answer.totalBytesProcessed ?? 0);
}

/** undefined = there is no such row. */
function numbersIn({ rows }: bigquery_v2.Schema$QueryResponse): number[] | undefined {
  const cells: unknown = rows?.[0]?.f;
  const numbers = Array.isArray(cells) ? cells.map((cell: { v?: unknown } | null) => Number(cell?.v)) : [];
  return numbers.length > 0 && numbers.every(Number.isSafeInteger) ? numbers : undefined;
}

function tooSlow(call: string): ApiError {
  const words = `the query did not end within ${String((MOST_WAITS * ONE_WAIT) / 60_000)} minutes`;
  const facts = {
    call,
    service: 'bigquery',
    code: undefined,
    status: 'UNAVAILABLE',
    reason: 'time-limit',
    words,
  } as const;
  return new ApiError({ ...facts, requestId: undefined, details: [], retryAfter: undefined });
}

import pMap from 'p-map';
import { countRows, tryQuery } from '../cloud/google/query-jobs.ts';
import { locationOf } from '../cloud/google/queries.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Clock } from '../time.ts';
import type { Acting } from './account.ts';
import { factsOf } from './columns.ts';
import type { QueryFacts } from './model.ts';
import { datasetRefused } from './refused.ts';
import { countingUnique, wrapped } from './wrap.ts';

/** Queries as the account runs them: tried, each text once, a few at a time. */

/** What BigQuery said of a query. */
export type Answer =
  | { readonly facts: QueryFacts }
  | { readonly error: ApiError; /** Where the dataset lies that was not found. */ readonly liesIn: string | undefined };

/** A query, and what messages call it. */
export interface Candidate {
  readonly query: string;
  /** `the model Users` */
  readonly what: string;
}

/** Tries many queries. */
export interface Trier {
  /** Answers by text; what was tried before is not tried again. */
  readonly tryAll: (candidates: readonly Candidate[]) => Promise<ReadonlyMap<string, Answer>>;
  /** Runs the query, to count rows, different identifiers, and those that are NULL. @throws ApiError */
  readonly count: (candidate: Candidate, identifier: string, maximumBytesBilled: number) => Promise<Count>;
}

export interface Count {
  readonly rows: number;
  readonly distinct: number;
  readonly nulls: number;
  readonly bytesBilled: number;
}

/** BigQuery lets a project run more at a time, and others want to as well. */
const AT_A_TIME = 4;
/** How long new queries are begun. Milliseconds. */
const LONGEST = 20 * 60_000;

export function trierOf(acting: Acting, location: string, clock: Clock): Trier {
  const known = new Map<string, Answer>();
  const places = new Map<string, Promise<string | undefined>>();
  const end = clock.now() + LONGEST;
  /** Where a dataset lies is asked once, however many queries miss it. */
  const placeOf = async (dataset: string): Promise<string | undefined> => {
    const cloud = await acting.cloud();
    const asked = places.get(dataset) ?? locationOf(cloud, dataset).catch(() => undefined);
    places.set(dataset, asked); // A hint that could not be had is none.
    return asked;
  };
  const tryOne = async ({ query, what }: Candidate): Promise<Answer> => {
    try {
      if (clock.now() > end) throw tooLate(what);
      const asking = { query: wrapped(query), location, call: `try ${what}` };
      return { facts: factsOf(await tryQuery(await acting.cloud(), asking)) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const dataset = error.code === 404 ? datasetRefused(error) : undefined;
      return { error, liesIn: dataset === undefined ? undefined : await placeOf(dataset) };
    }
  };
  return {
    tryAll: async (candidates) => {
      const fresh = [...new Map(candidates.map((one) => [one.query, one])).values()];
      const untried = fresh.filter(({ query }) => !known.has(query));
      const answers = await pMap(untried, tryOne, { concurrency: AT_A_TIME });
      untried.forEach(({ query }, index) => {
        const answer = answers[index];
        if (answer !== undefined) known.set(query, answer);
      });
      return known;
    },
    count: async ({ query, what }, identifier, maximumBytesBilled) => {
      const asking = { query: countingUnique(query, identifier), location, call: `count the rows of ${what}` };
      const { numbers, bytesBilled } = await countRows(await acting.cloud(), { ...asking, maximumBytesBilled });
      const [rows = 0, distinct = 0, nulls = 0] = numbers;
      return { rows, distinct, nulls, bytesBilled };
    },
  };
}

function tooLate(what: string): ApiError {
  const words = `trying all models takes longer than ${String(LONGEST / 60_000)} minutes`;
  const facts = { call: `try ${what}`, service: 'bigquery', code: undefined, status: 'UNAVAILABLE' } as const;
  return new ApiError({
    ...facts,
    reason: 'time-limit',
    words,
    requestId: undefined,
    details: [],
    retryAfter: undefined,
  });
}

import type { BigQuery } from '@google-cloud/bigquery';
import type { AuthClient } from 'google-auth-library';

/** What the library makes of a request, reduced to what is sent. */
interface Prepared {
  readonly method?: string;
  readonly uri: string;
  readonly qs?: Readonly<Record<string, unknown>>;
  readonly json?: unknown;
  readonly headers?: object;
  readonly timeout?: number;
}

type Callback = (error: Error | null, body?: unknown) => void;

/**
 * The library with another carrier: its own knows no time limit, follows redirects with everything in them, and writes the
 * project's name into whatever text of others holds a placeholder for it.
 */
export function carried(bigQuery: BigQuery, authClient: AuthClient): BigQuery {
  const carry = (prepared: Prepared, callback: Callback): void => {
    const { method = 'GET', uri: url, qs, json, headers, timeout } = prepared;
    authClient
      .request<unknown>({
        method: method,
        url,
        headers: { ...headers },
        ...(qs === undefined ? {} : { params: qs }),
        ...(json === undefined ? {} : { data: json }),
        ...(timeout === undefined ? {} : { timeout }),
      })
      .then(
        ({ data }) => callback(null, data),
        (error: unknown) => callback(error instanceof Error ? error : new Error('BigQuery failed without an error')),
      );
  };
  const { makeAuthenticatedRequest: library } = bigQuery;
  bigQuery.makeAuthenticatedRequest = Object.assign(carry, library) as typeof library;
  return bigQuery;
}

import type { ApiError } from '../api-error.ts';
import type { WireCode } from '../codes.ts';

/** One kind of error that a service answers, and what to do. Every condition that is given must hold. */
export interface Row {
  readonly code: WireCode;
  readonly service?: string;
  readonly http?: readonly number[];
  readonly status?: string;
  readonly reason?: string;
  /** Part of the service's words: no service promises them, so they come last and as few as will do. */
  readonly words?: RegExp;
  readonly remedy: (error: ApiError) => string;
}

export function matches(row: Row, error: ApiError): boolean {
  if (row.service !== undefined && row.service !== error.service) return false;
  if (row.http !== undefined && (error.code === undefined || !row.http.includes(error.code))) return false;
  if (row.status !== undefined && row.status !== error.status) return false;
  if (row.reason !== undefined && row.reason !== error.reason) return false;
  return row.words === undefined || row.words.test(error.words);
}

/** What ErrorInfo says besides its reason. */
export function metadata(error: ApiError): Readonly<Record<string, string>> {
  return error.details.find((detail) => detail.metadata !== undefined)?.metadata ?? {};
}

/** How to have a constraint of the organization lifted. */
export const EXCEPTION =
  'ask somebody with roles/orgpolicy.policyAdmin on the organization (owning the project is not enough) to exempt this project';

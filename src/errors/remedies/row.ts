import type { ApiError } from '../api-error.ts';
import type { WireCode } from '../codes.ts';
import { shell } from '../shell.ts';

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
  /** As in `Problem`. */
  readonly letsWrite?: true;
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

/**
 * Enables an API in the project of the credential, as ErrorInfo names both.
 *
 * @param usual - the API, where it is not named
 */
export function enableCommand(error: ApiError, usual: string): string {
  const { service = '', consumer = '' } = metadata(error);
  // A word that begins with a hyphen would be a flag.
  const api = /^[a-z0-9][a-z0-9.-]*$/.test(service) ? service : usual;
  const project = /^projects\/([\w:.]\S*)$/.exec(consumer)?.[1] ?? 'PROJECT';
  return shell`gcloud services enable ${api} --project ${project}`;
}

/** How to have a constraint of the organization lifted. */
export const EXCEPTION =
  'ask somebody with roles/orgpolicy.policyAdmin on the organization (owning the project is not enough) to exempt this project';

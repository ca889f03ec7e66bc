import type { ServiceName } from './services.ts';

/** One `details[]` element of a Google error; fields by `@type`. */
export interface ErrorDetail {
  readonly '@type'?: string;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly retryDelay?: string;
  readonly violations?: readonly { readonly type?: string; readonly subject?: string; readonly description?: string }[];
}

/** What is asked of which service. */
export interface Asked {
  /** What is attempted, as a verb phrase: `read the role projects/p/roles/r`. */
  readonly call: string;
  readonly service: ServiceName;
}

/** What is known about a failed request, whichever library sent it. */
export interface ApiErrorFacts extends Asked {
  /** HTTP status; undefined when no answer came, or none that is the service's own. */
  readonly code: number | undefined;
  /** google.rpc code name, for every service. */
  readonly status: string;
  /** ErrorInfo reason, else the first `errors[].reason`, else an OAuth `error`; without a code: an `Unanswered`. */
  readonly reason: string | undefined;
  /** The service's own words. */
  readonly words: string;
  readonly requestId: string | undefined;
  readonly details: readonly ErrorDetail[];
  /** `Retry-After` or RetryInfo, in milliseconds. */
  readonly retryAfter: number | undefined;
}

/** Why there is no answer of the service, as far as that can be told: the `reason` of an error without a code. */
export type Unanswered =
  /** Nothing came within the time that one request has. */
  | 'time-limit'
  /** Something came that is not what was asked for: a page of a proxy, half a document, a document of another kind. */
  | 'unreadable'
  /** The certificate of whoever answered is not trusted here. */
  | 'certificate'
  /** The proxy of this network wants a name and a password. */
  | 'proxy-password';

/** Reason of a 404 that is about a repository named in an input, and not about the secret store that was asked. */
export const UNKNOWN_REPOSITORY = 'unknownRepository';

/** Reason of a refusal that only time lifts; BigQuery's word, for every service. */
export const RATE_LIMIT = 'rateLimitExceeded';

/** The one error class from the wire. It carries facts; only the reporter makes text of them. */
export class ApiError extends Error implements ApiErrorFacts {
  readonly call: string;
  readonly service: ServiceName;
  readonly code: number | undefined;
  readonly status: string;
  readonly reason: string | undefined;
  readonly words: string;
  readonly requestId: string | undefined;
  readonly details: readonly ErrorDetail[];
  readonly retryAfter: number | undefined;

  constructor(facts: ApiErrorFacts, cause?: unknown) {
    const words = cut(facts.words, LONGEST_WORDS);
    super(`could not ${facts.call}: ${String(facts.code ?? 'no answer')} ${facts.status}: ${words}`, { cause });
    this.name = 'ApiError';
    this.call = facts.call;
    this.service = facts.service;
    this.code = facts.code;
    this.status = cut(facts.status, LONGEST_NAME);
    this.reason = facts.reason === undefined ? undefined : cut(facts.reason, LONGEST_NAME);
    this.words = words;
    this.requestId = facts.requestId === undefined ? undefined : cut(facts.requestId, LONGEST_NAME);
    this.details = facts.details;
    this.retryAfter = facts.retryAfter;
  }
}

/** What others say is told in full up to here: nobody reads more, and an endless message must not fill logs and outputs. */
const LONGEST_WORDS = 2_000;
const LONGEST_NAME = 200;

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/**
 * Whether the answer leaves open if the request took effect: none came, somebody on the way answered in the service's
 * stead (a redirect, a proxy), or the server failed half way.
 */
export function isUnclear(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { code } = error;
  return code === undefined || code < 400 || code === 407 || code === 408 || code >= 500;
}

/** Whether there was no answer of the service, for this reason. */
export function isUnanswered(error: unknown, reason: Unanswered): boolean {
  return error instanceof ApiError && error.code === undefined && error.reason === reason;
}

/** Whether the service says that this very thing is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** Whether this may be what is said of a thing that was just made, where that is not known yet: IAM says the same as to strangers. */
export function isNotShown(error: unknown): boolean {
  return isNotFound(error) || (error instanceof ApiError && error.code === 403);
}

/** Whether a create was told that the name is taken. */
export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409 && error.status === 'ALREADY_EXISTS';
}

/** Whether someone else changed the document between our read and our write. Secret Manager calls it a failed precondition. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.code === 400) return error.status === 'FAILED_PRECONDITION' && /\betag\b/i.test(error.words);
  // BigQuery answers 412 to what a policy of the organization forbids, too: no new read will change that.
  if (error.code === 412) return !/\borg(?:anization)? polic|permitted customer|constraints\//i.test(error.words);
  return error.code === 409 && error.status !== 'ALREADY_EXISTS';
}

const STATUS_OF_CODE: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  412: 'FAILED_PRECONDITION',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The google.rpc code name for an HTTP status whose body does not tell. */
export function statusOfCode(code: number | undefined): string {
  if (code === undefined) return 'UNAVAILABLE';
  return STATUS_OF_CODE[code] ?? (code >= 500 ? 'UNAVAILABLE' : 'UNKNOWN');
}

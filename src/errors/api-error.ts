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
  readonly service: string;
}

/** What is known about a failed request, whichever library sent it. */
export interface ApiErrorFacts extends Asked {
  /** HTTP status; undefined when no answer came. */
  readonly code: number | undefined;
  /** google.rpc code name, for every service. */
  readonly status: string;
  /** ErrorInfo reason, else the first `errors[].reason`, else an OAuth `error`. */
  readonly reason: string | undefined;
  /** The service's own words. */
  readonly words: string;
  readonly requestId: string | undefined;
  readonly details: readonly ErrorDetail[];
  /** `Retry-After` or RetryInfo, in milliseconds. */
  readonly retryAfter: number | undefined;
}

/** The one error class from the wire. It carries facts; only the reporter makes text of them. */
export class ApiError extends Error implements ApiErrorFacts {
  readonly call: string;
  readonly service: string;
  readonly code: number | undefined;
  readonly status: string;
  readonly reason: string | undefined;
  readonly words: string;
  readonly requestId: string | undefined;
  readonly details: readonly ErrorDetail[];
  readonly retryAfter: number | undefined;

  constructor(facts: ApiErrorFacts, cause?: unknown) {
    super(`could not ${facts.call}: ${String(facts.code ?? 'no answer')} ${facts.status}: ${facts.words}`, { cause });
    this.name = 'ApiError';
    this.call = facts.call;
    this.service = facts.service;
    this.code = facts.code;
    this.status = facts.status;
    this.reason = facts.reason;
    this.words = facts.words;
    this.requestId = facts.requestId;
    this.details = facts.details;
    this.retryAfter = facts.retryAfter;
  }
}

/** Whether the answer leaves open if the request took effect: none came, or the server failed half way. */
export function isUnclear(error: unknown): boolean {
  return error instanceof ApiError && (error.code === undefined || error.code === 408 || error.code >= 500);
}

/** Whether the service says that this very thing is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** Whether a create was told that the name is taken. */
export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409 && error.status === 'ALREADY_EXISTS';
}

/** Whether someone else changed the document between our read and our write. Secret Manager calls it a failed precondition. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.code === 400) return error.status === 'FAILED_PRECONDITION' && /\betag\b/i.test(error.words);
  return error.code === 412 || (error.code === 409 && error.status !== 'ALREADY_EXISTS');
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

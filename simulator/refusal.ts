/** Refusals, each in the envelope of the service that gives it. Every builder returns; the caller throws. */
import { Refusal } from './route.ts';

/** What a google.rpc error may carry besides code, status and message. */
export interface GoogleExtras {
  /** The `reason` in the classic `errors[]`; by default the one that belongs to the status. */
  readonly reason?: string;
  /** Whether the service still sends the classic `errors[]`: IAM and BigQuery do. Implied by `reason`. */
  readonly errors?: boolean;
  readonly details?: readonly unknown[];
}

const REASON: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: 'badRequest',
  FAILED_PRECONDITION: 'failedPrecondition',
  UNAUTHENTICATED: 'authError',
  PERMISSION_DENIED: 'forbidden',
  NOT_FOUND: 'notFound',
  ALREADY_EXISTS: 'alreadyExists',
  ABORTED: 'aborted',
  RESOURCE_EXHAUSTED: 'rateLimitExceeded',
  UNAVAILABLE: 'backendError',
};

/** `{error: {code, message, errors?, status, details?}}`. */
export function google(code: number, status: string, message: string, extras: GoogleExtras = {}): Refusal {
  const hasErrors = extras.errors ?? extras.reason !== undefined;
  const reason = extras.reason ?? REASON[status] ?? 'backendError';
  const errors = hasErrors ? { errors: [{ message, domain: 'global', reason }] } : {};
  const details = extras.details === undefined ? {} : { details: extras.details };
  return new Refusal({ status: code, body: { error: { code, message, ...errors, status, ...details } } });
}

const BIGQUERY_STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** BigQuery's classic envelope: bq reads `errors[]`. */
export function bigQuery(code: number, reason: string, message: string): Refusal {
  return google(code, BIGQUERY_STATUS[code] ?? 'UNKNOWN', message, { reason });
}

/** RFC 6749: STS and the OAuth token endpoint. */
export function oauth(code: number, error: string, description: string): Refusal {
  return new Refusal({ status: code, body: { error, error_description: description } });
}

/** GitHub's REST API. */
export function gitHub(status: number, message: string): Refusal {
  const body = { message, documentation_url: 'https://docs.github.com/rest', status: String(status) };
  return new Refusal({ status, body, headers: { 'x-github-request-id': 'SIM0:0000:0001' } });
}

/** google.rpc.ErrorInfo, the part of an error that machines read. */
export function errorInfo(reason: string, domain: string, metadata: Readonly<Record<string, string>> = {}): unknown {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain, metadata };
}

/** IAM's 400 for what a client should not have sent. */
export function invalid(message: string): Refusal {
  return google(400, 'INVALID_ARGUMENT', message, { errors: true });
}

/** A permission that the caller lacks, as IAM and IAM credentials say it. */
export function denied(permission: string, resource: string): Refusal {
  const details = [errorInfo('IAM_PERMISSION_DENIED', 'iam.googleapis.com', { permission, resource })];
  const message = `Permission '${permission}' denied on resource (or it may not exist).`;
  return google(403, 'PERMISSION_DENIED', message, { errors: true, details });
}

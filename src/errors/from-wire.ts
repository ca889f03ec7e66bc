import { ApiError, statusOfCode } from './api-error.ts';
import type { ErrorDetail } from './api-error.ts';

/**
 * Makes one `ApiError` of whatever googleapis, @google-cloud/bigquery, google-auth-library or Octokit threw. The body decides,
 * in this order: `error.status`, ErrorInfo's reason, `errors[0].reason`, the message; OAuth bodies have only words.
 */
export function apiError(call: string, service: string, thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const code = httpCode(thrown);
  const body = bodyOf(thrown);
  const error = record(body['error']);
  const details = list(error['details']).map((detail) => record(detail) as ErrorDetail);
  const oauth = typeof body['error'] === 'string' ? body['error'] : undefined;
  const first = record(list(error['errors'])[0]);
  const reason = details.find((detail) => detail.reason !== undefined)?.reason ?? text(first['reason']) ?? oauth;
  const words =
    text(error['message']) ?? text(body['error_description']) ?? gitHubWords(body) ?? edgeWords(thrown, code);
  return new ApiError(
    {
      call,
      service,
      code,
      status: text(error['status']) ?? statusOfReason(reason) ?? statusOfCode(code),
      reason,
      words,
      requestId: requestId(thrown),
      details,
      retryAfter: retryAfter(header(thrown, 'retry-after'), details),
    },
    thrown,
  );
}

/** Whether a request failed, rather than our own code: it was answered, or the network says why it was not. */
export function isFromWire(thrown: unknown): boolean {
  if (thrown instanceof ApiError || httpCode(thrown) !== undefined) return true;
  const error = record(thrown);
  const codes = [error['code'], record(error['cause'])['code'], error['errno']].map(text);
  const isNetwork = codes.some((code) => code !== undefined && /^(E[A-Z_]+|UND_ERR_\w+|CERT_\w+)$/.test(code));
  return (
    isNetwork ||
    /AbortError|TimeoutError|FetchError|GaxiosError/.test(`${text(error['name']) ?? ''} ${text(error['type']) ?? ''}`)
  );
}

/** BigQuery leaves `status` out now and then; its reasons say the same. */
function statusOfReason(reason: string | undefined): string | undefined {
  if (reason === 'duplicate' || reason === 'alreadyExists') return 'ALREADY_EXISTS';
  if (reason === 'notFound') return 'NOT_FOUND';
  return undefined;
}

function httpCode(thrown: unknown): number | undefined {
  const error = record(thrown);
  const response = record(error['response']);
  for (const value of [response['status'], response['statusCode'], error['status'], error['code']]) {
    if (typeof value === 'number' && value >= 100 && value < 600) return value;
  }
  return undefined;
}

function bodyOf(thrown: unknown): Record<string, unknown> {
  const response = record(record(thrown)['response']);
  for (const value of [response['data'], response['body']]) {
    if (typeof value === 'string') {
      try {
        return record(JSON.parse(value));
      } catch {
        continue; // An edge proxy's HTML page: nothing to read in it.
      }
    }
    const found = record(Array.isArray(value) ? (value as unknown[])[0] : value);
    if (Object.keys(found).length > 0) return found;
  }
  return {};
}

/** What a validation of GitHub found stands in `errors[]`: its message says only that it failed. */
function gitHubWords(body: Record<string, unknown>): string | undefined {
  const message = text(body['message']);
  const found = list(body['errors']).map((error) => text(error) ?? text(record(error)['message']));
  return message && [message, ...found.filter((words) => words !== undefined)].join(': ');
}

/** Words for answers without a body: never the body of a request, which may hold a secret. */
function edgeWords(thrown: unknown, code: number | undefined): string {
  if (code !== undefined) return `the answer had no readable body (HTTP ${String(code)})`;
  const chain = [thrown, record(thrown)['cause']].map((error) => text(record(error)['code']));
  const message = thrown instanceof Error ? thrown.message : 'unknown failure';
  return [...new Set(chain.filter((value) => value !== undefined)), message].join(': ');
}

function header(thrown: unknown, name: string): string | undefined {
  const headers: unknown = record(record(thrown)['response'])['headers'];
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  return text(record(headers)[name]);
}

function requestId(thrown: unknown): string | undefined {
  const names = ['x-request-id', 'x-guploader-uploadid', 'x-github-request-id'];
  return names.map((name) => header(thrown, name)).find((value) => value !== undefined);
}

function retryAfter(value: string | undefined, details: readonly ErrorDetail[]): number | undefined {
  const delay = details.find((detail) => detail.retryDelay !== undefined)?.retryDelay;
  if (delay !== undefined) return Number.parseFloat(delay) * 1000;
  if (value === undefined) return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds * 1000 : Math.max(0, Date.parse(value) - Date.now());
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

import { ApiError, statusOfCode } from './api-error.ts';
import type { Asked, ErrorDetail } from './api-error.ts';
import * as wire from './thrown.ts';

/**
 * What googleapis, @google-cloud/bigquery or google-auth-library threw, as one `ApiError`.
 *
 * @returns undefined where no request failed: a problem of our own, or a defect, which do not get better by repeating
 */
export function fromGoogle(asked: Asked, thrown: unknown): ApiError | undefined {
  if (thrown instanceof ApiError) return thrown;
  const isFromWire = wire.httpCode(thrown) !== undefined || wire.isNetworkFailure(thrown);
  return isFromWire ? googleError(asked, thrown) : undefined;
}

/**
 * The same for what can only have come from a request. The body decides, in this order: `error.status`, ErrorInfo's reason,
 * `errors[0].reason`, the message; OAuth bodies have only words.
 */
export function googleError(asked: Asked, thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const code = wire.httpCode(thrown);
  const body = wire.bodyOf(thrown);
  const error = wire.record(body['error']);
  const details = wire.list(error['details']).map((detail) => wire.record(detail) as ErrorDetail);
  const reason = details.find((detail) => detail.reason !== undefined)?.reason ?? reasonIn(body);
  const facts = {
    call: asked.call,
    service: asked.service,
    code,
    status: wire.text(error['status']) ?? statusOfReason(reason) ?? statusOfCode(code),
    reason,
    words: wordsIn(body) ?? wire.edgeWords(thrown, code),
    requestId: wire.header(thrown, 'x-request-id') ?? wire.header(thrown, 'x-guploader-uploadid'),
    details,
    retryAfter: retryInfo(details) ?? wire.retryAfterHeader(thrown),
  };
  return new ApiError(facts, thrown);
}

/** BigQuery's reason, or the `error` of an OAuth body. */
function reasonIn(body: Record<string, unknown>): string | undefined {
  const [first] = wire.list(wire.record(body['error'])['errors']);
  return wire.text(wire.record(first)['reason']) ?? wire.text(body['error']);
}

/** A proxy may answer with a bare `message`. */
function wordsIn(body: Record<string, unknown>): string | undefined {
  const { message } = wire.record(body['error']);
  return wire.text(message) ?? wire.text(body['error_description']) ?? wire.text(body['message']);
}

/** BigQuery leaves `status` out now and then; its reasons say the same. */
function statusOfReason(reason: string | undefined): string | undefined {
  if (reason === 'duplicate' || reason === 'alreadyExists') return 'ALREADY_EXISTS';
  if (reason === 'notFound') return 'NOT_FOUND';
  return undefined;
}

function retryInfo(details: readonly ErrorDetail[]): number | undefined {
  const delay = details.find((detail) => detail.retryDelay !== undefined)?.retryDelay;
  return delay === undefined ? undefined : Number.parseFloat(delay) * 1000;
}

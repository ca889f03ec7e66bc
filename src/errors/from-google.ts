import { ApiError, statusOfCode } from './api-error.ts';
import type { Asked, ErrorDetail } from './api-error.ts';
import { retryAfterHeader, retryDelay } from './retry-after.ts';
import * as wire from './thrown.ts';
import { answerOf } from './whose-answer.ts';

/**
 * What Google's libraries threw, as one `ApiError`.
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
  const body = wire.bodyOf(thrown);
  const error = wire.record(body['error']);
  const details = detailsIn(error);
  const reason = details.find((detail) => detail.reason !== undefined)?.reason ?? reasonIn(body);
  const words = wordsIn(body);
  const { code, unanswered } = answerOf(thrown, { isReadable: words !== undefined || reason !== undefined });
  const facts = {
    call: asked.call,
    service: asked.service,
    code,
    status: wire.text(error['status']) ?? statusOfReason(reason) ?? statusOfCode(code),
    reason: code === undefined ? unanswered : reason,
    words: words ?? wire.edgeWords(thrown, wire.httpCode(thrown)),
    requestId: wire.header(thrown, 'x-request-id') ?? wire.header(thrown, 'x-guploader-uploadid'),
    details,
    retryAfter: retryInfo(details) ?? retryAfterHeader(wire.header(thrown, 'retry-after'), Date.now()),
  };
  return new ApiError(facts, thrown);
}

/** As many as any error of Google has, and no more of each than can be told. */
const MOST_DETAILS = 20;
const LONGEST_DETAIL = 10_000;

function detailsIn(error: Record<string, unknown>): ErrorDetail[] {
  return wire
    .list(error['details'])
    .slice(0, MOST_DETAILS)
    .map((detail) => wire.record(detail))
    .filter((detail) => JSON.stringify(detail).length <= LONGEST_DETAIL);
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
  return details.map((detail) => retryDelay(detail.retryDelay)).find((pause) => pause !== undefined);
}

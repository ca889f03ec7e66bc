import { ApiError, RATE_LIMIT, statusOfCode } from './api-error.ts';
import type { Asked, ErrorDetail } from './api-error.ts';
import { retryAfterHeader } from './retry-after.ts';
import * as wire from './thrown.ts';
import { answerOf } from './whose-answer.ts';

/**
 * What was thrown while Segment was asked, as one `ApiError`. Its errors are `{errors: [{type, message?, field?, data?}]}`; the
 * fields that are complained of come as `details[].metadata.field`.
 *
 * @returns undefined where no request failed: a problem of our own, or a defect, which do not get better by repeating
 */
export function fromSegment(asked: Asked, thrown: unknown): ApiError | undefined {
  if (thrown instanceof ApiError) return thrown;
  if (wire.httpCode(thrown) === undefined && !wire.isNetworkFailure(thrown)) return undefined;
  const errors = wire.list(wire.bodyOf(thrown)['errors']).map((error) => wire.record(error));
  const words = wordsIn(errors);
  const { code, unanswered } = answerOf(thrown, { isReadable: errors.length > 0 });
  const facts = {
    call: asked.call,
    service: asked.service,
    code,
    status: statusOfCode(code),
    reason: code === undefined ? unanswered : code === 429 ? RATE_LIMIT : undefined,
    words: words ?? wire.edgeWords(thrown, wire.httpCode(thrown)),
    requestId: wire.header(thrown, 'x-request-id'),
    details: detailsIn(errors),
    retryAfter: pauseIn(errors) ?? retryAfterHeader(wire.header(thrown, 'retry-after'), Date.now()),
  };
  return new ApiError(facts, thrown);
}

/** As many as anybody reads. */
const MOST_ERRORS = 20;

function detailsIn(errors: readonly Record<string, unknown>[]): ErrorDetail[] {
  return errors.slice(0, MOST_ERRORS).flatMap((error) => {
    const named = wire.text(error['field']);
    return named === undefined ? [] : [{ metadata: { field: named.slice(0, 200) } }];
  });
}

/** `field: message`, else the type alone. */
function wordsIn(errors: readonly Record<string, unknown>[]): string | undefined {
  const all = errors.slice(0, MOST_ERRORS).flatMap((error) => {
    const said = wire.text(error['message']) ?? wire.text(error['type']);
    const named = wire.text(error['field']);
    return said === undefined ? [] : [named === undefined ? said : `${named}: ${said}`];
  });
  return all.length === 0 ? undefined : all.join('; ');
}

/** `msBeforeNext` of a 429. */
function pauseIn(errors: readonly Record<string, unknown>[]): number | undefined {
  return errors
    .map(({ data }) => wire.record(data)['msBeforeNext'])
    .find((pause): pause is number => typeof pause === 'number' && Number.isFinite(pause) && pause >= 0);
}

/** Whether a refusal complains of this field, or of something in it: `settings.credentials`, `credentials`. */
export function complainsOf(error: unknown, name: string): boolean {
  if (!(error instanceof ApiError) || error.service !== 'segment' || error.code !== 422) return false;
  return error.details.some(({ metadata }) => {
    const parts = (metadata?.['field'] ?? '').split(/[.[\]"']+/).filter((part) => part !== '');
    return parts.includes(name);
  });
}

import { ApiError, RATE_LIMIT, statusOfCode } from './api-error.ts';
import type { Asked, ErrorDetail } from './api-error.ts';
import { resetAt, retryAfterHeader } from './retry-after.ts';
import * as wire from './thrown.ts';
import { answerOf } from './whose-answer.ts';

/**
 * What Octokit threw, as one `ApiError`.
 *
 * @returns undefined where no request failed: a problem of our own, or a defect, which do not get better by repeating
 */
export function fromOctokit(asked: Asked, thrown: unknown): ApiError | undefined {
  if (thrown instanceof ApiError) return thrown;
  if (wire.httpCode(thrown) === undefined && !wire.isNetworkFailure(thrown)) return undefined;
  const words = wordsIn(wire.bodyOf(thrown));
  const { code, unanswered } = answered(thrown, words !== undefined);
  const limit = limitIn(thrown, code, words);
  const facts = {
    call: asked.call,
    service: asked.service,
    code,
    status: statusOfCode(code),
    reason: code === undefined ? unanswered : limit?.reason,
    words: words ?? wire.edgeWords(thrown, hasResponse(thrown) ? wire.httpCode(thrown) : undefined),
    requestId: wire.header(thrown, 'x-github-request-id'),
    details: limit?.details ?? [],
    retryAfter: retryAfterHeader(wire.header(thrown, 'retry-after'), Date.now()) ?? limit?.pause,
  };
  return new ApiError(facts, thrown);
}

function hasResponse(thrown: unknown): boolean {
  return wire.record(thrown)['response'] !== undefined;
}

/** Without an answer, Octokit makes up a status of 500. */
function answered(thrown: unknown, isReadable: boolean): ReturnType<typeof answerOf> {
  if (hasResponse(thrown)) return answerOf(thrown, { isReadable });
  return { code: undefined, unanswered: wire.whyUnanswered(thrown) };
}

interface Limit {
  readonly reason: string;
  readonly details: readonly ErrorDetail[];
  readonly pause: number | undefined;
}

/** GitHub's limits are refusals (403) as often as not; the primary one says when it ends. */
function limitIn(thrown: unknown, code: number | undefined, words = ''): Limit | undefined {
  if (code !== 403 && code !== 429) return undefined;
  const isSpent = wire.header(thrown, 'x-ratelimit-remaining') === '0';
  if (code !== 429 && !isSpent && !/\brate limit\b/i.test(words)) return undefined;
  const end = isSpent ? resetAt(wire.header(thrown, 'x-ratelimit-reset')) : undefined;
  if (end === undefined) return { reason: RATE_LIMIT, details: [], pause: undefined };
  const details = [{ metadata: { resetsAt: new Date(end).toISOString() } }];
  return { reason: RATE_LIMIT, details, pause: Math.max(0, end - Date.now()) };
}

/** What a validation of GitHub found stands in `errors[]`: its message says only that it failed. */
function wordsIn(body: Record<string, unknown>): string | undefined {
  const message = wire.text(body['message']);
  const found = wire.list(body['errors']).map((error) => wire.text(error) ?? wire.text(wire.record(error)['message']));
  return message && [message, ...found.filter((words) => words !== undefined)].join(': ');
}

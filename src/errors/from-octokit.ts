import { ApiError, statusOfCode } from './api-error.ts';
import type { Asked } from './api-error.ts';
import * as wire from './thrown.ts';

/**
 * What Octokit threw, as one `ApiError`.
 *
 * @returns undefined where no request failed: a problem of our own, or a defect, which do not get better by repeating
 */
export function fromOctokit(asked: Asked, thrown: unknown): ApiError | undefined {
  if (thrown instanceof ApiError) return thrown;
  if (wire.httpCode(thrown) === undefined && !wire.isNetworkFailure(thrown)) return undefined;
  // Without an answer, Octokit makes up a status of 500.
  const code = wire.record(thrown)['response'] === undefined ? undefined : wire.httpCode(thrown);
  const facts = {
    call: asked.call,
    service: asked.service,
    code,
    status: statusOfCode(code),
    reason: undefined,
    words: wordsIn(wire.bodyOf(thrown)) ?? wire.edgeWords(thrown, code),
    requestId: wire.header(thrown, 'x-github-request-id'),
    details: [],
    retryAfter: wire.retryAfterHeader(thrown),
  };
  return new ApiError(facts, thrown);
}

/** What a validation of GitHub found stands in `errors[]`: its message says only that it failed. */
function wordsIn(body: Record<string, unknown>): string | undefined {
  const message = wire.text(body['message']);
  const found = wire.list(body['errors']).map((error) => wire.text(error) ?? wire.text(wire.record(error)['message']));
  return message && [message, ...found.filter((words) => words !== undefined)].join(': ');
}

import { ApiError, statusOfCode } from './api-error.ts';
import * as wire from './thrown.ts';

/** What the runner's OIDC service answered, or that it did not: whatever was thrown came from that one request. */
export function oidcError(thrown: Error): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const code = wire.httpCode(thrown);
  // The toolkit's client tells a time-out only in words.
  const isLate = /^Request timeout\b/.test(thrown.message);
  const facts = {
    call: "get this workflow's OIDC token",
    service: 'github-oidc' as const,
    code,
    status: statusOfCode(code),
    reason: code === undefined ? (isLate ? 'time-limit' : wire.whyUnanswered(thrown)) : undefined,
    words: isLate ? 'nothing came within the time limit of one request' : thrown.message.replace(/\s+/g, ' '),
    requestId: undefined,
    details: [],
    retryAfter: undefined,
  };
  return new ApiError(facts, thrown);
}

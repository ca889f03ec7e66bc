import { ApiError } from '../../../src/errors/api-error.ts';
import type { ApiErrorFacts } from '../../../src/errors/api-error.ts';

/** An error from the wire; whatever does not matter is made up. */
export function apiError(facts: Partial<ApiErrorFacts> = {}): ApiError {
  return new ApiError({
    call: 'do it',
    service: 'iam',
    code: undefined,
    status: 'UNKNOWN',
    reason: undefined,
    words: 'no',
    requestId: undefined,
    details: [],
    retryAfter: undefined,
    ...facts,
  });
}

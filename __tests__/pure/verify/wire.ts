import { ApiError } from '../../../src/errors/api-error.ts';
import type { ApiErrorFacts } from '../../../src/errors/api-error.ts';

/** What a service said against a request. */
export function refusal(words: string, more: Partial<ApiErrorFacts> = {}): ApiError {
  return new ApiError({
    call: 'try the statement',
    service: 'bigquery',
    code: 403,
    status: 'PERMISSION_DENIED',
    reason: undefined,
    words,
    requestId: undefined,
    details: [],
    retryAfter: undefined,
    ...more,
  });
}

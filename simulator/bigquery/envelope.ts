/** BigQuery's refusals: the classic envelope, whose `errors[]` bq reads. */
import { NO_CREDENTIALS } from '../engine/envelope.ts';
import type { Envelope } from '../engine/envelope.ts';
import { google } from '../engine/refusal.ts';
import { Refusal } from '../engine/route.ts';

const BIGQUERY_STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

/** BigQuery's classic envelope. */
export function bigQuery(code: number, reason: string, message: string): Refusal {
  return google(code, BIGQUERY_STATUS[code] ?? 'UNKNOWN', message, { reason });
}

/** What Google knows and this world does not: refused rather than silently left out. */
export function unsupported(what: string): Refusal {
  return bigQuery(400, 'invalid', `${what} is not supported by this simulator.`);
}

export const bigQueryEnvelope: Envelope = {
  refuse: (fault, { path }) => {
    switch (fault) {
      case 'conflict':
        return bigQuery(412, 'conditionNotMet', 'Precondition check failed.');
      case 'throttle':
        return bigQuery(
          403,
          'rateLimitExceeded',
          'Exceeded rate limits: too many dataset metadata update operations for this dataset.',
        );
      case 'deny':
        return bigQuery(403, 'accessDenied', 'Access Denied: the caller does not have permission.');
      case 'outage':
        return bigQuery(503, 'backendError', 'Error encountered during execution. Retrying may solve the problem.');
      case 'lag':
        return path.includes('/datasets/')
          ? bigQuery(400, 'invalid', 'IAM setPolicy failed for Dataset: Service account does not exist.')
          : bigQuery(404, 'notFound', 'Not found.');
    }
  },
  exhausted: ({ seconds }) => {
    const { reply } = bigQuery(
      429,
      'rateLimitExceeded',
      'Exceeded rate limits: too many api requests per user per method for this user_method. For more information, see https://cloud.google.com/bigquery/docs/troubleshoot-quotas',
    );
    return new Refusal({ ...reply, headers: { 'retry-after': String(Math.ceil(seconds)) } });
  },
  malformed: (message) => bigQuery(400, 'badRequest', message),
  unauthenticated: () => bigQuery(401, 'authError', NO_CREDENTIALS),
};

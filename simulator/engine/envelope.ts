/** How a service words what it refuses whatever was asked, and what a fault makes it say. */
import type { Exhaustion } from './quota.ts';
import { google, invalid } from './refusal.ts';
import type { Refusal } from './route.ts';

/** Faults that are a refusal; the others break the connection. */
export const REFUSING_FAULTS = ['conflict', 'throttle', 'deny', 'outage', 'lag'] as const;
export type RefusingFault = (typeof REFUSING_FAULTS)[number];

/** What was asked when it refused. */
export interface Asked {
  readonly method: string;
  readonly path: string;
}

export interface Envelope {
  readonly refuse: (fault: RefusingFault, asked: Asked) => Refusal;
  /** What is sent has not the shape that was promised. */
  readonly malformed: (message: string) => Refusal;
  /** More requests than the caller's quota allows. */
  readonly exhausted: (exhaustion: Exhaustion) => Refusal;
  /** No token, or one that is not valid. */
  readonly unauthenticated: () => Refusal;
}

export const NO_CREDENTIALS =
  'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.';
export const CONCURRENT_CHANGES =
  'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.';

/** That of Google's newer services. */
export const googleEnvelope: Envelope = {
  refuse: (fault, { method, path }) => {
    switch (fault) {
      case 'conflict':
        return google(409, 'ABORTED', CONCURRENT_CHANGES, { reason: 'aborted' });
      case 'throttle':
        return google(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric.', { reason: 'rateLimitExceeded' });
      case 'deny':
        return google(403, 'PERMISSION_DENIED', 'The caller does not have permission', { reason: 'forbidden' });
      case 'outage':
        return google(503, 'UNAVAILABLE', 'The service is currently unavailable.', { reason: 'backendError' });
      case 'lag':
        if (path.endsWith(':setIamPolicy')) return invalid('Service account does not exist.');
        return google(404, 'NOT_FOUND', `${method} ${path}: not found.`, { reason: 'notFound' });
    }
  },
  malformed: (message) => google(400, 'INVALID_ARGUMENT', message),
  exhausted: ({ quota, seconds }) => {
    const metric = `quota metric 'Requests' and limit 'Requests per minute per user'`;
    const type = (name: string): object => ({ '@type': `type.googleapis.com/google.rpc.${name}` });
    return google(429, 'RESOURCE_EXHAUSTED', `Quota exceeded for ${metric}.`, {
      reason: 'rateLimitExceeded',
      details: [
        {
          ...type('ErrorInfo'),
          reason: 'RATE_LIMIT_EXCEEDED',
          domain: 'googleapis.com',
          metadata: { quota_limit: 'RequestsPerMinutePerUser', quota_limit_value: String(quota) },
        },
        { ...type('RetryInfo'), retryDelay: `${seconds.toFixed(3)}s` },
      ],
    });
  },
  unauthenticated: () => {
    const detail = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'ACCESS_TOKEN_EXPIRED',
      domain: 'googleapis.com',
    };
    return google(401, 'UNAUTHENTICATED', NO_CREDENTIALS, { details: [detail] });
  },
};

/** Segment's refusals. Clients are told to go by the status: the types are not a closed list. */
import type { Envelope } from '../engine/envelope.ts';
import { Refusal } from '../engine/route.ts';

const TYPES: Readonly<Record<number, string>> = {
  400: 'bad-request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  406: 'NotAcceptable',
  409: 'Conflict',
  415: 'UnsupportedMediaType',
  422: 'ValidationFailure',
  429: 'RequestError',
  503: 'ServiceUnavailable',
};

/** What an error may say besides its type and message. */
interface More {
  /** What was wrong in the body: `settings.credentials`. */
  readonly field?: string;
  readonly data?: unknown;
}

export function segment(status: number, message: string, more: More = {}): Refusal {
  return new Refusal({ status, body: { errors: [{ type: TYPES[status] ?? 'RequestError', message, ...more }] } });
}

/** 422 for a field. */
export function unfit(field: string, message: string): Refusal {
  return segment(422, message, { field });
}

export function missing(what: string, id: string): Refusal {
  return segment(404, `The ${what} ${id} was not found.`);
}

/** What a fault makes a client wait. */
const WAIT = 1_000;

function limited(milliseconds: number): Refusal {
  const data = { msBeforeNext: milliseconds, remainingPoints: 0, consumedPoints: 200 };
  return segment(429, 'Too many requests.', { data });
}

export const segmentEnvelope: Envelope = {
  refuse: (fault) => {
    switch (fault) {
      case 'conflict':
        return segment(409, 'The resource was changed at the same time.');
      case 'throttle':
        return limited(WAIT);
      case 'deny':
        return segment(403, 'The token does not have the necessary permissions.');
      case 'outage':
        return segment(503, 'The service is unavailable.');
      case 'lag':
        return segment(404, 'The resource was not found.');
    }
  },
  malformed: (message) => segment(422, message),
  exhausted: ({ seconds }) => limited(Math.ceil(seconds * 1000)),
  unauthenticated: () => segment(401, 'The token is missing or not valid.'),
};

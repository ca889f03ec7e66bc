/** GitHub's refusals. */
import type { Envelope } from '../engine/envelope.ts';
import { Refusal } from '../engine/route.ts';

/** `errors` tell what a validation found. */
export function gitHub(
  status: number,
  message: string,
  errors?: readonly unknown[],
  headers?: Readonly<Record<string, string>>,
): Refusal {
  return new Refusal({
    status,
    body: {
      message,
      ...(errors && { errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(status),
    },
    headers: { 'x-github-request-id': 'SIM0:0000:0001', ...headers },
  });
}

export const gitHubEnvelope: Envelope = {
  refuse: (fault) => {
    switch (fault) {
      case 'conflict':
        return gitHub(409, 'Conflict');
      case 'throttle':
        return gitHub(429, 'API rate limit exceeded');
      case 'deny':
        return gitHub(403, 'Resource not accessible by personal access token');
      case 'outage':
        return gitHub(503, 'Service unavailable');
      case 'lag':
        return gitHub(404, 'Not Found');
    }
  },
  // The primary limit: no missing right, although many a library takes it for one.
  exhausted: ({ quota, seconds }) =>
    gitHub(429, 'API rate limit exceeded for user ID 583231.', undefined, {
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-limit': String(quota),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000 + seconds)),
    }),
  malformed: (message) => gitHub(422, message),
  unauthenticated: () => gitHub(401, 'Bad credentials'),
};

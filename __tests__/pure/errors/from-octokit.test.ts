import { describe, expect, test } from '@jest/globals';
import { fromOctokit } from '../../../src/errors/from-octokit.ts';
import { apiError } from './api-errors.ts';

const asked = { call: 'write the secret', service: 'github' } as const;

/** As Octokit throws an answer. */
function answer(status: number, data: unknown, headers: Readonly<Record<string, string>> = {}): Error {
  return Object.assign(new Error(`HTTP ${String(status)}`), {
    name: 'HttpError',
    status,
    response: { status, data, headers },
    request: { body: 'a secret' },
  });
}

describe('fromOctokit', () => {
  test.each([
    [
      'a message',
      answer(403, { message: 'Resource not accessible by integration' }, { 'x-github-request-id': 'A:1' }),
      {
        code: 403,
        status: 'PERMISSION_DENIED',
        words: 'Resource not accessible by integration',
        requestId: 'A:1',
      },
    ],
    [
      'a validation, errors as records',
      answer(422, { message: 'Validation Failed', errors: [{ field: 'body', message: 'Body is too long' }] }),
      { code: 422, status: 'INVALID_ARGUMENT', words: 'Validation Failed: Body is too long' },
    ],
    [
      'a validation, errors as text',
      answer(422, { message: 'Validation Failed', errors: ['one', 'two', {}] }),
      { words: 'Validation Failed: one: two' },
    ],
    [
      'the HTML page of a proxy',
      answer(502, '<html>Unicorn!</html>'),
      { code: 502, words: 'the answer had no readable body (HTTP 502)' },
    ],
    ['a rate limit', answer(429, { message: 'slow down' }, { 'retry-after': '60' }), { retryAfter: 60_000 }],
  ])('%s → facts', (_name, thrown, facts) => {
    expect(fromOctokit(asked, thrown)).toMatchObject({ name: 'ApiError', ...asked, ...facts });
  });

  test('no answer, for which Octokit makes up a 500 → no code, in the words of the network', () => {
    const cause = Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED' });
    const thrown = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1', { cause }), { status: 500 });
    expect(fromOctokit(asked, thrown)).toMatchObject({
      code: undefined,
      status: 'UNAVAILABLE',
      words: 'ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  test.each([new Error('a defect'), 'words', undefined])('%s → nothing that GitHub said', (thrown) => {
    expect(fromOctokit(asked, thrown)).toBeUndefined();
  });

  test('an ApiError → as it is', () => {
    const error = apiError({ code: 404 });
    expect(fromOctokit(asked, error)).toBe(error);
  });

  test('any answer → the body of the request is nowhere in the text', () => {
    const error = fromOctokit(asked, answer(500, ''));
    expect(`${error?.message ?? ''} ${error?.words ?? ''}`).not.toContain('a secret');
  });
});

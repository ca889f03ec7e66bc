import { describe, expect, test } from '@jest/globals';
import { fromGoogle, googleError } from '../../../src/errors/from-google.ts';
import { apiError } from './api-errors.ts';

const asked = { call: 'read the role', service: 'iam' } as const;

/** As gaxios and @google-cloud/bigquery throw an answer. */
function answer(status: number, data: unknown, headers: Readonly<Record<string, string>> = {}): Error {
  return Object.assign(new Error(`HTTP ${String(status)}`), {
    status,
    response: { status, data, headers: new Headers(headers) },
  });
}

const envelope = (error: object): unknown => ({ error });
const info = (reason: string): object => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason });

describe('fromGoogle: an answer → facts', () => {
  test.each([
    [
      'an envelope',
      answer(403, envelope({ code: 403, message: 'No.', status: 'PERMISSION_DENIED', details: [info('DENIED')] })),
      { code: 403, status: 'PERMISSION_DENIED', reason: 'DENIED', words: 'No.' },
    ],
    [
      "BigQuery's envelope without a status",
      answer(409, envelope({ message: 'Already Exists: Dataset', errors: [{ reason: 'duplicate' }] })),
      { code: 409, status: 'ALREADY_EXISTS', reason: 'duplicate', words: 'Already Exists: Dataset' },
    ],
    [
      'ErrorInfo beside errors[]',
      answer(
        403,
        envelope({ message: 'Off.', errors: [{ reason: 'forbidden' }], details: [info('SERVICE_DISABLED')] }),
      ),
      { status: 'PERMISSION_DENIED', reason: 'SERVICE_DISABLED' },
    ],
    [
      'an OAuth body',
      answer(400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }),
      { code: 400, status: 'INVALID_ARGUMENT', reason: 'invalid_grant', words: 'Invalid JWT Signature.' },
    ],
    [
      'a body as text',
      answer(404, JSON.stringify(envelope({ message: 'Not found.', status: 'NOT_FOUND' }))),
      { code: 404, status: 'NOT_FOUND', words: 'Not found.' },
    ],
    [
      'a body in a list',
      answer(404, [envelope({ message: 'Not found.', status: 'NOT_FOUND' })]),
      { code: 404, words: 'Not found.' },
    ],
    [
      'the HTML page of a proxy',
      answer(502, '<html>Bad Gateway</html>'),
      { code: 502, status: 'UNAVAILABLE', reason: undefined, words: 'the answer had no readable body (HTTP 502)' },
    ],
  ])('%s', (_name, thrown, facts) => {
    expect(fromGoogle(asked, thrown)).toMatchObject({ name: 'ApiError', ...asked, ...facts, cause: thrown });
  });

  test('headers → request id and Retry-After', () => {
    const thrown = answer(503, '', { 'x-request-id': 'abc', 'retry-after': '7' });
    expect(fromGoogle(asked, thrown)).toMatchObject({ requestId: 'abc', retryAfter: 7_000 });
    const inPlain = Object.assign(new Error('no'), { response: { status: 503, headers: { 'retry-after': '7' } } });
    expect(fromGoogle(asked, inPlain)).toMatchObject({ retryAfter: 7_000 });
  });

  test('Retry-After as a date → milliseconds from now, never negative', () => {
    const at = (milliseconds: number): string => new Date(Date.now() + milliseconds).toUTCString();
    const later = fromGoogle(asked, answer(503, '', { 'retry-after': at(60_000) }));
    expect(later?.retryAfter).toBeGreaterThan(50_000);
    expect(fromGoogle(asked, answer(503, '', { 'retry-after': at(-60_000) }))).toMatchObject({ retryAfter: 0 });
  });

  test('RetryInfo → before the header', () => {
    const body = envelope({ message: 'Slow down.', details: [{ retryDelay: '86401s' }] });
    expect(fromGoogle(asked, answer(429, body, { 'retry-after': '1' }))).toMatchObject({ retryAfter: 86_401_000 });
  });
});

describe('fromGoogle: no answer', () => {
  test.each([
    ['a system error', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED: connect'],
    [
      'its cause',
      new Error('fetch failed', { cause: Object.assign(new Error('x'), { code: 'UND_ERR_SOCKET' }) }),
      'UND_ERR_SOCKET: fetch failed',
    ],
    [
      'a time-out',
      Object.assign(new Error('timed out'), { name: 'TimeoutError' }),
      'nothing came within the time limit of one request',
    ],
    ['node-fetch', Object.assign(new Error('hang up'), { name: 'FetchError', errno: 'ECONNRESET' }), 'hang up'],
  ])('%s → an ApiError without a code', (_name, thrown, words) => {
    expect(fromGoogle(asked, thrown)).toMatchObject({ code: undefined, status: 'UNAVAILABLE', words });
  });

  test.each([new Error('a defect'), new TypeError('x is not a function'), 'words', undefined])(
    '%s → nothing that a service said',
    (thrown) => {
      expect(fromGoogle(asked, thrown)).toBeUndefined();
    },
  );

  test('an ApiError → as it is', () => {
    const error = apiError({ code: 404 });
    expect(fromGoogle(asked, error)).toBe(error);
    expect(googleError(asked, error)).toBe(error);
  });

  test('googleError of anything → an ApiError', () => {
    expect(googleError(asked, new Error('odd'))).toMatchObject({ code: undefined, words: 'odd' });
  });
});

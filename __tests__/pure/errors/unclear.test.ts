import { describe, expect, test } from '@jest/globals';
import { isConflict, isNotFound, isUnanswered, isUnclear } from '../../../src/errors/api-error.ts';
import type { ApiError } from '../../../src/errors/api-error.ts';
import { fromGoogle } from '../../../src/errors/from-google.ts';
import { fromOctokit } from '../../../src/errors/from-octokit.ts';
import { oidcError } from '../../../src/errors/from-runner.ts';
import { UnreadableAnswer } from '../../../src/errors/unreadable.ts';
import { apiError } from './api-errors.ts';

/** What is no answer of a service: never a clear refusal, never absence, never a defect. */

const asked = { call: 'read it', service: 'iam' } as const;
const coded = (code: string, more: object = {}): Error => Object.assign(new Error('x'), { code, ...more });
const answered = (status: number, data: unknown, headers: object = {}): Error =>
  Object.assign(new Error('x'), { status, response: { status, data, headers } });
/** As Octokit wraps what its fetch threw. */
const wrapped = (cause: unknown): Error => Object.assign(new Error('fetch failed', { cause }), { status: 500 });
const late = (): Error => Object.assign(new Error('late'), { name: 'TimeoutError' });

describe('no answer → an ApiError without a code, unclear, with the reason that can be told', () => {
  test.each<[string, unknown, string | undefined]>([
    ["gaxios' own time-out", coded('TimeoutError'), 'time-limit'],
    ['a time-out by name', late(), 'time-limit'],
    ['undici, no headers', coded('UND_ERR_HEADERS_TIMEOUT'), 'time-limit'],
    ['an abort', Object.assign(new Error('x'), { name: 'AbortError' }), undefined],
    ['a reset', coded('ECONNRESET'), undefined],
    ['no name', coded('ENOTFOUND'), undefined],
    ['an answer cut short', coded('ERR_STREAM_PREMATURE_CLOSE'), undefined],
    ['broken compression', coded('Z_BUF_ERROR'), undefined],
    ['broken HTTP', coded('HPE_INVALID_CONSTANT'), undefined],
    ['whatever gaxios threw', Object.assign(new Error('odd'), { [Symbol.for('gaxios-gaxios-error')]: '8' }), undefined],
    ['a certificate of nobody', coded('SELF_SIGNED_CERT_IN_CHAIN'), 'certificate'],
    ['an unknown authority', coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'certificate'],
    ['another host', coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'certificate'],
    ['an expired certificate', new Error('x', { cause: coded('CERT_HAS_EXPIRED') }), 'certificate'],
    ['an answer too long for anybody', coded('', { type: 'max-size', name: 'FetchError' }), 'unreadable'],
    ['an answer that is not the document', new UnreadableAnswer('it has no etag'), 'unreadable'],
    [
      'a proxy without its password',
      new Error('tunneling socket could not be established, statusCode=407', { cause: coded('ECONNRESET') }),
      'proxy-password',
    ],
  ])('%s', (_name, thrown, reason) => {
    for (const error of [fromGoogle(asked, thrown), fromOctokit(asked, wrapped(thrown))]) {
      expect(error).toMatchObject({ name: 'ApiError', code: undefined, reason });
      expect({ unclear: isUnclear(error), absent: isNotFound(error) }).toEqual({ unclear: true, absent: false });
    }
  });

  test.each([coded('ENOENT'), coded('EACCES'), coded('ERR_INVALID_ARG_TYPE'), new TypeError('x is not a function')])(
    'nothing that was on its way: %s → not from a service',
    (thrown) => {
      expect(fromGoogle(asked, thrown)).toBeUndefined();
    },
  );

  test.each([
    [400, '<html>'],
    [403, '<html>Blocked by your administrator</html>'],
    [404, '<html>Not found</html>'],
    [404, ''],
    [404, {}],
    [409, 'x'],
    [412, undefined],
  ])('HTTP %i with %j → somebody else said it: unreadable, never absence, refusal or conflict', (status, data) => {
    for (const error of [fromGoogle(asked, answered(status, data)), fromOctokit(asked, answered(status, data))]) {
      expect(error).toMatchObject({ code: undefined, reason: 'unreadable' });
      expect([isUnclear(error), isNotFound(error), isConflict(error)]).toEqual([true, false, false]);
    }
  });

  test.each([301, 302, 303, 307, 308, 407, 408, 500, 502, 503, 504, 511])(
    'HTTP %i → unclear, whatever is in it',
    (status) => {
      for (const data of ['<html>', '', { error: { message: 'x' } }]) {
        expect(isUnclear(fromGoogle(asked, answered(status, data)))).toBe(true);
      }
    },
  );

  test('429 of an edge cache, in HTML → still "not now"', () => {
    expect(fromGoogle(asked, answered(429, '<html>', { 'retry-after': '3' }))).toMatchObject({
      code: 429,
      retryAfter: 3_000,
    });
  });
});

describe('headers by whatever has a get', () => {
  test("node-fetch's class, the global one, a plain object → read alike", () => {
    const own = { get: (name: string) => (name === 'x-request-id' ? 'R' : name === 'retry-after' ? '2' : null) };
    for (const headers of [
      own,
      new Headers({ 'x-request-id': 'R', 'retry-after': '2' }),
      { 'x-request-id': 'R', 'retry-after': '2' },
    ]) {
      expect(fromGoogle(asked, answered(503, '', headers))).toMatchObject({ requestId: 'R', retryAfter: 2_000 });
    }
  });
});

describe("GitHub's limits", () => {
  const reset = Math.floor(Date.now() / 1000) + 30;
  test.each<[string, Error, object]>([
    [
      'the primary one, as a 403',
      answered(
        403,
        { message: 'API rate limit exceeded' },
        { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
      ),
      { reason: 'rateLimitExceeded', details: [{ metadata: { resetsAt: new Date(reset * 1000).toISOString() } }] },
    ],
    [
      'the secondary one',
      answered(403, { message: 'You have exceeded a secondary rate limit' }),
      { reason: 'rateLimitExceeded', retryAfter: undefined },
    ],
    ['a 429', answered(429, { message: 'x' }), { reason: 'rateLimitExceeded' }],
    [
      'a garbled end',
      answered(
        403,
        { message: 'API rate limit exceeded' },
        { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' },
      ),
      { reason: 'rateLimitExceeded', retryAfter: undefined, details: [] },
    ],
    [
      'no limit at all',
      answered(403, { message: 'Resource not accessible' }, { 'x-ratelimit-remaining': '12' }),
      { reason: undefined },
    ],
  ])('%s', (_name, thrown, facts) => {
    expect(fromOctokit(asked, thrown)).toMatchObject(facts);
  });

  test('the primary one → waited for until it ends', () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    const pause = fromOctokit(asked, answered(403, { message: 'no' }, headers))?.retryAfter ?? 0;
    expect(pause).toBeGreaterThan(20_000);
    expect(pause).toBeLessThanOrEqual(31_000);
  });
});

describe("the runner's OIDC service", () => {
  test.each<[string, Error, object]>([
    [
      'silence, in the words of its client',
      new Error('Request timeout: /token'),
      { code: undefined, reason: 'time-limit' },
    ],
    ['an answer that does not end', late(), { code: undefined, reason: 'time-limit' }],
    [
      'a proxy',
      new Error('tunneling socket could not be established, statusCode=407'),
      { code: undefined, reason: 'proxy-password' },
    ],
    ['a certificate', coded('SELF_SIGNED_CERT_IN_CHAIN'), { code: undefined, reason: 'certificate' }],
    ['no token in the answer', new UnreadableAnswer('no'), { code: undefined, reason: 'unreadable' }],
    ['a refusal', Object.assign(new Error('HTTP 403'), { statusCode: 403 }), { code: 403 }],
  ])('%s', (_name, thrown, facts) => {
    expect(oidcError(thrown)).toMatchObject({ service: 'github-oidc', ...facts });
  });
});

describe('words of others', () => {
  const long = (length: number): ApiError => apiError({ words: 'service account '.repeat(length), code: 400 });

  test('60 MB → cut to what somebody may read', () => {
    expect(long(4_000_000).words.length).toBeLessThan(2_010);
    expect(long(4_000_000).message.length).toBeLessThan(2_100);
  });

  test('names and details → cut as well', () => {
    const huge = 'x'.repeat(1_000_000);
    const error = fromGoogle(
      asked,
      answered(400, { error: { message: 'm', status: huge, details: [{ reason: huge }, { reason: 'ok' }] } }),
    );
    expect(error?.status.length).toBeLessThan(300);
    expect(error?.details).toEqual([{ reason: 'ok' }]);
  });
});

describe('a conflict', () => {
  test.each<[string, object, boolean]>([
    ["BigQuery's etag", { code: 412, words: 'Precondition check failed.' }, true],
    ['a demand for encryption', { code: 412, words: 'Operation denied by org policy: ["constraints/gcp.x"]' }, false],
    ['a customer that is not permitted', { code: 412, words: 'do not belong to a permitted customer' }, false],
    ['a concurrent policy change', { code: 409, status: 'ABORTED' }, true],
    ['a name that is taken', { code: 409, status: 'ALREADY_EXISTS' }, false],
  ])('%s', (_name, facts, expected) => {
    expect(isConflict(apiError(facts))).toBe(expected);
  });

  test('isUnanswered → only of errors without a code', () => {
    expect(isUnanswered(apiError({ code: 403, reason: 'time-limit' }), 'time-limit')).toBe(false);
  });
});

import { describe, expect, test } from '@jest/globals';
import { UnreadableAnswer } from '../../../src/errors/unreadable.ts';
import { complainsOf, fromSegment } from '../../../src/errors/from-segment.ts';
import { apiError } from './api-errors.ts';

const asked = { call: 'create the source x', service: 'segment' } as const;
/** As the HTTP client throws it. */
const thrown = (status: number, data: unknown, headers: Record<string, string> = {}): Error =>
  Object.assign(new Error('Request failed'), { status, response: { status, data, headers: new Headers(headers) } });
const segmentError = (status: number, ...errors: readonly object[]): ReturnType<typeof fromSegment> =>
  fromSegment(asked, thrown(status, { errors }));

describe('what Segment answered → facts', () => {
  test('a message with a field → both are told', () => {
    expect(segmentError(422, { type: 'ValidationFailure', field: 'slug', message: 'is taken' })).toMatchObject({
      ...{ code: 422, status: 'INVALID_ARGUMENT', words: 'slug: is taken' },
      details: [{ metadata: { field: 'slug' } }],
    });
  });

  test('nothing but a type → the type is told', () => {
    expect(segmentError(404, { type: 'NotFound' })).toMatchObject({
      code: 404,
      status: 'NOT_FOUND',
      words: 'NotFound',
    });
  });

  test('429 with msBeforeNext → the pause it asks for', () => {
    const error = segmentError(429, { type: 'RequestError', message: 'slow', data: { msBeforeNext: 57_000 } });
    expect(error).toMatchObject({ code: 429, reason: 'rateLimitExceeded', retryAfter: 57_000 });
  });

  test.each([[-1], ['57'], [Number.NaN], [undefined]])(
    '429 with msBeforeNext %p → no pause is made up',
    (msBeforeNext) => {
      expect(segmentError(429, { type: 'x', data: { msBeforeNext } })?.retryAfter).toBeUndefined();
    },
  );

  test('a 404 that is not in the form of Segment → no answer of Segment', () => {
    expect(fromSegment(asked, thrown(404, '<html>Not here</html>'))).toMatchObject({
      code: undefined,
      reason: 'unreadable',
    });
  });

  test('an answer that is no document → no answer', () => {
    expect(fromSegment(asked, new UnreadableAnswer('it is empty'))).toMatchObject({
      code: undefined,
      reason: 'unreadable',
    });
  });

  test('a defect of our own → no request failed', () => {
    expect(fromSegment(asked, new Error('x is not a function'))).toBeUndefined();
  });
});

describe('whether a refusal complains of a setting', () => {
  const about = (field: string, code = 422): boolean =>
    complainsOf(apiError({ service: 'segment', code, details: [{ metadata: { field } }] }), 'credentials');

  test.each([
    ['credentials', true],
    ['settings.credentials', true],
    ["settings['credentials'].private_key", true],
    ['settings', false],
    ['settings.credentials_id', false],
    ['slug', false],
  ])('422 about %s → %s', (field, expected) => {
    expect(about(field)).toBe(expected);
  });

  test('400 about it → no', () => {
    expect(about('credentials', 400)).toBe(false);
  });
});

import { describe, expect, test } from '@jest/globals';
import { resetAt, retryAfterHeader, retryDelay } from '../../../src/errors/retry-after.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');

describe('Retry-After: what a service asks for → milliseconds, or no wish', () => {
  test.each([
    ['seconds', '7', 7_000],
    ['decimals', '1.5', 1_500],
    ['zero', '0', 0],
    ['spaces', ' 4 ', 4_000],
    ['a huge number', '86401', 86_401_000],
    ['a date to come', 'Wed, 25 Nov 2026 12:01:00 GMT', 60_000],
    ['a date that has passed', 'Fri, 31 Dec 1999 23:59:59 GMT', 0],
    ['two headers joined → the first', '60, 60', 60_000],
    ['negative', '-1', undefined],
    ['a word', 'soon', undefined],
    ['not a number', 'NaN', undefined],
    ['infinity', 'Infinity', undefined],
    ['an exponent', '1e400', undefined],
    ['more digits than time has', '9'.repeat(400), undefined],
    ['nothing', '', undefined],
    ['no header', undefined, undefined],
  ])('%s', (_name, value, expected) => {
    expect(retryAfterHeader(value, NOW)).toBe(expected);
  });

  test.each([
    ['seconds', '3s', 3_000],
    ['decimals', '3.5s', 3_500],
    ['zero', '0s', 0],
    ['a word', 'soon', undefined],
    ['negative', '-3s', undefined],
    ['without its unit', '3', undefined],
    ['an object', { seconds: 3 }, undefined],
    ['nothing', undefined, undefined],
  ])('RetryInfo, %s', (_name, value, expected) => {
    expect(retryDelay(value)).toBe(expected);
  });

  test.each([
    ['seconds since 1970', '1795600000', 1_795_600_000_000],
    ['a word', 'later', undefined],
    ['small', '60', undefined],
    ['none', undefined, undefined],
  ])('X-RateLimit-Reset, %s', (_name, value, expected) => {
    expect(resetAt(value)).toBe(expected);
  });
});

import { expect, test } from '@jest/globals';
import { isToken } from '../../../src/cloud/google/sign-in/token-request.ts';

test.each([
  ['ya29.a0Af_B-y~z+/k==', true],
  ['sim-account-0123abcd', true],
  ['', false],
  ['two words', false],
  ['a\nb', false],
  ['::stop-commands::x', false],
  ['tökén', false],
  ['a=b', false],
])('%j → can stand in a header: %s', (text, expected) => {
  expect(isToken(text)).toBe(expected);
});

import { expect, test } from '@jest/globals';
import { together } from '../../../src/validation/live.ts';
import type { Claim } from '../../../src/verify/claims.ts';
import type { Verification } from '../../../src/verify/verification.ts';

const claim: Claim = { what: 'run the model Users', expected: 'can', attempt: { kind: 'model', model: 'Users' } };
const verified = (outcome: 'holds' | 'fails'): Verification => ({
  ...{ isVerified: true, how: 'by impersonation' },
  proofs: [{ claim, outcome, words: undefined, diagnosis: undefined }],
});
const not: Verification = { isVerified: false, why: 'no key was given', proofs: [] };

test.each<[string, Verification | undefined, Verification | undefined, Verification | undefined]>([
  ['neither', undefined, undefined, undefined],
  ['access alone', verified('holds'), undefined, verified('holds')],
  ['models alone', undefined, verified('holds'), verified('holds')],
  ['access could not be verified, models run', not, verified('holds'), not],
  ['access could not be verified, a model fails', not, verified('fails'), verified('fails')],
])('%s', (_name, access, models, expected) => {
  expect(together(access, models)).toEqual(expected);
});

test('both → one verification with the checks of both', () => {
  expect(together(verified('holds'), verified('fails'))).toMatchObject({
    proofs: [{ outcome: 'holds' }, { outcome: 'fails' }],
  });
});

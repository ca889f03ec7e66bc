import { describe, expect, test } from '@jest/globals';
import { sentence } from '../../../src/errors/diagnostic.ts';
import type { Claim } from '../../../src/verify/claims.ts';
import type { Proof, Verification } from '../../../src/verify/verification.ts';
import {
  excessProofs,
  failedProofs,
  proofLines,
  proofProblems,
  uncheckedProofs,
  verificationJson,
  worded,
} from '../../../src/verify/wording.ts';

const query: Claim = {
  what: 'run a query (dry run of SELECT 1)',
  expected: 'can',
  attempt: { kind: 'statement', statement: 'SELECT 1', on: 'project' },
};
const create: Claim = {
  what: 'use bigquery.datasets.create on the project',
  expected: 'cannot',
  attempt: { kind: 'permission', permission: 'bigquery.datasets.create' },
};
const holds: Proof = { claim: query, outcome: 'holds', words: undefined, diagnosis: undefined };
const drift: Proof = {
  claim: query,
  outcome: 'fails',
  words: 'Access Denied: no.',
  diagnosis: { code: 'verify.drift', cause: 'role/r: permission x is absent', remedy: 'Run mode `apply` to fix this.' },
};
const lag: Proof = { ...drift, outcome: 'not yet effective', diagnosis: undefined };
const excess: Proof = {
  claim: create,
  outcome: 'fails',
  words: 'it holds bigquery.datasets.create on the project',
  diagnosis: { code: 'verify.excess-in-plan', cause: 'it comes from roles/owner', remedy: 'Run with `prune: true`.' },
};
const verified = (...proofs: Proof[]): Verification => ({ isVerified: true, how: 'by impersonation', proofs });
const unchecked: Proof = { claim: create, outcome: 'not checked', words: 'API disabled', diagnosis: undefined };
const unverified: Verification = { isVerified: false, why: 'no right', proofs: [] };

describe('what could not be checked', () => {
  const verification = verified(holds, unchecked, unchecked);

  test('it neither holds nor fails: no problem, no excess', () => {
    expect([...failedProofs(verification), ...excessProofs(verification), ...proofProblems(verification)]).toEqual([]);
    expect(uncheckedProofs(verification)).toHaveLength(2);
  });

  test('the log → each claim, and the reason once', () => {
    expect(proofLines(verification)).toEqual([
      'Access checks as the service account (by impersonation):',
      '✓ can run a query (dry run of SELECT 1)',
      '? cannot use bigquery.datasets.create on the project: not checked',
      '? cannot use bigquery.datasets.create on the project: not checked',
      'Not checked: API disabled',
    ]);
  });
});

describe('the log', () => {
  test('a line for each claim, and what is known of its failure below it', () => {
    expect(proofLines(verified(holds, drift, lag, { ...excess, outcome: 'holds' }))).toEqual([
      'Access checks as the service account (by impersonation):',
      '✓ can run a query (dry run of SELECT 1)',
      '✗ can run a query (dry run of SELECT 1)',
      '      Access Denied: no.',
      '      cause: role/r: permission x is absent',
      '… can run a query (dry run of SELECT 1)',
      '      Access Denied: no.',
      '✓ cannot use bigquery.datasets.create on the project',
      '      it holds bigquery.datasets.create on the project',
      '      cause: it comes from roles/owner',
    ]);
  });

  test('nothing could be tried → says so, and why, never "ok"', () => {
    expect(proofLines(unverified)).toEqual([
      expect.stringMatching(/^Access not verified: .*\(no right\).*credentials_json/),
    ]);
  });

  test('a claim in words', () => {
    expect([worded(holds), worded(excess)]).toEqual([
      'can run a query (dry run of SELECT 1)',
      'cannot use bigquery.datasets.create on the project',
    ]);
  });
});

describe('problems', () => {
  test.each([
    [
      'drift → what failed, the service, the cause, the remedy',
      drift,
      'verify.drift',
      'Could not verify access: service account cannot run a query (dry run of SELECT 1): ' +
        'Access Denied: no; role/r: permission x is absent. Run mode `apply` to fix this.',
    ],
    [
      'excess → the permission by name',
      excess,
      'verify.excess-in-plan',
      'Could not verify access: service account has unexpected permission ' +
        'bigquery.datasets.create: it comes from roles/owner. Run with `prune: true`.',
    ],
    [
      'lag → patience',
      lag,
      'verify.not-effective',
      expect.stringMatching(
        /SELECT 1\): not yet effective; Access Denied: no\. Nothing that can be seen .*patience_minutes/,
      ),
    ],
  ])('%s', (_title, proof, code, words) => {
    const [problem, ...more] = proofProblems(verified(holds, proof));
    expect({ code: problem?.code, words: problem && sentence(problem), more }).toEqual({ code, words, more: [] });
  });

  test('what the service said is its own cause → said once', () => {
    const diagnosis = { code: 'verify.token-refused', cause: 'Account disabled', remedy: 'Enable it.' } as const;
    const [problem] = proofProblems(verified({ ...drift, words: 'Account disabled', diagnosis }));
    expect(problem?.because).toBe('service account cannot run a query (dry run of SELECT 1): Account disabled');
  });

  test('failures come before excess; what holds or was not tried is none', () => {
    expect(proofProblems(verified(excess, holds, drift)).map(({ code }) => code)).toEqual([
      'verify.drift',
      'verify.excess-in-plan',
    ]);
    expect([proofProblems(unverified), proofProblems(undefined)]).toEqual([[], []]);
  });

  test('by kind', () => {
    const verification = verified(excess, holds, drift, lag);
    expect([failedProofs(verification), excessProofs(verification)]).toEqual([[drift, lag], [excess]]);
    expect([failedProofs(undefined), excessProofs(unverified)]).toEqual([[], []]);
  });
});

test('in the output plan', () => {
  expect(verificationJson(verified(holds, drift))).toEqual({
    tried: true,
    verified: false,
    how: 'by impersonation',
    checks: [
      { what: query.what, expected: 'can', outcome: 'holds' },
      {
        ...{ what: query.what, expected: 'can', outcome: 'fails', words: 'Access Denied: no.' },
        ...{ cause: 'role/r: permission x is absent', remedy: 'Run mode `apply` to fix this.' },
      },
    ],
  });
  expect(verificationJson(unverified)).toEqual({ tried: false, verified: false, why: 'no right', checks: [] });
  expect(verificationJson(undefined)).toBeUndefined();
});

import { describe, expect, test } from '@jest/globals';
import type { AsAccount } from '../../../src/cloud/google/sign-in/impersonate.ts';
import { MINT } from '../../../src/verify/claims.ts';
import type { Diagnosis, Verification } from '../../../src/verify/verification.ts';
import { verifyClaims } from '../../../src/verify/verify.ts';
import type { VerifyOptions } from '../../../src/verify/verify.ts';
import { fakeClock } from './fake-clock.ts';
import { refusal } from './wire.ts';

const MINUTE = 60_000;
const REFUSED = refusal('Invalid JWT Signature.', { service: 'oauth2', code: 400 });

/** Verifies with a key that works only after some minutes, on a clock that nobody waits for. */
async function verifyWithLag(
  lagMinutes: number,
  more: Partial<VerifyOptions> = {},
): Promise<{ verification: Verification; said: string[]; minutes: number; pauses: readonly number[] }> {
  const clock = fakeClock();
  const said: string[] = [];
  const how = 'with a key';
  const asAccount = (): Promise<AsAccount> =>
    Promise.resolve(clock.now() < lagMinutes * MINUTE ? { refused: REFUSED, how } : { cloud: {} as never, how });
  const verification = await verifyClaims({
    asAccount,
    claims: [],
    diagnose: () => undefined,
    patienceMinutes: 10,
    tookAway: false,
    clock,
    say: (line) => said.push(line),
    ...more,
  });
  return { verification, said, minutes: clock.now() / MINUTE, pauses: clock.pauses };
}

describe('verifyClaims', () => {
  test('lag of three minutes → waited out, and said', async () => {
    const { verification, said, minutes, pauses } = await verifyWithLag(3);
    expect(verification).toMatchObject({
      isVerified: true,
      how: 'with a key',
      proofs: [{ claim: { what: 'mint a token' }, outcome: 'holds' }],
    });
    expect(said[0]).toBe(
      'Not effective yet: the service account should be able to mint a token (Invalid JWT Signature.); trying again, ' +
        'for 10 minutes at most …',
    );
    expect(minutes).toBeGreaterThanOrEqual(3);
    expect(minutes).toBeLessThan(3.5);
    expect(pauses.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  });

  test('lag beyond the patience → not yet effective', async () => {
    const { verification, minutes } = await verifyWithLag(30);
    expect(verification.proofs).toMatchObject([{ outcome: 'not yet effective', words: 'Invalid JWT Signature.' }]);
    expect(minutes).toBeLessThanOrEqual(10);
  });

  test('no patience → tried once', async () => {
    const { verification, said } = await verifyWithLag(1, { patienceMinutes: 0 });
    expect(verification.proofs).toMatchObject([{ outcome: 'not yet effective' }]);
    expect(said).toEqual([]);
  });

  test('a visible cause → fails at once', async () => {
    const diagnosis: Diagnosis = { code: 'verify.drift', cause: 'the key is disabled', remedy: 'Run mode `apply`.' };
    const { verification, said, minutes } = await verifyWithLag(30, { diagnose: () => diagnosis });
    expect(verification.proofs).toMatchObject([{ outcome: 'fails', diagnosis }]);
    expect({ said, minutes }).toEqual({ said: [], minutes: 0 });
  });

  test('an account that cannot be tried → not verified, and nothing is waited for', async () => {
    const asAccount = (): Promise<AsAccount> => Promise.resolve({ why: 'no right' });
    const { verification, minutes } = await verifyWithLag(0, { asAccount });
    expect({ verification, minutes }).toEqual({
      verification: { isVerified: false, why: 'no right', proofs: [] },
      minutes: 0,
    });
  });

  test('an early attempt → taken in place of the first, and only of that', async () => {
    const tries: string[] = [];
    const asAccount = (): Promise<AsAccount> => {
      tries.push('again');
      return Promise.resolve({ cloud: {} as never, how: 'anew' });
    };
    const early = Promise.resolve({
      account: { refused: REFUSED, how: 'early' },
      trials: [{ claim: MINT, holds: false, error: REFUSED, seen: undefined }],
    });
    const { verification } = await verifyWithLag(0, { asAccount, early });
    expect({ verification, tries }).toMatchObject({ verification: { how: 'anew' }, tries: ['again'] });
  });
});

describe('verifyClaims: a right that should not be there', () => {
  const inherited: Diagnosis = { code: 'verify.excess-inherited', cause: 'a group', remedy: 'Look for it.' };
  const inPlan: Diagnosis = { code: 'verify.excess-in-plan', cause: 'roles/owner', remedy: 'Prune.' };
  const claim = { what: 'use x', expected: 'cannot', attempt: { kind: 'permission', permission: 'x' } } as const;
  const early = (): VerifyOptions['early'] =>
    Promise.resolve({
      account: { cloud: {} as never, how: 'early' },
      trials: [{ claim, holds: false, error: undefined, seen: 'it holds x on the project' }],
    });

  test.each([
    ['nothing was taken away, no cause in the plan → fails at once', false, inherited, 'fails', 0],
    ['rights were taken away, no cause in the plan → waited out', true, inherited, 'holds', 1],
    ['rights were taken away, but the plan explains it → fails at once', true, inPlan, 'fails', 0],
  ] as const)('%s', async (_title, tookAway, diagnosis, outcome, waits) => {
    const { verification, pauses, said } = await verifyWithLag(0, {
      early: early(),
      tookAway,
      diagnose: () => diagnosis,
    });
    expect({ outcome: verification.proofs[0]?.outcome, waits: pauses.length }).toEqual({ outcome, waits });
    if (waits > 0) expect(said[0]).toContain('the service account should no longer be able to use x');
  });
});

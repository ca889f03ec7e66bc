import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../src/errors/api-error.ts';
import type { Clock } from '../../src/time.ts';
import { prove } from '../../src/verify/prove.ts';
import type { AsAccount, ProveOptions, Proofs } from '../../src/verify/prove.ts';

const MINUTE = 60_000;
const refusal = new ApiError({
  call: 'mint a token',
  service: 'oauth2',
  code: 400,
  status: 'INVALID_ARGUMENT',
  reason: 'invalid_grant',
  words: 'Invalid JWT Signature.',
  requestId: undefined,
  details: [],
  retryAfter: undefined,
});

/** Proves with a key that works only after some minutes, on a clock that nobody waits for. */
async function proveWithLag(
  lagMinutes: number,
  more: Partial<ProveOptions> = {},
): Promise<{ proofs: Proofs; said: string[]; minutes: number }> {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
  };
  const said: string[] = [];
  const asAccount = (): Promise<AsAccount> =>
    Promise.resolve(
      now < lagMinutes * MINUTE ? { refused: refusal, how: 'with a key' } : { cloud: {} as never, how: 'with a key' },
    );
  const proofs = await prove({
    asAccount,
    claims: [],
    datasetId: 'd',
    diagnose: () => undefined,
    patienceMinutes: 10,
    tookAway: false,
    clock,
    say: (line) => said.push(line),
    ...more,
  });
  return { proofs, said, minutes: now / MINUTE };
}

describe('access that takes its time', () => {
  test('three minutes are waited out, and said', async () => {
    const { proofs, said, minutes } = await proveWithLag(3);
    expect(proofs.proofs).toMatchObject([{ claim: { what: 'mint a token' }, outcome: 'holds' }]);
    expect(said[0]).toBe(
      'Not effective yet: the account should be able to mint a token (Invalid JWT Signature.); trying again, for 10 minutes at most …',
    );
    expect(minutes).toBeGreaterThanOrEqual(3);
    expect(minutes).toBeLessThan(3.5);
  });

  test('beyond its patience it is called not yet effective', async () => {
    const { proofs, minutes } = await proveWithLag(30);
    expect(proofs.proofs).toMatchObject([{ outcome: 'not yet effective', words: 'Invalid JWT Signature.' }]);
    expect(minutes).toBeLessThanOrEqual(10);
  });

  test('a visible cause is told at once', async () => {
    const diagnosis = { cause: 'the key is disabled', remedy: 'Mode apply mends it.' };
    const { proofs, said, minutes } = await proveWithLag(30, { diagnose: () => diagnosis });
    expect(proofs.proofs).toMatchObject([{ outcome: 'fails', diagnosis }]);
    expect({ said, minutes }).toEqual({ said: [], minutes: 0 });
  });

  test('where the account cannot be tried, nothing is waited for', async () => {
    const { proofs, minutes } = await proveWithLag(0, { asAccount: () => Promise.resolve({ why: 'no right' }) });
    expect({ proofs, minutes }).toEqual({ proofs: { why: 'no right', proofs: [] }, minutes: 0 });
  });
});

import { describe, expect, test } from '@jest/globals';
import type { AsAccount, Becoming } from '../../../src/cloud/google/sign-in/impersonate.ts';
import { Secret } from '../../../src/secret.ts';
import { segmentAccount } from '../../../src/verify/segment-account.ts';
import type { SegmentAccount } from '../../../src/verify/segment-account.ts';
import type { Clock } from '../../../src/time.ts';
import { fakeClock } from './fake-clock.ts';
import { refusal } from './wire.ts';

const ISSUED = { id: 'abc', file: new Secret('{"issued":true}') };
const IN_USE = new Secret('{"in":"use"}');
const JUDGING = { diagnose: () => undefined, tookAway: false };
const how = ({ key }: Becoming): string => key?.how ?? 'by impersonation';

interface Acted {
  readonly account: SegmentAccount;
  /** With what the account was acted as, each time. */
  readonly became: string[];
  readonly clock: Clock;
}

function act(credentials?: Secret, answer: (how: string) => Partial<Record<'why', string>> = () => ({})): Acted {
  const became: string[] = [];
  const clock = fakeClock();
  const account = segmentAccount({
    cloud: {} as never,
    email: 'a@p.iam.gserviceaccount.com',
    credentials,
    mask: () => undefined,
    clock,
    say: () => undefined,
    patienceMinutes: 0,
    become: (becoming) => {
      became.push(how(becoming));
      const { why } = answer(how(becoming));
      const account: AsAccount = why === undefined ? { cloud: {} as never, how: how(becoming) } : { why };
      return Promise.resolve(account);
    },
  });
  return { account, became, clock };
}

describe('segmentAccount: which way it acts', () => {
  test.each([
    ['nothing given → by impersonation', undefined, false, 'by impersonation'],
    ['credentials_json → with that key', IN_USE, false, 'with credentials_json'],
    ['a key just issued → with it, whatever was given', IN_USE, true, 'with the key just issued'],
  ])('%s', async (_title, credentials, issues, expected) => {
    const { account, became } = act(credentials);
    if (issues) account.useKey(ISSUED);
    expect(await account.verify([], JUDGING)).toMatchObject({ isVerified: true, how: expected });
    expect({ became, issued: account.issued()?.id }).toEqual({
      became: [expected],
      issued: issues ? 'abc' : undefined,
    });
  });

  test('waiting for grants → by impersonation first, so that a dead key in use is not mistaken for lag', async () => {
    const { account, became } = act(IN_USE);
    await account.waitUntilEffective([]);
    expect(became).toEqual(['by impersonation']);
  });

  test('waiting for grants without a right to impersonate → with the key in use', async () => {
    const { account, became } = act(IN_USE, (by) => (by === 'by impersonation' ? { why: 'no right' } : {}));
    await account.waitUntilEffective([]);
    expect(became).toEqual(['by impersonation', 'with credentials_json']);
  });

  test('waiting for grants with a key just issued → with that', async () => {
    const { account, became } = act(IN_USE);
    account.useKey(ISSUED);
    await account.waitUntilEffective([]);
    expect(became).toEqual(['with the key just issued']);
  });
});

describe('segmentAccount: what it does ahead of time', () => {
  test('begun in the wave → verifying asks for no other token', async () => {
    const { account, became } = act();
    account.begin();
    expect(became).toEqual(['by impersonation']);
    await account.verify([], JUDGING);
    expect(became).toEqual(['by impersonation']);
  });

  test.each([
    [12, 1],
    [14, 2],
  ])(
    'begun, and %i minutes pass before verifying → %i tokens in all: one lives 15 minutes',
    async (minutes, tokens) => {
      const { account, became, clock } = act();
      account.begin();
      await clock.sleep(minutes * 60_000);
      await account.verify([], JUDGING);
      expect(became).toHaveLength(tokens);
    },
  );

  test('begun, and verified twice → the second time a new token', async () => {
    const { account, became } = act();
    account.begin();
    await account.verify([], JUDGING);
    await account.verify([], JUDGING);
    expect(became).toHaveLength(2);
  });

  test('begun, and a key issued since → the key counts', async () => {
    const { account, became } = act();
    account.begin();
    account.useKey(ISSUED);
    expect(await account.verify([], JUDGING)).toMatchObject({ how: 'with the key just issued' });
    expect(became).toEqual(['by impersonation', 'with the key just issued']);
  });

  test('claims are expected → tried as soon as a key is issued, and not again', async () => {
    const { account, became } = act();
    account.expect([]);
    expect(became).toEqual([]);
    account.useKey(ISSUED);
    expect(became).toEqual(['with the key just issued']);
    await account.verify([], JUDGING);
    expect(became).toEqual(['with the key just issued']);
  });

  test('no claims are expected → nothing is tried while the key is delivered', () => {
    const { account, became } = act();
    account.useKey(ISSUED);
    expect(became).toEqual([]);
  });

  test('begun, and it throws → told to whoever verifies', async () => {
    const account = segmentAccount({
      ...{ cloud: {} as never, email: 'a', credentials: undefined, mask: () => undefined },
      ...{ clock: fakeClock(), say: () => undefined, patienceMinutes: 0 },
      become: () => Promise.reject(refusal('no answer')),
    });
    account.begin();
    await expect(account.verify([], JUDGING)).rejects.toThrow('no answer');
  });
});

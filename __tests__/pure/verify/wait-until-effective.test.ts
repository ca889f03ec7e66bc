import { describe, expect, test } from '@jest/globals';
import type { AsAccount } from '../../../src/cloud/google/sign-in/impersonate.ts';
import { Blocked } from '../../../src/errors/diagnostic.ts';
import type { Claim } from '../../../src/verify/claims.ts';
import { waitUntilEffective } from '../../../src/verify/wait-until-effective.ts';
import { fakeClock } from './fake-clock.ts';
import type { FakeClock } from './fake-clock.ts';
import { refusal } from './wire.ts';

const MINUTE = 60_000;
const how = 'by impersonation';
const refused: AsAccount = { refused: refusal('Invalid JWT Signature.', { service: 'oauth2' }), how };
/** As a cloud that holds these permissions on the project, and knows no tables. */
const holding = (...permissions: string[]): AsAccount => asking(() => Promise.resolve({ data: { permissions } }));
/** An account whose question about its permissions is answered like this. */
const asking = (testIamPermissions: () => Promise<object>): AsAccount => ({
  how,
  cloud: {
    projectId: 'p',
    endpoints: { bigquery: 'http://127.0.0.1' },
    call: (_about: unknown, send: () => Promise<unknown>) => send(),
    resourceManager: { projects: { testIamPermissions } },
    bigQuery: {
      request: (_request: unknown, answer: (error: unknown, body: unknown) => void) =>
        answer(null, { kind: 'bigquery#tableList', totalBytesProcessed: '0' }),
    },
  } as never,
});
const tables: Claim = { what: 'read the dataset p.d', expected: 'can', attempt: { kind: 'tables', dataset: 'p.d' } };
const use: Claim = { what: 'use x', expected: 'can', attempt: { kind: 'permission', permission: 'x' } };

interface Waited {
  readonly said: string[];
  readonly error: unknown;
  readonly clock: FakeClock;
}

async function wait(
  patienceMinutes: number,
  claims: readonly Claim[],
  become: (now: number) => AsAccount,
): Promise<Waited> {
  const clock = fakeClock();
  const said: string[] = [];
  const asAccount = (): Promise<AsAccount> => Promise.resolve(become(clock.now()));
  const error = await waitUntilEffective({
    claims,
    patienceMinutes,
    asAccount,
    clock,
    say: (line) => said.push(line),
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { said, error, clock };
}

describe('waitUntilEffective', () => {
  test('everything works at once → no wait', async () => {
    const { said, error, clock } = await wait(10, [use], () => holding('x'));
    expect({ said, error, pauses: clock.pauses }).toEqual({
      said: ['The new access works, verified as the service account: now the old access can be revoked.'],
      error: undefined,
      pauses: [],
    });
  });

  test('a right shows after a minute → tried every 5 seconds until then', async () => {
    const { said, clock } = await wait(10, [use], (now) => (now < MINUTE ? holding() : holding('x')));
    expect(said[0]).toBe(
      'The new access is not effective yet (it cannot use x: it does not hold x on the project); trying again, ' +
        'for 10 minutes at most …',
    );
    expect(clock.pauses).toEqual(Array(12).fill(5_000));
  });

  test.each([
    ['a right that never shows', () => holding(), /^it is not yet effective after 1 minute: it cannot use x/],
    ['a token that is refused', () => refused, /^it is not yet effective after 1 minute: Invalid JWT Signature\.$/],
  ])('%s → Blocked when the patience ends', async (_title, become, because) => {
    const { error, clock } = await wait(1, [use], become);
    expect(error).toBeInstanceOf(Blocked);
    expect(error).toMatchObject({
      problems: [{ code: 'verify.not-effective', because: expect.stringMatching(because) }],
    });
    expect(clock.now()).toBe(MINUTE);
  });

  test.each([
    ['the account cannot be tried', { why: 'no right' }, 'The new access cannot be verified (no right): '],
    [
      'the old access hides the new',
      holding('bigquery.tables.list'),
      'The old access may give what the new access gives',
    ],
    [
      'nobody may ask whether the old access hides the new',
      asking(() => Promise.reject(refusal('API disabled', { reason: 'SERVICE_DISABLED' }))),
      'The old access may give what the new access gives',
    ],
  ])('%s → the whole patience is waited out, minute by minute', async (_title, account, words) => {
    const { said, error, clock } = await wait(2.5, [tables], () => account);
    expect(error).toBeUndefined();
    expect(said[0]).toContain(words);
    expect(said.slice(1)).toEqual(['… 2 more minutes', '… 1 more minute']);
    expect(clock.pauses).toEqual([MINUTE, MINUTE, MINUTE / 2]);
  });

  test('a claim that nobody may ask about → it does not keep the old access from being revoked', async () => {
    const refused = asking(() => Promise.reject(refusal('API disabled', { reason: 'SERVICE_DISABLED' })));
    const { said, error } = await wait(10, [use], () => refused);
    expect({ said: said.length, error }).toEqual({ said: 1, error: undefined });
    expect(said[0]).toContain('The new access works');
  });

  test('access to datasets that the project does not hide → tried', async () => {
    const { said } = await wait(10, [tables], () => holding());
    expect(said).toEqual(['The new access works, verified as the service account: now the old access can be revoked.']);
  });
});

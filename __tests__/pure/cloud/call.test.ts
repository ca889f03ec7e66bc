import { describe, expect, test } from '@jest/globals';
import { makeCall, orAbsent } from '../../../src/cloud/call.ts';
import type { CallSetup } from '../../../src/cloud/call.ts';
import { ApiError } from '../../../src/errors/api-error.ts';
import type { ApiErrorFacts } from '../../../src/errors/api-error.ts';
import { apiError } from '../errors/api-errors.ts';
import { fakeClock } from './fake-clock.ts';

interface Trial {
  readonly sent: number;
  readonly slept: readonly number[];
  readonly said: readonly string[];
  readonly refreshed: number;
  readonly outcome: unknown;
}

const silent = (): void => undefined;
const toApiError: CallSetup['toApiError'] = (_asked, thrown) => (thrown instanceof ApiError ? thrown : undefined);

/** Sends a request that is answered with these errors, and then with success. */
async function attempt(errors: readonly Error[], { repeatable = true, refreshes = false } = {}): Promise<Trial> {
  const clock = fakeClock();
  const said: string[] = [];
  let sent = 0;
  let refreshed = 0;
  const refresh = (): Promise<void> => Promise.resolve(void (refreshed += 1));
  const setup = { clock, toApiError, say: (line: string) => void said.push(line), trace: silent };
  const call = makeCall({ ...setup, ...(refreshes ? { refresh } : {}) });
  const send = (): Promise<string> => {
    const error = errors[sent];
    sent += 1;
    return error === undefined ? Promise.resolve('done') : Promise.reject(error);
  };
  const outcome = await call({ call: 'do it', service: 'iam', repeatable }, send).catch((error: unknown) => error);
  return { sent, slept: clock.slept, said, refreshed, outcome };
}

const error = (code: number | undefined, more: Partial<ApiErrorFacts> = {}): ApiError => apiError({ code, ...more });

describe('call: one error, then success → how often it is sent', () => {
  test.each([
    ['no answer', error(undefined), 2, 1],
    ['500', error(500), 2, 1],
    ['502', error(502), 2, 1],
    ['503', error(503), 2, 1],
    ['504', error(504), 2, 1],
    ['501', error(501), 1, 1],
    ['400', error(400), 1, 1],
    ['403', error(403), 1, 1],
    ['404', error(404), 1, 1],
    ['409', error(409), 1, 1],
    ['429', error(429), 2, 2],
    ['403 with the reason rateLimitExceeded', error(403, { reason: 'rateLimitExceeded' }), 2, 2],
    ["403 in BigQuery's words for a rate", error(403, { words: 'Exceeded rate limits: too many table updates' }), 2, 2],
    ["403 in GitHub's words for a rate", error(403, { words: 'You have exceeded a secondary rate limit' }), 2, 2],
    ['a defect', new Error('undefined is not a function'), 1, 1],
  ])('%s → %j repeatable %i, not repeatable %i', async (_name, thrown, repeatable, once) => {
    expect(await attempt([thrown])).toMatchObject({ sent: repeatable, outcome: repeatable === 1 ? thrown : 'done' });
    expect((await attempt([thrown], { repeatable: false })).sent).toBe(once);
  });
});

describe('call: 401', () => {
  const unauthenticated = error(401);

  test.each([true, false])('with a refresh, repeatable %s → a new token, sent again at once', async (repeatable) => {
    const trial = await attempt([unauthenticated], { repeatable, refreshes: true });
    expect(trial).toMatchObject({ sent: 2, refreshed: 1, slept: [], outcome: 'done' });
  });

  test('twice, with a refresh → refreshed once, then thrown', async () => {
    const trial = await attempt([unauthenticated, unauthenticated], { refreshes: true });
    expect(trial).toMatchObject({ sent: 2, refreshed: 1, outcome: unauthenticated });
  });

  test('without a refresh → thrown, never sent again', async () => {
    expect(await attempt([unauthenticated])).toMatchObject({ sent: 1, refreshed: 0, outcome: unauthenticated });
  });
});

describe('call: waiting', () => {
  const outages = (count: number): ApiError[] => Array.from({ length: count }, () => error(503));

  test('Retry-After → obeyed, and said when it is long', async () => {
    const trial = await attempt([error(503, { retryAfter: 30_000, words: 'busy' })]);
    expect(trial).toMatchObject({
      sent: 2,
      slept: [30_000],
      said: ['Could not do it yet (busy); trying again …'],
    });
  });

  test('Retry-After beyond the time left → thrown at once', async () => {
    expect(await attempt([error(429, { retryAfter: 86_401_000 })])).toMatchObject({ sent: 1, slept: [] });
  });

  test('an outage that lasts → given up within 90 seconds, pauses of 10 seconds at most', async () => {
    const trial = await attempt(outages(1000));
    expect(trial.outcome).toMatchObject({ code: 503 });
    expect(trial.sent).toBeGreaterThan(9);
    expect(Math.max(...trial.slept)).toBeLessThanOrEqual(10_000);
    expect(trial.slept.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(90_000);
  });

  test('a rate limit on what is not repeatable → nothing was done, so it is sent again', async () => {
    const trial = await attempt([error(429), error(429)], { repeatable: false });
    expect(trial).toMatchObject({ sent: 3, outcome: 'done' });
  });
});

describe('call: a service that does not answer', () => {
  test('many requests at once → said once for the service, and again after it has answered', async () => {
    const said: string[] = [];
    const call = makeCall({ clock: fakeClock(), toApiError, say: (line) => void said.push(line), trace: silent });
    const ask = (service: 'iam' | 'bigquery', failures: number): Promise<string> => {
      let left = failures;
      const send = (): Promise<string> =>
        (left -= 1) < 0 ? Promise.resolve('done') : Promise.reject(error(undefined, { words: 'ENOTFOUND' }));
      return call({ call: 'do it', service, repeatable: true }, send);
    };
    await Promise.all([ask('iam', 5), ask('iam', 5), ask('iam', 4), ask('bigquery', 3)]);
    const line = (name: string): string => `${name} does not answer (ENOTFOUND); trying again for 90 seconds …`;
    expect(said).toEqual([line('IAM'), line('BigQuery')]);
    await ask('iam', 1);
    expect(said).toEqual([line('IAM'), line('BigQuery'), line('IAM')]);
  });
});

describe('orAbsent', () => {
  test.each([
    ['found → the value', Promise.resolve('it'), 'it'],
    ['404 → undefined', Promise.reject(error(404)), undefined],
  ])('%s', async (_name, request, expected) => {
    expect(await orAbsent(request)).toBe(expected);
  });

  test.each([error(403), error(undefined), new Error('defect')])('anything else → thrown: %s', async (thrown) => {
    await expect(orAbsent(Promise.reject(thrown))).rejects.toBe(thrown);
  });
});

import { describe, expect, test } from '@jest/globals';
import { makeCall } from '../../../src/cloud/call.ts';
import type { ApiErrorFacts } from '../../../src/errors/api-error.ts';
import { ApiError } from '../../../src/errors/api-error.ts';
import { apiError } from '../errors/api-errors.ts';
import { fakeClock } from './fake-clock.ts';

interface Trial {
  readonly sent: number;
  readonly slept: readonly number[];
}

/** A service that goes on like this for ever, and how often it is asked. */
async function attempt(
  facts: Partial<ApiErrorFacts>,
  options: { repeatable?: boolean; afterTimeLimit?: number } = {},
): Promise<Trial> {
  const clock = fakeClock();
  let sent = 0;
  const quiet = (): void => undefined;
  const call = makeCall({ clock, toApiError: (_asked, thrown) => thrown as ApiError, say: quiet, trace: quiet });
  const send = (): Promise<never> => {
    sent += 1;
    if (sent > 2_000) throw new Error('it never ends');
    return Promise.reject(apiError(facts));
  };
  const asked = { call: 'do it', service: 'iam', repeatable: true, ...options } as const;
  await expect(call(asked, send)).rejects.toBeInstanceOf(ApiError);
  return { sent, slept: clock.slept };
}

describe('call: no answer → how often it is sent', () => {
  test.each([
    ['silence → once more', { reason: 'time-limit' }, {}, 2],
    ['silence, not repeatable → never again', { reason: 'time-limit' }, { repeatable: false }, 1],
    ['silence, for a request that may be long → never again', { reason: 'time-limit' }, { afterTimeLimit: 0 }, 1],
    ['no document → twice more', { reason: 'unreadable' }, {}, 3],
    ['no document, not repeatable → never again', { reason: 'unreadable' }, { repeatable: false }, 1],
    ['a certificate → never again', { reason: 'certificate' }, {}, 1],
    ["a proxy's password → never again", { reason: 'proxy-password' }, {}, 1],
    ['a redirect → never again', { code: 307 }, {}, 1],
  ])('%s', async (_name, facts, options, sent) => {
    expect((await attempt(facts, options)).sent).toBe(sent);
  });
});

describe('call: what a service asks for → never without a pause, never without an end', () => {
  test.each([0, 1, -5, NaN, Infinity, undefined])('a pause of %j ms', async (retryAfter) => {
    const { sent, slept } = await attempt({ code: 503, retryAfter });
    expect(Math.min(250, ...slept)).toBe(250);
    expect(sent).toBeLessThan(100);
    expect(slept.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(90_000);
  });

  test('4 seconds → at least that long', async () => {
    const { slept } = await attempt({ code: 429, retryAfter: 4_000 });
    expect(Math.min(...slept)).toBeGreaterThanOrEqual(4_000);
  });
});

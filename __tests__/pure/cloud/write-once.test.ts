import { describe, expect, test } from '@jest/globals';
import { writeOnce } from '../../../src/cloud/write-once.ts';
import type { Landed } from '../../../src/cloud/write-once.ts';
import { apiError } from '../errors/api-errors.ts';
import { fakeClock } from './fake-clock.ts';

const lost = apiError({ code: undefined });
const outage = apiError({ code: 503 });
const denied = apiError({ code: 403 });

interface Trial {
  readonly requests: readonly string[];
  readonly slept: readonly number[];
  readonly outcome: unknown;
}

/** `sends` and `looks` are answered in turn; once they end, a send succeeds and a look finds nothing. */
async function attempt(sends: readonly Error[], looks: readonly Landed<string>[], within = 30_000): Promise<Trial> {
  const clock = fakeClock();
  const requests: string[] = [];
  const answers = { sends: [...sends], looks: [...looks] };
  const outcome = await writeOnce({
    clock,
    within,
    send: () => {
      requests.push('send');
      const error = answers.sends.shift();
      return error === undefined ? Promise.resolve('sent') : Promise.reject(error);
    },
    landed: () => {
      requests.push('look');
      return Promise.resolve(answers.looks.shift() ?? 'no');
    },
  }).catch((error: unknown) => error);
  return { requests, slept: clock.slept, outcome };
}

describe('writeOnce', () => {
  test('a clear answer → nothing is looked for', async () => {
    expect(await attempt([], [])).toEqual({ requests: ['send'], slept: [], outcome: 'sent' });
  });

  test('a clear refusal → thrown, never sent again', async () => {
    expect(await attempt([denied], [])).toEqual({ requests: ['send'], slept: [], outcome: denied });
  });

  test('a lost answer, and it has landed → not sent again', async () => {
    const found = { value: 'found' };
    expect(await attempt([lost], [found])).toEqual({ requests: ['send', 'look'], slept: [], outcome: 'found' });
  });

  test('a lost answer, and it shows late → found after the pause, not sent again', async () => {
    const trial = await attempt([lost], ['no', { value: 'found' }]);
    expect(trial).toEqual({ requests: ['send', 'look', 'look'], slept: [500], outcome: 'found' });
  });

  test('lost on the way, twice → sent again after each second look', async () => {
    const trial = await attempt([outage, lost], []);
    expect(trial.requests).toEqual(['send', 'look', 'look', 'send', 'look', 'look', 'send']);
    expect(trial).toMatchObject({ slept: [500, 1000], outcome: 'sent' });
  });

  test.each([
    ['at once', ['doubt'] as const, ['send', 'look']],
    ['after the pause', ['no', 'doubt'] as const, ['send', 'look', 'look']],
  ])('in doubt %s → the lost answer is thrown, nothing is sent again', async (_name, looks, requests) => {
    expect(await attempt([lost], looks)).toMatchObject({ requests, outcome: lost });
  });

  test('an outage that lasts → the last error, in time', async () => {
    const trial = await attempt(
      Array.from({ length: 100 }, () => outage),
      [],
      30_000,
    );
    expect(trial.outcome).toBe(outage);
    expect(trial.slept.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(30_000);
    expect(trial.requests.filter((request) => request === 'send').length).toBeGreaterThan(3);
  });
});

import { describe, expect, test } from '@jest/globals';
import { makeCall } from '../../../src/cloud/call.ts';
import { makeGate } from '../../../src/cloud/gate.ts';
import type { Gate } from '../../../src/cloud/gate.ts';
import { fromGoogle } from '../../../src/errors/from-google.ts';
import { fakeClock } from './fake-clock.ts';

/** A service that counts, and takes so many requests in a minute. */
function service(
  clock: { now(): number },
  quota: number,
): { send: () => Promise<string>; most: () => number; sent: () => number } {
  let [underWay, most, sent] = [0, 0, 0];
  let times: number[] = [];
  return {
    send: async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      underWay -= 1;
      sent += 1;
      times = times.filter((at) => at + 60_000 > clock.now());
      if (times.length >= quota) {
        const headers = new Headers({
          'retry-after': String(Math.ceil(((times[0] ?? 0) + 60_000 - clock.now()) / 1000)),
        });
        throw Object.assign(new Error('quota'), {
          response: {
            status: 429,
            headers,
            data: { error: { code: 429, message: 'Quota exceeded', status: 'RESOURCE_EXHAUSTED' } },
          },
        });
      }
      times.push(clock.now());
      return 'done';
    },
    most: () => most,
    sent: () => sent,
  };
}

const silent = { say: () => undefined, trace: () => undefined };
const asked = { call: 'read it', service: 'iam', repeatable: true } as const;

function setUp(quota: number): {
  gate: Gate;
  call: ReturnType<typeof makeCall>;
  at: ReturnType<typeof service>;
  told: () => number;
  clock: ReturnType<typeof fakeClock>;
} {
  const clock = fakeClock();
  let told = 0;
  const gate = makeGate({ clock, most: 16, onSlow: () => void (told += 1) });
  const call = makeCall({ clock, toApiError: fromGoogle, gate, ...silent });
  return { gate, call, at: service(clock, quota), told: () => told, clock };
}

describe('the gate', () => {
  test('a hundred requests at once → sixteen under way and no more, all done', async () => {
    const { call, at } = setUp(Infinity);
    const answers = await Promise.all(Array.from({ length: 100 }, () => call(asked, at.send)));
    expect([answers.length, at.most(), at.sent()]).toEqual([100, 16, 100]);
  });

  test('a quota of thirty a minute → slower, none fails, and it is told once', async () => {
    const { call, at, told } = setUp(30);
    const answers = await Promise.all(Array.from({ length: 100 }, () => call(asked, at.send)));
    expect([answers.length, told()]).toEqual([100, 1]);
    expect(at.sent()).toBeLessThan(200);
  });

  test('a quota that does not come back → fails in the end, in the words of the service', async () => {
    const { call, at } = setUp(0);
    await expect(call(asked, at.send)).rejects.toMatchObject({ code: 429, words: 'Quota exceeded' });
  });

  test('a request that fails otherwise → leaves its place to the next', async () => {
    const { gate } = setUp(0);
    const failing = Array.from({ length: 20 }, () => gate.pass(() => Promise.reject(new Error('no'))));
    const ended = await Promise.allSettled(failing);
    expect(ended.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await gate.pass(() => Promise.resolve(1))).toBe(1);
  });
});

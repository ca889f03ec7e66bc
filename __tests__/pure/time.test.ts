import { describe, expect, test } from '@jest/globals';
import { age, day, once, poll, whenChanged } from '../../src/time.ts';
import { fakeClock } from './cloud/fake-clock.ts';

describe('poll', () => {
  async function wait(misses: number, within: number, most = 4_000): Promise<Record<string, unknown>> {
    const clock = fakeClock();
    const told: number[] = [];
    let tried = 0;
    const waiting = { clock, within, first: 1_000, most, onWait: (pause: number) => void told.push(pause) };
    const found = await poll(waiting, () => Promise.resolve(tried++ < misses ? undefined : { value: 'it' }));
    return { found, tried, slept: clock.slept, told };
  }

  test('there at once → no pause', async () => {
    expect(await wait(0, 60_000)).toEqual({ found: { value: 'it' }, tried: 1, slept: [], told: [] });
  });

  test('there later → pauses double up to the longest, each is told before it', async () => {
    const pauses = [1_000, 2_000, 4_000, 4_000];
    expect(await wait(4, 60_000)).toEqual({ found: { value: 'it' }, tried: 5, slept: pauses, told: pauses });
  });

  test('never there → undefined, without a pause that would end too late', async () => {
    expect(await wait(99, 8_000)).toEqual({
      found: undefined,
      tried: 4,
      slept: [1_000, 2_000, 4_000],
      told: [1_000, 2_000, 4_000],
    });
  });

  test('no time → one attempt', async () => {
    expect(await wait(99, 0)).toMatchObject({ found: undefined, tried: 1 });
  });

  test('an attempt throws → the wait ends', async () => {
    const attempt = (): Promise<undefined> => Promise.reject(new Error('denied'));
    await expect(poll({ clock: fakeClock(), within: 9_000, first: 1, most: 1 }, attempt)).rejects.toThrow('denied');
  });
});

test('once: asked twice → made once', async () => {
  let made = 0;
  const get = once(() => Promise.resolve((made += 1)));
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
});

test.each([
  [59_999, 'less than a minute'],
  [60_000, '1 minute'],
  [7_200_000, '2 hours'],
  [3 * 86_400_000, '3 days'],
])('age: %i → %s', (milliseconds, expected) => {
  expect(age(milliseconds)).toBe(expected);
});

test('day: milliseconds → date', () => {
  expect(day(Date.UTC(2026, 10, 23, 23))).toBe('2026-11-23');
});

test('what is waited for → said once, and again when it has become another thing', () => {
  const said: string[] = [];
  const tell = whenChanged((line) => said.push(line));
  for (const line of ['a', 'a', 'b', 'b', 'a']) tell(line);
  expect(said).toEqual(['a', 'b', 'a']);
});

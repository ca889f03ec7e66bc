import { describe, expect, test } from '@jest/globals';
import { isWrite } from '../../harness/simulation.ts';
import { expectFinished, fileOf, fleetStage, verdictsOf } from './fleet-stage.ts';
import type { FleetStage } from './fleet-stage.ts';

/** Runs until a line shows, and sends a signal then: the run, and how long it took to end. */
async function stopped(
  { run }: FleetStage,
  { text, line, signal }: { readonly text: string; readonly line: string; readonly signal: NodeJS.Signals },
): Promise<{ readonly result: Awaited<ReturnType<FleetStage['run']>>; readonly took: number }> {
  let stop: (signal: NodeJS.Signals) => void = () => undefined;
  let at = 0;
  const result = await run(
    text,
    { mode: 'apply', parallelism: '2' },
    {
      onStart: (kill) => (stop = kill),
      onOutput: (said) => {
        if (at > 0 || !said.includes(line)) return;
        at = performance.now();
        stop(signal);
      },
    },
  );
  return { result, took: performance.now() - at };
}

describe('a job that is cancelled', () => {
  const fleet = fleetStage('--latency', '60');

  // matrices/fleet.test.ts ends runs at many moments.
  test.each([
    ['SIGINT', '5 of 12 done'],
    ['SIGTERM', 'Signed in as'],
  ] as const)(
    '%s after “%s” → ends in time, says what is left; the next run finishes, and no key is lost',
    async (signal, line) => {
      const names = fleet.projects().slice(0, 12);
      const text = fileOf(names);
      const { result, took } = await stopped(fleet, { text, line, signal });
      expect(took).toBeLessThan(7_000);
      expect({ code: result.code, result: result.outputs['result'] }).toEqual({ code: 1, result: 'failed' });
      expect(result.stdout).toContain('The job was cancelled');
      expect(Object.keys(verdictsOf(result))).toEqual(names);
      expect(result.summary).toContain('Could not begin with it');
      await expectFinished(fleet, text);
    },
  );
});

describe('a runner that dies', () => {
  const fleet = fleetStage('--latency', '20');

  test.each(['4 of 6 done'])(
    'SIGKILL after “%s” → the next run finishes, and every key that works is held',
    async (line) => {
      const text = fileOf(fleet.projects().slice(0, 6));
      const { result } = await stopped(fleet, { text, line, signal: 'SIGKILL' });
      expect(result.code).toBeNull();
      await fleet.at.simulation.age(180);
      await expectFinished(fleet, text);
    },
  );
});

describe('a cloud that answers late and from memory', () => {
  const fleet = fleetStage('--weather', 'real', '--hurry', '20', '--seed', '3');

  test('three targets: apply, then apply and check at once → green, nothing is written again', async () => {
    const text = fileOf(fleet.projects().slice(0, 3));
    const applied = await fleet.run(text, { mode: 'apply', patience_minutes: '2' });
    expect({ code: applied.code, result: applied.outputs['result'] }).toEqual({ code: 0, result: 'changed' });
    const again = await fleet.run(text, { mode: 'apply', patience_minutes: '2' });
    expect({ code: again.code, wrote: again.sent.filter(isWrite) }).toEqual({ code: 0, wrote: [] });
    await expectFinished(fleet, text);
  }, 60_000);
});

describe('a quota', () => {
  const fleet = fleetStage('--quota', '60', '--hurry', '20');

  test('sixty requests in a shortened minute, and many more to send → slower, none fails, told once', async () => {
    const names = fleet.projects().slice(0, 20);
    const planned = await fleet.run(fileOf(names), { mode: 'plan' });
    expect({ code: planned.code, result: planned.outputs['result'] }).toEqual({ code: 0, result: 'drift' });
    expect(planned.sent.some(({ status }) => status === 429)).toBe(true);
    expect(planned.stdout.match(/its quota of requests per minute is used up/g)).toHaveLength(1);
    expect(Object.values(verdictsOf(planned)).every((one) => one === 'drift')).toBe(true);
  });
});

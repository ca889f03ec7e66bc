import { expect, test } from '@jest/globals';
import { toldLater } from '../../../src/fleet/told.ts';
import type { Log, Runner } from '../../../src/runner/runner.ts';

/** What one target of many is told stays together, and nothing of it is lost. */
function runnerOf(isTracing: boolean): { readonly runner: Runner; readonly told: string[] } {
  const told: string[] = [];
  const keep =
    (what: string) =>
    (line: string): void =>
      void told.push(`${what} ${line}`);
  const log: Partial<Log> = { say: keep('say'), trace: keep('trace'), isTracing };
  return { runner: { env: {}, log } as Runner, told };
}

// Whoever reads the log decides: GitHub's runner by RUNNER_DEBUG, the command by --debug.
test.each([
  [true, ['say Plan:', 'trace iam: read it: 200']],
  [false, ['say Plan:']],
])('somebody sees what is traced: %s → %j', async (isTracing, expected) => {
  const { runner, told } = runnerOf(isTracing);
  const later = toldLater(runner);
  await later.runner.log.group('Plan', () => {
    later.runner.log.trace('iam: read it: 200');
    return Promise.resolve();
  });
  expect(told).toEqual([]);
  await later.tell();
  expect(told).toEqual(expected);
});

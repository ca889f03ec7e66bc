import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

/** What a person sees who does not know the options. */
const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));
const run = (...args: string[]): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

test('--help → every option, and nothing is started', () => {
  const { status, stdout } = run('--help');
  expect(status).toBe(0);
  for (const option of ['port', 'scenario', 'latency', 'weather', 'lag', 'stale', 'hurry', 'quota', 'seed'])
    expect(stdout).toMatch(new RegExp(`^  --${option} `, 'm'));
});

test('an option that there is not → said in a line, with those that there are', () => {
  const { status, stderr } = run('--prot', '1');
  expect(status).toBe(2);
  expect(stderr).toMatch(/^Unknown option '--prot'[^]*--port N/);
  expect(stderr).not.toMatch(/^ +at /m);
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

/** What a person sees who does not know the options. */
const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));
const run = (...args: string[]): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

test('--help → every option, and nothing is started', () => {
  const { status, stdout } = run('--help');
  expect(status).toBe(0);
  for (const option of [
    'port',
    'scenario',
    'latency',
    'weather',
    'lag',
    'stale',
    'hurry',
    'quota',
    'seed',
    'key-pairs',
  ])
    expect(stdout).toMatch(new RegExp(`^  --${option} `, 'm'));
});

test('an option that there is not → said in a line, with those that there are', () => {
  const { status, stderr } = run('--prot', '1');
  expect(status).toBe(2);
  expect(stderr).toMatch(/^Unknown option '--prot'[^]*--port N/);
  expect(stderr).not.toMatch(/^ +at /m);
});

test('--key-pairs: a file that is not there is written; one that is there is taken as it is', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'pairs-')), 'pairs.json');
  const start = (): unknown => run('--key-pairs', file, '--port', 'none').status; // Ends before it listens.
  expect(start()).toBe(1);
  const written = readFileSync(file, 'utf8');
  const pairs = JSON.parse(written) as { privateKey: string; publicKey: string }[];
  expect(new Set(pairs.map(({ privateKey }) => privateKey)).size).toBe(32);
  expect(pairs[0]?.publicKey).toContain('BEGIN PUBLIC KEY');
  expect(start()).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe(written);
});

// Starts the simulator for the rest of a job, and hands its variables to the steps that follow. It ends with the job.
//
//   node scripts/self-test.mjs [flags of the simulator]
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PATIENCE = 60_000;
const { GITHUB_ENV: target } = process.env;
if (target === undefined) throw new Error('Could not start for a job: GITHUB_ENV is not set. Use npm run simulator.');

const simulator = fileURLToPath(new URL('../simulator/main.ts', import.meta.url));
const said = join(mkdtempSync(join(tmpdir(), 'simulator-')), 'said.json');
const child = spawn(process.execPath, [simulator, '--port', '0', ...process.argv.slice(2)], {
  detached: true,
  stdio: ['ignore', openSync(said, 'w'), 'inherit'],
});
child.unref();

const env = await ready();
// Of the runner's own, GITHUB_… stays what it is: no step may change those.
const lines = Object.entries(env).filter(([name]) => !name.startsWith('GITHUB_'));
appendFileSync(target, lines.map(([name, value]) => `${name}=${value}\n`).join(''));
console.log(`The simulator is ready: ${lines.map(([name]) => name).join(', ')}`);
process.exit();

async function ready() {
  for (let waited = 0; waited < PATIENCE; waited += 200) {
    const [line = ''] = readFileSync(said, 'utf8').split('\n');
    if (line.endsWith('}')) return JSON.parse(line).env;
    if (child.exitCode !== null) throw new Error(`The simulator ended with ${child.exitCode} before it was ready.`);
    await pause(200);
  }
  throw new Error('The simulator was not ready in time.');
}

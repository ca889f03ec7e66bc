// Runs a file, JavaScript or TypeScript, on Node 24:
//
//   node scripts/run.mjs FILE [ARG ...]
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { MAJOR, major, node24 } from './node-24.mjs';

const [, , file = '', ...rest] = process.argv;
const target = resolve(file);
if (major() >= MAJOR) {
  process.argv = [process.execPath, target, ...rest];
  await import(pathToFileURL(target).href);
} else {
  const child = spawn(node24(), [target, ...rest], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}

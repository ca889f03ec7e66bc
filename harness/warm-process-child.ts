/** The other side of warm-process.ts: runs a bundle as often as it is asked to, one run at a time. */
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Answered, Asked } from './warm-process.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What Node ends a process with that waits for nothing but itself. */
const NEVER_SETTLED = 13;

const { cache } = createRequire(import.meta.url);
let printed = { stdout: '', stderr: '' };
/** The run that is under way, or was the last. */
let run = { number: 0, isOver: true };

for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    done?: (error?: Error | null) => void,
  ): boolean => {
    printed[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
  };
}

process.on('disconnect', () => process.exit());
process.on('message', (asked: Asked) => {
  begin(asked);
});

// A process ends when nothing is left that it could wait for: Node knows, and tells.
process.on('beforeExit', () => {
  const code = typeof process.exitCode === 'number' ? process.exitCode : 0; // The action sets numbers.
  answer(run.isOver ? { code, isLast: false } : { code: NEVER_SETTLED, isLast: true });
});
process.on('uncaughtException', (error) => {
  // As Node does it; and whatever this run has left is gone with the process.
  printed.stderr += `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
  answer({ code: 1, isLast: true });
});

function begin({ number, bundle, cwd, env }: Asked): void {
  printed = { stdout: '', stderr: '' };
  process.chdir(cwd);
  process.argv = [process.execPath, bundle];
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
  process.exitCode = undefined;
  const own = { number, isOver: false };
  run = own;
  // The parent alone keeps no process of its own alive.
  process.channel?.unref();
  void import(`${pathToFileURL(bundle).href}?run=${String(number)}`).then(() => {
    own.isOver = true;
  });
}

function answer(ended: Pick<Answered, 'code' | 'isLast'>): void {
  process.channel?.ref();
  process.exitCode = undefined;
  process.chdir('/');
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  // What outlives a run, because a process has it once.
  for (const agent of [http.globalAgent, https.globalAgent]) agent.destroy();
  for (const file of Object.keys(cache)) Reflect.deleteProperty(cache, file);
  process.send?.({ number: run.number, ...printed, ...ended } satisfies Answered, () => {
    if (ended.isLast) process.disconnect();
  });
}

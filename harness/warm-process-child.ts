/** The other side of warm-process.ts: runs a bundle as often as it is asked to, one run at a time. */
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Answered, Asked } from './warm-process.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What Node ends a process with that waits for nothing but itself. */
const NEVER_SETTLED = 13;

/** Milliseconds between two looks at whether anything is still under way. */
const PAUSE = 2;

/** After so many looks in a row nothing will come any more. */
const ENOUGH = 50;

let runs = 0;
let printed = { stdout: '', stderr: '' };

/** What keeps this process alive. */
function resources(): string {
  return process.getActiveResourcesInfo().sort().join();
}

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

process.on('message', (asked: Asked) => {
  void perform(asked).then((answered) =>
    process.send?.(answered, () => {
      if (answered.isLast) process.disconnect();
    }),
  );
});
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => {
  // As Node does it; and whatever this run has left is gone with the process.
  printed.stderr += `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
  process.send?.({ ...printed, code: 1, isLast: true } satisfies Answered, () => process.disconnect());
});

async function perform({ bundle, cwd, env }: Asked): Promise<Answered> {
  printed = { stdout: '', stderr: '' };
  process.chdir(cwd);
  process.argv = [process.execPath, bundle];
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
  process.exitCode = undefined;
  runs += 1;
  const own = resources();
  const run = import(`${pathToFileURL(bundle).href}?run=${String(runs)}`) as Promise<unknown>;
  const isOver = await untilNothingIsLeft(run, own);
  const code = isOver ? exitCode() : NEVER_SETTLED;
  process.exitCode = undefined;
  process.chdir('/');
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  // What never settled may yet do something.
  return { ...printed, code, isLast: !isOver };
}

/** The action sets numbers. */
function exitCode(): number {
  return typeof process.exitCode === 'number' ? process.exitCode : 0;
}

/**
 * A process ends when nothing is left that it could wait for.
 *
 * @param own - what this process has without a run
 * @returns whether the run had come to its end by then
 */
async function untilNothingIsLeft(run: Promise<unknown>, own: string): Promise<boolean> {
  const state = { isOver: false };
  const over = run.then(() => {
    state.isOver = true;
  });
  over.catch(() => undefined); // Told as an exception that nobody caught.
  for (let idle = 0; idle < (state.isOver ? 1 : ENOUGH); idle = resources() === own ? idle + 1 : 0)
    await (state.isOver ? pause(PAUSE) : Promise.race([pause(PAUSE), over]));
  return state.isOver;
}

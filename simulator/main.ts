/**
 * `npm run simulator -- [--port N] [--scenario NAME] [--latency MS] [--weather calm|real|storm] [--lag MS] [--stale MS] [--hurry N]
 * [--quota N] [--seed N] [--key-pairs FILE]`: until SIGTERM.
 */
import { parseArgs } from 'node:util';
import { keepKeyPairsIn } from './iam/key-pairs.ts';
import { startSimulator } from './simulator.ts';

/** What each option takes, and means: docs/simulator.md tells more. */
const HELP = `Usage: npm run simulator -- [option ...]

  --port N            where it listens; 0, the default, is any free port
  --scenario NAME     what there is at the beginning: empty (the default) and others, see docs/simulator.md
  --latency MS        delays every reply
  --weather NAME      how long new things take to show: calm (the default), real or storm
  --lag MS            the same for everything, instead of the weather's times
  --stale MS          how old an answer of IAM or Resource Manager may be, instead of the weather's
  --hurry N           divides all these times
  --quota N           requests that one caller may send in a minute; 0, the default, is no limit
  --seed N            which answers are late, and how late
  --key-pairs FILE    takes turns with the RSA keys of this file, and writes it if there is none; they are fresh otherwise
  --help              this text

It runs until it is stopped, and prints one line of JSON when it is ready: its URL, and the variables that point to it.
`;

const options = {
  port: { type: 'string', default: '0' },
  scenario: { type: 'string', default: 'empty' },
  latency: { type: 'string', default: '0' },
  weather: { type: 'string', default: 'calm' },
  lag: { type: 'string' },
  stale: { type: 'string' },
  hurry: { type: 'string', default: '1' },
  quota: { type: 'string', default: '0' },
  seed: { type: 'string', default: '0' },
  'key-pairs': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function readOptions(): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

const values = readOptions();
if (values.help) {
  process.stdout.write(HELP);
  process.exit();
}

/** @throws unless it is a whole number, and large enough */
function number(name: 'port' | 'latency' | 'hurry' | 'quota' | 'seed', least = 0): number {
  return readNumber(name, values[name], least);
}

/** A time that overrules the weather's, if it is given. */
function time(name: 'lag' | 'stale'): number | undefined {
  const given = values[name];
  return given === undefined ? undefined : readNumber(name, given, 0);
}

function readNumber(name: string, given: string, least: number): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} must be a whole number${least > 0 ? ` from ${String(least)}` : ''}, and is ${given}`);
  return value;
}

try {
  const pairs = values['key-pairs'];
  if (pairs !== undefined) await keepKeyPairsIn(pairs);
  const simulator = await startSimulator({
    port: number('port'),
    scenario: values.scenario,
    latency: number('latency'),
    weather: values.weather,
    lag: time('lag'),
    stale: time('stale'),
    hurry: number('hurry', 1),
    quota: number('quota'),
    seed: number('seed'),
  });
  const stop = (): void => void simulator.close().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  // npm passes a signal on to its shell only, which dies and leaves us behind: then the parent changes.
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] === 'simulator') {
    setInterval(() => {
      if (process.ppid !== parent) stop();
    }, 250).unref();
  }
  process.stdout.write(`${JSON.stringify({ url: simulator.url, env: simulator.env })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

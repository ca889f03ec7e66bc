/** `npm run simulator -- [--port N] [--scenario NAME] [--latency MS] [--lag MS] [--seed N]`: until SIGTERM or SIGINT. */
import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenario.ts';
import { startSimulator } from './simulator.ts';

const USAGE = `Usage: npm run simulator -- [--port N] [--scenario ${Object.keys(SCENARIOS).join('|')}] [--latency MS] [--lag MS] [--seed N]`;

function readNumber(name: string, given: string): number {
  const value = Number(given);
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(value)) throw new Error(`--${name}: '${given}' is not a number.`);
  return value;
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { port: text, scenario: text, latency: text, lag: text, seed: text } });
  const number = (name: 'port' | 'latency' | 'lag' | 'seed'): number => readNumber(name, values[name] ?? '0');
  const scenario = values.scenario ?? 'empty';
  if (!Object.hasOwn(SCENARIOS, scenario)) throw new Error(`--scenario: there is no '${scenario}'.`);
  const simulator = await startSimulator({
    port: number('port'),
    scenario,
    latencyMs: number('latency'),
    lagMs: number('lag'),
    seed: number('seed'),
  });
  const stop = (): void => void simulator.close().then(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ url: simulator.url, env: simulator.env })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exit(2);
});

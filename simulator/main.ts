/** `npm run simulator -- [--port N] [--scenario NAME] [--latency MS] [--lag MS] [--seed N]`: until SIGTERM. */
import { parseArgs } from 'node:util';
import { startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    scenario: { type: 'string', default: 'empty' },
    latency: { type: 'string', default: '0' },
    lag: { type: 'string', default: '0' },
    seed: { type: 'string', default: '0' },
  },
});

function number(name: 'port' | 'latency' | 'lag' | 'seed'): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0)
    throw new Error(`--${name} must be a whole number, and is ${values[name]}`);
  return value;
}

try {
  const simulator = await startSimulator({
    port: number('port'),
    scenario: values.scenario,
    latency: number('latency'),
    lag: number('lag'),
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

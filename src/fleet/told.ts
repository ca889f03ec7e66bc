import type { Log, Runner } from '../runner/runner.ts';

/** A runner whose log keeps what it is told, so that the lines of one target stay together. */
export interface Told {
  readonly runner: Runner;
  /** Says all of it at once, folded under a title if there is one. */
  readonly tell: (title?: string) => Promise<void>;
}

export function toldLater(runner: Runner): Told {
  const kept: ((log: Log) => void)[] = [];
  const keep = (line: string): void => void kept.push(({ say }) => say(line));
  const log: Log = {
    say: keep,
    isTracing: runner.log.isTracing,
    // The runner drops them unless somebody asked for them; and there are many.
    trace: runner.log.isTracing ? (line) => void kept.push(({ trace }) => trace(line)) : () => undefined,
    // The runner knows no groups within groups.
    group: (title, work) => {
      keep(`${title}:`);
      return work();
    },
    warn: (message) => keep(`Warning: ${message}`),
    error: (message) => keep(`Error: ${message}`),
    fail: (message) => keep(`Error: ${message}`),
    annotate: ({ message, file, line }) => keep(`${file}:${String(line)}: ${message}`),
  };
  const tellAll = (): Promise<void> => {
    kept.splice(0).forEach((one) => one(runner.log));
    return Promise.resolve();
  };
  return {
    runner: { ...runner, log },
    tell: (title) => (title === undefined ? tellAll() : runner.log.group(title, tellAll)),
  };
}

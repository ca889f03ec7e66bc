import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { Blocked } from '../errors/diagnostic.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { messageOf } from '../errors/explain.ts';
import { helpful } from '../report/help.ts';
import { VERSION } from '../report/version.ts';
import { exitCodes } from '../runner/exit-codes.ts';
import { flat } from '../runner/inert.ts';
import type { Runner } from '../runner/runner.ts';
import { terminalRunner } from '../runner/terminal.ts';
import { readCommand } from './arguments.ts';
import type { Command } from './arguments.ts';
import { NAME, helpText } from './help.ts';
import { ID_TOKEN, OUTPUT_PREFIX } from './options.ts';
import type { OwnName } from './options.ts';

/** The door outside GitHub: another runner for the same program. */

/** A run that was asked for. */
export interface CommandRun {
  readonly runner: Runner;
  /** Hands the outputs over, once the run has ended. */
  readonly close: () => void;
}

/**
 * @param args - without the program itself
 * @returns undefined = there is nothing to run, and why is said
 */
export function openCommand(args: readonly string[], env: Readonly<NodeJS.ProcessEnv>): CommandRun | undefined {
  const command = readCommand({ args, env, readFile: (path) => readFileSync(path === '-' ? 0 : path, 'utf8') });
  switch (command.asks) {
    case 'help':
      process.stdout.write(helpText());
      return undefined;
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      return undefined;
    case 'nothing':
      for (const problem of command.problems) process.stderr.write(`${NAME}: ${flat(problem)}\n`);
      process.exitCode = exitCodes.usage.code;
      return undefined;
    case 'run':
      return runOf(command, env);
  }
}

function runOf(
  { inputs, own }: Extract<Command, { readonly asks: 'run' }>,
  env: Readonly<NodeJS.ProcessEnv>,
): CommandRun {
  const { runner, outputs } = terminalRunner({
    env,
    input: (name) => inputs.get(name) ?? '',
    stream: own.has('json') ? process.stderr : process.stdout,
    places: {
      keyFile: own.get('key-file'),
      summaryFile: own.get('summary-file'),
      idToken: () => idToken(own.get('id-token-file'), env),
    },
    isDebug: own.has('debug'),
    mayRestore: own.has('yes-restore') && process.stdin.isTTY && env['GITHUB_ACTIONS'] !== 'true',
    baseCommit: own.get('base-commit'),
  });
  const close = (): void => {
    const set = outputs();
    const json = `${JSON.stringify(set)}\n`;
    if (own.has('json')) process.stdout.write(json);
    hand(runner, { option: 'output-file', path: own.get('output-file'), text: json });
    hand(runner, { option: 'dotenv-file', path: own.get('dotenv-file'), text: envLines(set) });
  };
  // A run that is cancelled hands over what it has set, too.
  const leave = (): void => {
    close();
    runner.leave();
  };
  return { runner: { ...runner, leave }, close };
}

interface Handing {
  readonly option: OwnName;
  /** undefined = it is not asked for. */
  readonly path: string | undefined;
  readonly text: string;
}

/** Later jobs decide by outputs: a run that cannot hand them over fails. */
function hand({ log, event }: Runner, { option, path, text }: Handing): void {
  if (path === undefined) return;
  try {
    writeFileSync(path, text);
  } catch (error) {
    const problem: Problem = {
      ...{ severity: 'error', code: 'report.not-written', attempted: `write the outputs to ${path}` },
      because: messageOf(error),
      remedy: `Name a file that this job may write with --${option}.`,
    };
    log.fail(helpful(problem, event.origin));
    process.exitCode = exitCodes.failed.code; // Whatever else the run came to.
  }
}

function idToken(file: string | undefined, env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const token = (file === undefined ? (env[ID_TOKEN] ?? '') : readToken(file)).trim();
  return token === '' ? undefined : token;
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const problem: Problem = {
      ...{ severity: 'error', code: 'run.no-id-token', attempted: `read this job's OIDC token from ${file}` },
      because: messageOf(error),
      remedy: 'Name the file in which your CI system leaves it with --id-token-file.',
    };
    throw new Blocked([problem], error);
  }
}

/** What needs no quotes anywhere: a shell and GitLab read it alike. The rest is in JSON. */
function envLines(outputs: Readonly<Record<string, string>>): string {
  return Object.entries(outputs)
    .filter(([, value]) => /^[\w./:@-]{0,200}$/.test(value))
    .map(([name, value]) => `${OUTPUT_PREFIX}${name.toUpperCase()}=${value}\n`)
    .join('');
}

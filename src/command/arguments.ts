import { parseArgs } from 'node:util';
import { flagOf } from '../inputs/row.ts';
import { inputGroups, rowsOf } from '../inputs/schema.ts';
import { ID_TOKEN, isOurs, options, variableOf } from './options.ts';
import type { Option, OwnName } from './options.ts';

/** What a command line and its environment ask for. Reads files that hold secrets, and else nothing. */
export type Command =
  | { readonly asks: 'help' | 'version' }
  | {
      readonly asks: 'run';
      /** The raw text of each input that was given. */
      readonly inputs: ReadonlyMap<string, string>;
      /** The command's own options; on or off: 'true'. */
      readonly own: ReadonlyMap<OwnName, string>;
    }
  | { readonly asks: 'nothing'; readonly problems: readonly string[] };

export interface CommandLine {
  readonly args: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** @param path - `-` is standard input */
  readonly readFile: (path: string) => string;
}

const MODE = 'mode';
const byFlag = new Map(options.map((option) => [option.flag, option]));

/** Options come before variables, as everywhere. Everything that is wrong is told at once. */
export function readCommand({ args, env, readFile }: CommandLine): Command {
  const problems: string[] = [];
  const given = new Map(fromEnvironment(env, problems));
  const typed = fromArguments(args, problems);
  for (const asks of ['help', 'version'] as const) if (typed.has(asks)) return { asks };
  for (const [flag, value] of typed) given.set(flag, value);
  const inputs = inputsIn(given, { env, readFile }, problems);
  if (!inputs.has(MODE)) problems.push('no mode is given: the first word is plan, check, apply … (--help lists them).');
  const commit = given.get('base-commit');
  if (commit !== undefined && !/^[0-9a-f]{40,64}$/.test(commit))
    problems.push('--base-commit is not a whole commit: 40 or more hexadecimal digits.');
  if (problems.length > 0) return { asks: 'nothing', problems };
  const own = [...given].filter(([flag, value]) => byFlag.get(flag)?.row === undefined && value !== 'false');
  return { asks: 'run', inputs, own: new Map(own as [OwnName, string][]) };
}

/** By flag. Empty = not set, as everywhere. */
function fromEnvironment(env: CommandLine['env'], problems: string[]): [string, string][] {
  const known = new Set([ID_TOKEN, ...secretRows().map(({ input }) => variableOf(input))]);
  for (const variable of Object.keys(env)) {
    const isKnown = known.has(variable) || options.some(({ flag }) => variableOf(flag) === variable);
    if (isOurs(variable) && !isKnown) problems.push(`the variable ${variable} is not one that this command reads.`);
  }
  return options.flatMap(({ flag }): [string, string][] => {
    const value = env[variableOf(flag)] ?? '';
    return value === '' ? [] : [[flag, value]];
  });
}

/** By flag, lists by lines. */
function fromArguments(args: readonly string[], problems: string[]): Map<string, string> {
  const types = options.map(({ flag, takes }) => [flag, { type: takes === undefined ? 'boolean' : 'string' }] as const);
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } },
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  const typed = new Map<string, string>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = byFlag.get(token.name);
    const wrong = complaint(token, option, typed);
    if (wrong !== undefined) problems.push(wrong);
    else if (option !== undefined) add(typed, option, token.value ?? 'true');
  }
  const [mode, ...more] = words;
  if (mode !== undefined && typed.has(MODE)) problems.push(`the mode is given twice: ${mode} and --${MODE}.`);
  else if (mode !== undefined) typed.set(MODE, mode);
  // What follows an option that is not known may be its value.
  if (problems.length === 0)
    problems.push(...more.map((word) => `${word} is one word too many: options begin with --.`));
  return typed;
}

interface Token {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** What is wrong with an option, without its value: that may be a secret. */
function complaint(token: Token, option: Option | undefined, typed: ReadonlyMap<string, string>): string | undefined {
  const { rawName, value, inlineValue } = token;
  if (option === undefined) return unknownFlag(token);
  if (typed.has(option.flag) && !option.isList) return `${rawName} is given twice.`;
  if (option.takes === undefined) return undefined;
  const isNext = inlineValue !== true && value !== '-' && value?.startsWith('-') === true;
  return value === undefined || value === '' || isNext ? `${rawName} needs a ${option.takes}.` : undefined;
}

function unknownFlag({ name, rawName }: Token): string {
  const secret = secretRows().find(({ input }) => flagOf(input) === `--${name}`);
  return secret === undefined
    ? `${rawName} is not an option of this command: --help lists them all.`
    : `${rawName} would show a secret to everybody on this machine: set ${variableOf(secret.input)}, or name a file with ${rawName}-file (- is standard input).`;
}

function add(typed: Map<string, string>, { flag }: Option, value: string): void {
  const before = typed.get(flag);
  typed.set(flag, before === undefined ? value : `${before}\n${value}`);
}

/** By the names of inputs; secrets from their files. */
function inputsIn(
  given: ReadonlyMap<string, string>,
  { env, readFile }: Pick<CommandLine, 'env' | 'readFile'>,
  problems: string[],
): Map<string, string> {
  const inputs = new Map(
    secretRows().flatMap(({ input }): [string, string][] => {
      const value = env[variableOf(input)] ?? '';
      return value === '' ? [] : [[input, value]];
    }),
  );
  for (const [flag, value] of given) {
    const row = byFlag.get(flag)?.row;
    if (row === undefined) continue;
    if (row.secret === undefined) inputs.set(row.input, value);
    else {
      try {
        inputs.set(row.input, readFile(value));
      } catch (error) {
        problems.push(`--${flag}: ${error instanceof Error ? error.message : String(error)}.`);
      }
    }
  }
  return inputs;
}

function secretRows(): ReturnType<typeof rowsOf> {
  return rowsOf(inputGroups).filter(({ secret }) => secret !== undefined);
}

import { describe, expect, test } from '@jest/globals';
import { readCommand } from '../../../src/command/arguments.ts';
import type { Command } from '../../../src/command/arguments.ts';
import { options, ownOptions, variableOf } from '../../../src/command/options.ts';
import { inputGroups, rowsOf } from '../../../src/inputs/schema.ts';

const files: Readonly<Record<string, string>> = { 'token.txt': 'a-token-of-16-characters', '-': 'from standard input' };

function read(line: string | readonly string[], env: Record<string, string> = {}): Command {
  const args = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return text;
  };
  return readCommand({ args, env, readFile });
}

function inputsOf(command: Command): Record<string, string> {
  if (command.asks !== 'run') throw new Error(JSON.stringify(command));
  return Object.fromEntries(command.inputs);
}

function problemsOf(command: Command): readonly string[] {
  return command.asks === 'nothing' ? command.problems : [];
}

describe('what a command line gives', () => {
  test.each<[string, string, Record<string, string>, Record<string, string>]>([
    ['a mode alone', 'plan', {}, { mode: 'plan' }],
    ['the mode as an option', '--mode plan', {}, { mode: 'plan' }],
    ['a value beside its option', 'plan --project-id acme', {}, { mode: 'plan', project_id: 'acme' }],
    ['a value after =', 'plan --project-id=acme', {}, { mode: 'plan', project_id: 'acme' }],
    ['a variable', 'plan', { SEGMENT_REVERSE_ETL_PROJECT_ID: 'acme' }, { mode: 'plan', project_id: 'acme' }],
    ['the mode by a variable', '', { SEGMENT_REVERSE_ETL_MODE: 'check' }, { mode: 'check' }],
    [
      'an option and its variable',
      'plan --project-id acme',
      { SEGMENT_REVERSE_ETL_PROJECT_ID: 'other', SEGMENT_REVERSE_ETL_MODE: 'apply' },
      { mode: 'plan', project_id: 'acme' },
    ],
    ['an empty variable', 'plan', { SEGMENT_REVERSE_ETL_PROJECT_ID: '' }, { mode: 'plan' }],
    ['opting in', 'apply --adopt', {}, { mode: 'apply', adopt: 'true' }],
    [
      'opting out again',
      'apply --adopt=false',
      { SEGMENT_REVERSE_ETL_ADOPT: 'true' },
      { mode: 'apply', adopt: 'false' },
    ],
    ['what follows a switch', '--adopt apply', {}, { mode: 'apply', adopt: 'true' }],
    [
      'a list, item by item',
      'plan --source-datasets one --source-datasets two',
      {},
      { mode: 'plan', source_datasets: 'one\ntwo' },
    ],
    [
      'a secret by a file',
      'apply --github-token-file token.txt',
      {},
      { mode: 'apply', github_token: 'a-token-of-16-characters' },
    ],
    [
      'a secret by standard input',
      'apply --github-token-file -',
      {},
      { mode: 'apply', github_token: 'from standard input' },
    ],
    [
      'a secret by a variable',
      'apply',
      { SEGMENT_REVERSE_ETL_GITHUB_TOKEN: 'a-token-of-16-characters' },
      { mode: 'apply', github_token: 'a-token-of-16-characters' },
    ],
    [
      'a secret by a variable that names its file',
      'apply',
      { SEGMENT_REVERSE_ETL_GITHUB_TOKEN_FILE: 'token.txt' },
      { mode: 'apply', github_token: 'a-token-of-16-characters' },
    ],
    ['variables of others', 'plan', { INPUT_ADOPT: 'true', SEGMENT_REVERSE_ETL_OUTPUT_DRIFT: 'x' }, { mode: 'plan' }],
  ])('%s: %j with %j → its inputs', (_name, line, env, expected) => {
    expect(inputsOf(read(line, env))).toEqual(expected);
  });

  test('what only the command has: given → apart from the inputs', () => {
    const command = read('apply --key-file key.json --json --yes-restore=false');
    expect(command).toMatchObject({
      asks: 'run',
      own: new Map([
        ['key-file', 'key.json'],
        ['json', 'true'],
      ]),
    });
    expect(inputsOf(command)).toEqual({ mode: 'apply' });
  });

  test.each(['--help', '-h', 'apply --help', '--project-id acme --help'])('%s → help', (line) => {
    expect(read(line)).toEqual({ asks: 'help' });
  });

  test('--version → the version', () => {
    expect(read('--version')).toEqual({ asks: 'version' });
  });
});

describe('what is wrong with a command line', () => {
  test.each<[string, readonly string[], Record<string, string>, RegExp]>([
    ['nothing', [], {}, /^no mode is given/],
    ['no mode', ['--project-id', 'acme'], {}, /^no mode is given/],
    ['an option that is none', ['plan', '--projekt-id', 'acme'], {}, /^--projekt-id is not an option/],
    [
      'a variable that is none',
      ['plan'],
      { SEGMENT_REVERSE_ETL_PROJEKT: 'x' },
      /^the variable SEGMENT_REVERSE_ETL_PROJEKT /,
    ],
    ['no value', ['plan', '--project-id'], {}, /^--project-id needs a VALUE/],
    ['an empty value', ['plan', '--project-id='], {}, /^--project-id needs a VALUE/],
    ['an option for a value', ['plan', '--project-id', '--adopt'], {}, /^--project-id needs a VALUE/],
    ['twice the same', ['plan', '--location', 'EU', '--location', 'US'], {}, /^--location is given twice/],
    ['two modes', ['plan', '--mode', 'apply'], {}, /^the mode is given twice/],
    ['two words', ['plan', 'apply'], {}, /^apply is one word too many/],
    ['a file that is not there', ['apply', '--segment-token-file', 'none'], {}, /^--segment-token-file: ENOENT/],
    ['half a commit', ['plan', '--base-commit', 'abc123'], {}, /^--base-commit is not a whole commit/],
  ])('%s: %j with %j → it is said', (_name, args, env, expected) => {
    expect(problemsOf(read(args, env)).join('\n')).toMatch(expected);
  });

  test('a secret on the command line: whichever → refused, and not repeated', () => {
    const secrets = rowsOf(inputGroups).filter(({ secret }) => secret !== undefined);
    expect(secrets.length).toBeGreaterThan(2);
    for (const { input } of secrets) {
      const flag = `--${input.replaceAll('_', '-')}`;
      for (const args of [[flag, 'tell-nobody-of-this'], [`${flag}=tell-nobody-of-this`]]) {
        const told = problemsOf(read(['apply', ...args])).join('\n');
        expect(told).toContain(`${flag} would show a secret`);
        expect(told).not.toContain('tell-nobody-of-this');
      }
    }
  });

  test('several mistakes → all at once', () => {
    expect(problemsOf(read('--one --two', { SEGMENT_REVERSE_ETL_X: 'x' })).length).toBe(4);
  });
});

describe('the options', () => {
  test('every input → an option and a variable of its own', () => {
    for (const { input, secret } of rowsOf(inputGroups)) {
      const flag = input.replaceAll('_', '-') + (secret === undefined ? '' : '-file');
      expect(options.filter((option) => option.flag === flag)).toHaveLength(1);
    }
    expect(options).toHaveLength(rowsOf(inputGroups).length + Object.keys(ownOptions).length);
  });

  test('names: flags and variables → no two alike', () => {
    const variables = [
      ...options.map(({ flag }) => variableOf(flag)),
      ...rowsOf(inputGroups).flatMap(({ input, secret }) => (secret === undefined ? [] : [variableOf(input)])),
      variableOf('id-token'),
    ];
    expect(new Set(variables).size).toBe(variables.length);
  });
});

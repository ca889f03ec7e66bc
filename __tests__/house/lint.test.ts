import { describe, expect, test } from '@jest/globals';
import { ESLint, Linter } from 'eslint';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** The rules that keep others' text from speaking are themselves tried: one that matches nothing forbids nothing. */
const eslint = new ESLint();

/** What these rules say of a file with this text. */
async function complaints(file: string, text: string, tried = ['no-restricted-syntax']): Promise<string[]> {
  const config = (await eslint.calculateConfigForFile(`src/${file}`)) as Linter.Config;
  const rules = Object.fromEntries(tried.map((name) => [name, ruleIn(config, name)]));
  const found = new Linter().verify(
    text,
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { regexp },
      rules,
    },
    { filename: 'probe.ts' },
  );
  return found.map(({ message }) => message);
}

function ruleIn({ rules }: Linter.Config, name: string): Linter.RuleEntry {
  const rule = rules?.[name];
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule;
}

const RUNNER = 'runner/runner.ts';
const FILES = [
  RUNNER,
  'runner/masks.ts',
  'runner/terminal.ts',
  'command/arguments.ts',
  'report/summary.ts',
  'verify/wording.ts',
  'errors/explain.ts',
  'main.ts',
];

describe('printing', () => {
  test.each([
    'core.info(line)',
    'core.debug(`${line}`)',
    'core.warning(hide(line))',
    'core.error(line)',
    'core.setFailed(inert(line) + rest)',
    'core.group(title, work)',
    'core.notice(line)',
    'core.startGroup(inert(title))',
    'core.exportVariable("a", "b")',
    'core.summary.addRaw(line)',
    "core['info'](line)",
    'lines.forEach(core.info)',
    'const { info } = core;',
    'const say = core.info;',
    'print(core)',
    "import { info } from '@actions/core'",
    "import core from '@actions/core'",
  ])('in the one file that has the toolkit: %s → forbidden', async (text) => {
    expect(await complaints(RUNNER, text)).not.toEqual([]);
  });

  test.each(['core.info(inert(hide(line)))', 'core.group(inert(title), work)', 'core.setSecret(value)'])(
    '%s → allowed',
    async (text) => {
      expect(await complaints(RUNNER, text)).toEqual([]);
    },
  );

  test.each(FILES)('in %s: past the log → forbidden', async (file) => {
    for (const text of ['console.log(x)', 'process.stdout.write(x)', "import { stderr } from 'node:process'"])
      expect(await complaints(file, text)).not.toEqual([]);
  });
});

describe.each(FILES)('commands for copy and paste in %s', (file) => {
  test.each([
    'const a = `run gcloud projects list ${x}`',
    "const a = 'gcloud projects list ' + x",
    'const a = `${x}: bq update ${y}`',
    'const a = "(gh api repos/x)"',
    'const a = other`gcloud projects list ${x}`',
  ])('%s → forbidden', async (text) => {
    expect(await complaints(file, text)).not.toEqual([]);
  });

  test.each(['const a = shell`gcloud projects list ${x}`', "const a = 'permission bigquery.jobs.create'"])(
    '%s → allowed',
    async (text) => {
      expect(await complaints(file, text)).toEqual([]);
    },
  );
});

describe.each(FILES)('expressions in %s', (file) => {
  const linear = ['regexp/no-super-linear-backtracking', 'regexp/no-super-linear-move'];

  test.each(['const a = /\\\\+n/g', 'const a = /(?:a+)+$/', 'const a = /\\s+$/', 'const a = /(.*),(.*),(.*)x/'])(
    '%s: time grows faster than the text → forbidden',
    async (text) => {
      expect(await complaints(file, text, linear)).not.toEqual([]);
    },
  );

  test.each(['const a = /(?<!\\\\)\\\\+n/g', 'const a = /^[a-z]{1,64}$/', 'const a = /service account .{1,200}gone/'])(
    '%s → allowed',
    async (text) => {
      expect(await complaints(file, text, linear)).toEqual([]);
    },
  );
});

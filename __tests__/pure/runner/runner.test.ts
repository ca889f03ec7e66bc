import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { hostile } from '../../../harness/hostile-text.ts';
import { runnerView } from '../../../harness/runner-view.ts';
import { gitHubRunner } from '../../../src/runner/runner.ts';
import type { Runner } from '../../../src/runner/runner.ts';
import { Secret } from '../../../src/secret.ts';

const TOKEN = 'ghs_0123456789abcdef';

/** What is written to standard output meanwhile. */
async function printed(work: () => unknown): Promise<string> {
  const pieces: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    pieces.push(String(text));
    return true;
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return pieces.join('');
}

const { exitCode } = process;
afterEach(() => {
  process.exitCode = exitCode;
});

/** Every way to say something, and the command by which the runner is to understand it. */
const ways: readonly (readonly [string, (log: Runner['log'], text: string) => unknown, readonly string[]])[] = [
  ['say', (log, text) => log.say(text), []],
  ['trace', (log, text) => log.trace(text), ['debug']],
  ['warn', (log, text) => log.warn(text), ['warning']],
  ['error', (log, text) => log.error(text), ['error']],
  ['fail', (log, text) => log.fail(text), ['error']],
  [
    'annotate',
    (log, text) =>
      (['error', 'warning', 'notice'] as const).forEach((level) =>
        log.annotate({ level, message: text, title: text, file: text, line: 1, column: 1 }),
      ),
    ['error', 'warning', 'notice'],
  ],
  ['group', (log, text) => log.group(text, () => Promise.resolve()), ['group', 'endgroup']],
];

describe.each(ways)('what is printed by %s', (_name, way, commands) => {
  test('any text → only the command that is meant', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const { log } = gitHubRunner({ RUNNER_DEBUG: '1' });
        const view = runnerView(await printed(() => way(log, text)));
        expect(view.commands.map(({ name }) => name)).toEqual(commands);
        expect(view.commands.flatMap(({ data }) => data.match(/[\r\n]/g) ?? [])).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('what is masked → starred out before the runner sees it', async () => {
    const runner = gitHubRunner({});
    const text = await printed(() => {
      runner.mask(TOKEN);
      return way(runner.log, `a ${TOKEN} b`);
    });
    expect(text.startsWith(`::add-mask::${TOKEN}\n`)).toBe(true);
    expect(text.split('\n').slice(1).join('\n')).not.toContain(TOKEN);
  });
});

test('every way to say something → has a case here', () => {
  const log = Object.entries(gitHubRunner({}).log);
  const says = log.filter(([, value]) => typeof value === 'function').map(([name]) => name);
  expect(ways.map(([name]) => name).sort()).toEqual(says.sort());
});

test.each([
  [{ RUNNER_DEBUG: '1' }, true],
  [{}, false],
])('debug logging: %j → somebody sees what is traced, and only then it is printed: %s', async (env, isTracing) => {
  const { log } = gitHubRunner(env);
  expect([log.isTracing, await printed(() => log.trace('x'))]).toEqual([isTracing, isTracing ? '::debug::x\n' : '']);
});

describe('outputs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  const path = join(folder, 'output');
  const withFile = (value: string): { env: Record<string, string>; runner: Runner } => {
    writeFileSync(path, '');
    process.env['GITHUB_OUTPUT'] = value; // The toolkit looks there.
    const env = { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: value };
    return { env, runner: gitHubRunner(env) };
  };
  afterEach(() => {
    delete process.env['GITHUB_OUTPUT'];
  });

  test('any value → in the file, and nothing on standard output', async () => {
    const { runner } = withFile(path);
    expect(await printed(() => runner.output('plan', 'a\n::set-output name=key::x'))).toBe('');
    expect(readFileSync(path, 'utf8')).toMatch(/^plan<<ghadelimiter_\S+\na\n::set-output name=key::x\n/);
  });

  test('what is masked, or is a private key → in no output but the secret itself', async () => {
    const { runner } = withFile(path);
    await printed(() => runner.mask(TOKEN));
    runner.output('plan', `{"a":"${TOKEN}","b":"-----BEGIN PRIVATE KEY-----MIIE"}`);
    const written = readFileSync(path, 'utf8');
    expect(written).toContain('"a":"***"');
    expect(written).not.toMatch(/PRIVATE|MIIE/);
  });

  test('a secret → only once it is masked', async () => {
    const { runner } = withFile(path);
    expect(() => runner.output('key', new Secret(TOKEN))).toThrow('was not masked');
    await printed(() => runner.mask(TOKEN));
    runner.output('key', new Secret(TOKEN));
    expect(readFileSync(path, 'utf8')).toContain(TOKEN);
  });

  test.each([
    ['a file that is not there', join(folder, 'none'), /cannot be written \(.*ENOENT/],
    ['no file', '', /GITHUB_OUTPUT is not set/],
  ])('%s → said before anything is delivered, and in clear words after', (_name, value, because) => {
    const { runner } = withFile(value);
    expect(runner.whyNoOutputs()).toMatch(because);
    expect(() => runner.output('result', 'changed')).toThrow(because);
  });

  test('elsewhere than on a runner → no output and no word of it, but a key is never dropped', async () => {
    const runner = gitHubRunner({});
    expect(await printed(() => runner.output('result', 'changed'))).toBe('');
    await printed(() => runner.mask(TOKEN));
    expect(() => runner.output('key', new Secret(TOKEN))).toThrow('GITHUB_OUTPUT is not set');
  });
});

describe('the summary', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'summary-')), 'summary.md');

  test('is added to what is there, without what is masked', async () => {
    writeFileSync(path, 'before\n');
    const runner = gitHubRunner({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path });
    await printed(() => runner.mask(TOKEN));
    await runner.writeSummary(`after ${TOKEN}\n`);
    expect(readFileSync(path, 'utf8')).toBe('before\nafter ***\n');
  });

  test.each([
    ['no file is named', { GITHUB_ACTIONS: 'true' }, 'is not set'],
    ['an empty name', { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '' }, 'is not set'],
    ['a folder that is not there', { GITHUB_STEP_SUMMARY: '/nonexistent/summary.md' }, 'ENOENT'],
  ])('%s → an error for the publisher to tell', async (_name, env, words) => {
    await expect(gitHubRunner(env).writeSummary('x')).rejects.toThrow(words);
  });

  test('elsewhere than on a runner → nothing', async () => {
    await expect(gitHubRunner({}).writeSummary('x')).resolves.toBeUndefined();
  });
});

import { lstatSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostile } from '../../../harness/hostile-text.ts';
import { runnerView } from '../../../harness/runner-view.ts';
import type { Log } from '../../../src/runner/runner.ts';
import type { Stream } from '../../../src/runner/screen.ts';
import { terminalRunner } from '../../../src/runner/terminal.ts';
import type { Terminal, TerminalRunner } from '../../../src/runner/terminal.ts';
import { Secret } from '../../../src/secret.ts';

const TOKEN = 'ghs_0123456789abcdef';

function screen(isTTY = false): { readonly stream: Stream; readonly text: () => string } {
  let text = '';
  const stream: Stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY }), text: () => text };
}

function open(more: Partial<Terminal> = {}, keyFile?: string): TerminalRunner {
  return terminalRunner({
    ...{ env: {}, input: () => '', stream: screen().stream, isDebug: true, mayRestore: false, baseCommit: undefined },
    places: { keyFile, summaryFile: undefined, idToken: () => undefined },
    ...more,
  });
}

const { exitCode } = process;
afterEach(() => {
  process.exitCode = exitCode;
});

const ways: readonly (readonly [string, (log: Log, text: string) => unknown])[] = [
  ['say', (log, text) => log.say(text)],
  ['trace', (log, text) => log.trace(text)],
  ['warn', (log, text) => log.warn(text)],
  ['error', (log, text) => log.error(text)],
  ['fail', (log, text) => log.fail(text)],
  ['group', (log, text) => log.group(text, () => Promise.resolve())],
  [
    'annotate',
    (log, text) => log.annotate({ level: 'error', message: text, title: text, file: text, line: 1, column: 1 }),
  ],
];

describe.each(ways)('what is printed by %s', (_name, way) => {
  test('any text → one line, without a control character and without a command of any runner', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const { stream, text: printed } = screen();
        await way(open({ stream }).runner.log, text);
        expect(printed().match(/\n/g)).toHaveLength(1);
        expect(printed().slice(0, -1)).not.toMatch(/\p{Cc}/u);
        expect(printed()).not.toMatch(/##\w*\[/);
        expect(runnerView(printed()).commands).toEqual([]);
      }),
    );
  });

  test('a masked value → stars', async () => {
    const { stream, text } = screen();
    const { runner } = open({ stream });
    runner.mask(TOKEN);
    await way(runner.log, `the token ${TOKEN} here`);
    expect(text()).toContain('the token *** here');
    expect(text()).not.toContain(TOKEN);
  });
});

describe('colors', () => {
  const colored = (isTTY: boolean, variables: Record<string, string>): boolean => {
    const { stream, text } = screen(isTTY);
    open({ stream, env: variables }).runner.log.say('+ role/x: to be created');
    return text().includes('\u001b[32m');
  };

  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1' }, true],
  ])('a terminal: %j, with %j → %j', (isTTY, variables, expected) => {
    expect(colored(isTTY, variables)).toBe(expected);
  });
});

describe('progress', () => {
  test('at a terminal: work that takes long → a line that moves, and is gone at the end', async () => {
    const { stream, text } = screen(true);
    const { log } = open({ stream }).runner;
    await log.group('Verify', async () => {
      await pause(1_500);
      log.say('trying again');
    });
    expect(text()).toContain('Verify (1 s)');
    expect(text().endsWith('\r\u001b[2Ktrying again\n')).toBe(true);
  });

  test('in a log that is kept: work → no line is taken back', async () => {
    const { stream, text } = screen(false);
    await open({ stream }).runner.log.group('Verify', () => pause(1_200));
    expect(text()).toBe('▸ Verify\n');
  });
});

describe('the key', () => {
  const KEY = new Secret('{"private_key":"0123456789abcdef"}');
  const folder = (): string => mkdtempSync(join(tmpdir(), 'key-'));

  test('a new file → the key, for its owner alone; among the outputs it is not', () => {
    const path = join(folder(), 'key.json');
    const { runner, outputs } = open({}, path);
    runner.mask(KEY.reveal());
    expect(runner.whyNoOutputs()).toBeUndefined();
    runner.output('key', KEY);
    expect(readFileSync(path, 'utf8')).toBe(`${KEY.reveal()}\n`);
    if (process.platform !== 'win32') expect(lstatSync(path).mode & 0o777).toBe(0o600);
    expect(outputs()).toEqual({});
  });

  test('not masked first → it is not written', () => {
    const path = join(folder(), 'key.json');
    expect(() => open({}, path).runner.output('key', KEY)).toThrow('was not masked first');
    expect(lstatSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ['is there already', (path) => writeFileSync(path, 'the key in use'), /exists already/],
    ['is a link that leads nowhere', (path) => symlinkSync('/nowhere/else', path), /exists already/],
  ])('a file that %s → refused before and at the time, and left as it is', (_name, make, why) => {
    const path = join(folder(), 'key.json');
    make(path);
    const before = lstatSync(path).size;
    const { runner } = open({}, path);
    runner.mask(KEY.reveal());
    expect(runner.whyNoOutputs()).toMatch(why);
    expect(() => runner.output('key', KEY)).toThrow(why);
    expect(lstatSync(path).size).toBe(before);
  });

  test('a folder that is not there, and no file at all → refused', () => {
    expect(open({}, join(folder(), 'none', 'key.json')).runner.whyNoOutputs()).toMatch(/cannot be written.*ENOENT/);
    expect(open({}).runner.whyNoOutputs()).toContain('--key-file is not given');
    expect(() => {
      const { runner } = open({});
      runner.mask(KEY.reveal());
      runner.output('key', KEY);
    }).toThrow('--key-file is not given');
  });
});

describe('how it ends', () => {
  test.each([
    ['drift', 3],
    ['failed', 1],
    [undefined, 1],
  ])('the result %s → exit code %j', (result, code) => {
    const { runner } = open();
    if (result !== undefined) runner.output('result', result);
    runner.log.fail('it failed');
    expect(process.exitCode).toBe(code);
  });
});

describe('the identity of the job', () => {
  const audience = 'https://iam.googleapis.com/projects/1/x';

  test('a token that the CI system issued → it, masked', async () => {
    const { stream, text } = screen();
    const places = { keyFile: undefined, summaryFile: undefined, idToken: () => TOKEN };
    const { runner } = open({ stream, places });
    expect(await runner.idToken(audience)).toBe(TOKEN);
    runner.log.say(TOKEN);
    expect(text()).toBe('***\n');
  });

  test('none → says which audience, and where to put it', async () => {
    await expect(open().runner.idToken(audience)).rejects.toThrow(/SEGMENT_REVERSE_ETL_ID_TOKEN.*audience https:/);
  });
});

describe('the event', () => {
  test('no workflow → it may write; restoring takes a person', () => {
    expect(open().runner.event).toMatchObject({ name: '', mayWrite: true });
    expect(open().runner.event.mayRestore).toBeUndefined();
    expect(open({ mayRestore: true }).runner.event.mayRestore).toBe(true);
  });

  test('a step of a pull request from a fork → no more than the action may', () => {
    const variables = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request_target' };
    expect(open({ env: variables }).runner.event.mayWrite).toBe(false);
  });

  test('a base commit → models are compared with it', () => {
    expect(open({ baseCommit: 'a'.repeat(40) }).runner.event.baseCommit).toBe('a'.repeat(40));
  });
});

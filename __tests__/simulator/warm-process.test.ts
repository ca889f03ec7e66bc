import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inOwnProcess, runAction } from '../../harness/run-action.ts';
import type { Ended, Perform, Step } from '../../harness/run-action.ts';
import { signInInputs } from '../../harness/simulation.ts';
import { stage } from '../../harness/stage.ts';
import { WarmProcess } from '../../harness/warm-process.ts';

/** A process that runs the bundle again and again tells of a run what a process of its own would. */

const PATH = process.env['PATH'] ?? '';

describe('the bundle of the action', () => {
  const at = stage();
  const warm = new WarmProcess({ PATH });
  afterAll(() => warm.stop());

  const MODES = [
    { mode: 'plan' },
    { mode: 'apply' },
    { mode: 'check' },
    { mode: 'apply', location: 'nowhere' },
    { mode: 'destroy' },
  ] as const;

  /** A life of a project, without what is another each time. */
  async function life(perform: Perform): Promise<unknown[]> {
    await at.simulation.reset();
    const told: unknown[] = [];
    for (const inputs of MODES) {
      const since = (await at.simulation.lengths()).journal;
      const all = { location: 'EU', ...signInInputs(at.simulation.env), ...inputs };
      const {
        milliseconds: _time,
        peak: _memory,
        ...result
      } = await runAction({ inputs: all, env: at.simulation.env }, perform);
      const lines = (await at.simulation.journal(since)).map(({ method, path, status }) => [method, path, status]);
      // What does not stand on each other is done side by side, and told as it comes.
      const log = result.stdout.split('\n').sort();
      told.push({ ...result, stdout: log, requests: lines.map((line) => line.join(' ')).sort() });
    }
    return told;
  }
  const same = (told: readonly unknown[]): string =>
    JSON.stringify(told, undefined, 1)
      .replace(/(?<=BEGIN PRIVATE KEY-----).*?(?=-----END)/g, 'PEM')
      .replace(/(?<=::add-mask::)[^"]*/g, 'SECRET')
      .replace(/[0-9a-f]{40}/g, 'KEY')
      .replace(/\b\d{21}\b/g, 'NUMBER')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');

  test('plan, apply, check, a wrong input, destroy → exit codes, output, files and requests of processes of their own', async () => {
    expect(same(await life(warm.perform))).toBe(same(await life(inOwnProcess)));
  });
});

describe('any bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const bundle = join(folder, 'bundle.mjs');
  const warm = new WarmProcess({ PATH }, bundle);
  const step = (env: Step['env'] = {}): Step => ({ cwd: folder, env: { PATH, ...env } });
  const run = async (text: string, env?: Step['env']): Promise<Omit<Ended, 'peak'>> => {
    writeFileSync(bundle, text);
    await warm.stop(); // It is another one.
    const { peak: _none, ...ended } = await warm.perform(step(env));
    return ended;
  };
  const again = async (env?: Step['env']): Promise<string> => (await warm.perform(step(env))).stdout;
  afterEach(() => warm.stop());
  afterAll(() => rmSync(folder, { recursive: true }));

  test('what is left when its story is over → waited for', async () => {
    const text = `setTimeout(() => { process.stdout.write('late'); process.exitCode = 3; }, 30); process.stdout.write('early ');`;
    expect(await run(text)).toEqual({ code: 3, stdout: 'early late', stderr: '' });
  });

  test('a story that never ends → the exit code of Node, and the next run has a process of its own', async () => {
    const text = `if (process.env.X === undefined) await new Promise(() => undefined); process.stdout.write('over');`;
    expect(await run(text)).toEqual({ code: 13, stdout: '', stderr: '' });
    expect(await again({ X: '1' })).toBe('over');
  });

  test.each([
    ['at once', `throw new Error('broken')`],
    ['late', `setTimeout(() => { throw new Error('broken'); }, 5)`],
    ['in a promise', `void Promise.reject(new Error('broken'))`],
  ])('what nobody caught, %s → told, exit code 1, and the next run goes on', async (_when, text) => {
    const { code, stderr } = await run(`if (process.env.X === undefined) ${text}; process.stdout.write('fine');`);
    expect([code, stderr]).toEqual([1, expect.stringContaining('broken')]);
    expect(await again({ X: '1' })).toBe('fine');
  });

  test('the run before → not seen: variables, exit code, listeners, what modules keep', async () => {
    const text = `
      globalThis.runs = (globalThis.runs ?? 0) + 1;
      process.stdout.write(JSON.stringify([process.env.X ?? null, process.env.Y ?? null, process.listenerCount('SIGTERM'), process.exitCode ?? null, globalThis.runs]));
      process.env.Y = 'left'; process.exitCode = 1; process.on('SIGTERM', () => undefined);`;
    expect(JSON.parse((await run(text, { X: 'given' })).stdout)).toEqual(['given', null, 0, null, 1]);
    expect(JSON.parse(await again())).toEqual([null, null, 0, null, 2]);
  });

  test.each([
    ['somebody watches it', { onOutput: () => undefined }, {}],
    ['somebody may kill it', { onStart: () => undefined }, {}],
    ['Node reads a variable when it starts', {}, { NODE_EXTRA_CA_CERTS: 'none' }],
    ['there is a proxy', {}, { https_proxy: 'http://localhost:1' }],
  ])('where %s → a process of its own', async (_why, more, env) => {
    await run(MINE);
    expect((await warm.perform({ ...more, ...step(env) })).stdout).not.toBe('mine');
  });

  test('two at once → the second has a process of its own', async () => {
    await run(MINE);
    const both = await Promise.all([warm.perform(step()), warm.perform(step())]);
    expect(both.map(({ stdout }) => stdout === 'mine')).toEqual([true, false]);
  });
});

/** In a process of its own there is the bundle of the action, which says something else. */
const MINE = `await new Promise((resolve) => setTimeout(resolve, 50)); process.stdout.write('mine');`;

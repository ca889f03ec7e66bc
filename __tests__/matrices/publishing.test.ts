import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import type { Files } from '../../harness/models-folder.ts';
import { startProxy } from '../../harness/proxy.ts';
import type { Proxy } from '../../harness/proxy.ts';
import { PROJECT, stage, writes } from '../../harness/stage.ts';
import { modelsIn, publishing } from '../action/published.ts';
import { toSegment } from '../action/segment-world.ts';

/** Publishing models, interrupted everywhere: the next run converges, and no model is there twice. */
const at = stage();
let proxy: Proxy;
beforeAll(async () => {
  proxy = await startProxy(at.simulation.url, at.simulation.env);
});
afterAll(() => proxy.stop());

const query = (name: string): string => `SELECT id FROM shop.${name}`;
const fileOf = (...models: readonly (readonly [name: string, table: string])[]): Files => ({
  'segment/models.yml': `models:\n${models
    .map(([name, table]) => `  - name: ${name}\n    query: ${query(table)}\n    query_identifier_column: id\n`)
    .join('')}`,
});
const BEFORE = fileOf(['Kept', 'kept'], ['Changed', 'old'], ['Gone', 'gone']);
const AFTER = fileOf(['Kept', 'kept'], ['Changed', 'new'], ['Made', 'made']);
const TABLES = ['kept', 'old', 'gone', 'new', 'made'];

beforeEach(prepare);
async function prepare(): Promise<void> {
  await at.makeDataset('shop');
  await at.simulation.queries(
    TABLES.map((table) => ({
      ...{ query: query(table), schema: [{ name: 'id', type: 'STRING' }] },
      tables: [`${PROJECT}.shop.${table}`],
    })),
  );
  await at.run({ mode: 'apply', ...toSegment(at) });
  const first = await publishing(at, [BEFORE]);
  expect({ code: first.code, log: first.code === 0 ? '' : readable(first.stdout) }).toEqual({ code: 0, log: '' });
}

const run = (more: Parameters<typeof at.run>[1] = {}): ReturnType<typeof at.run> =>
  publishing(at, [BEFORE, AFTER], { prune_models: 'true' }, more);

async function expectConverged(about: object): Promise<void> {
  const next = await run();
  expect({ ...about, code: next.code, log: next.code === 0 ? '' : readable(next.stdout) }).toEqual({
    ...about,
    ...{ code: 0, log: '' },
  });
  const found = (await modelsIn(at)).map((model) => `${model.name}: ${model.query}`).sort();
  const wanted = [`Changed: ${query('new')}`, `Kept: ${query('kept')}`, `Made: ${query('made')}`];
  expect({ ...about, found }).toEqual({ ...about, found: wanted });
  expect({ ...about, writes: writes((await run()).sent) }).toEqual({ ...about, writes: [] });
}

describe('a change, a creation and a deletion in one run', () => {
  test('killed after every single request → the next run converges, and the one after writes nothing', async () => {
    proxy.arm(0, () => undefined);
    await run({ env: proxy.env });
    const [total, reads] = [proxy.count(), proxy.readsFirst()];
    expect(total - reads).toBeGreaterThan(3);
    for (let number = reads; number <= total; number += 1) {
      await at.simulation.reset();
      await prepare();
      let kill = (): void => undefined;
      proxy.arm(number, () => kill());
      await run({ env: proxy.env, onStart: (end) => (kill = end) });
      await expectConverged({ number, request: proxy.withheld() });
    }
  }, 900_000);

  test.each(['lose-reply', 'reset', 'throttle', 'deny'] as const)(
    '%s at every request about models → this run or the next one converges',
    async (fault) => {
      const whole = await run();
      const asked = whole.sent.filter(
        ({ path }) => path.startsWith('/reverse-etl') || path.startsWith('/destinations'),
      );
      const lines = asked
        .filter(({ method }) => method !== 'GET' || fault !== 'lose-reply')
        .map(({ method, path }) => `${method} ${path.split('/').slice(0, 2).join('/')}`);
      expect(lines).not.toEqual([]);
      for (const on of new Set(lines)) {
        await at.simulation.reset();
        await prepare();
        await at.simulation.faults([{ on, do: fault, times: 1 }]);
        const hit = await run();
        await at.simulation.faults([]);
        await expectConverged({ on, fault, hit: hit.code });
      }
    },
    900_000,
  );
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { errorsIn, readable } from '../../harness/log.ts';
import { startProxy } from '../../harness/proxy.ts';
import type { Proxy } from '../../harness/proxy.ts';
import { stage, writes } from '../../harness/stage.ts';
import { expectSegmentConverged, sourceIn, sourcesIn, toSegment } from './segment-world.ts';

const at = stage();

test('the reply to POST /sources is lost → one source, found by its slug', async () => {
  await at.simulation.faults([{ on: 'POST /sources', do: 'lose-reply', times: 1 }]);
  const run = await at.run(toSegment(at));
  expect({ code: run.code, log: readable(run.stdout) }).toMatchObject({ code: 0 });
  expect(run.sent.filter(({ method, path }) => method === 'POST' && path === '/sources')).toHaveLength(1);
  expect((await sourcesIn(at)).map(({ slug }) => slug)).toEqual(['website', 'bigquery-acme-analytics']);
  await expectSegmentConverged(at);
});

test('the replies to PATCH are lost → the key is in, and works', async () => {
  await at.simulation.faults([{ on: 'PATCH /sources', do: 'lose-reply', times: 3 }]);
  await at.run(toSegment(at));
  await at.run(toSegment(at));
  await expectSegmentConverged(at);
});

test('Segment says that it is called too often → waited for', async () => {
  await at.simulation.faults([{ on: 'GET /sources', do: 'throttle', times: 1 }]);
  const run = await at.run(toSegment(at));
  expect({ code: run.code, log: readable(run.stdout) }).toMatchObject({ code: 0 });
}, 120_000);

test('PATCH of the key is refused → the new key is deleted, the old one stays in use', async () => {
  await at.run(toSegment(at));
  const { id, keyId } = await sourceIn(at);
  await at.simulation.age(60);
  await at.simulation.faults([{ on: `PATCH /sources/${id}`, do: 'deny', times: 1 }]);
  const run = await at.run({ ...toSegment(at), mode: 'rotate' });
  expect(run.code).toBe(1);
  expect(errorsIn(run.stdout).join('\n')).toMatch(
    /deliver the new key to the source .* in Segment.*The new key was deleted/,
  );
  expect(await at.keys()).toEqual([{ id: keyId, disabled: false }]);
  await expectSegmentConverged(at);
});

describe('killed right after', () => {
  let proxy: Proxy;
  beforeAll(async () => {
    proxy = await startProxy(at.simulation.url, at.simulation.env);
  });
  afterAll(() => proxy.stop());

  test.each(['POST /sources', 'PATCH /sources', 'PATCH /sources the key'])(
    '%s → the next run converges',
    async (which) => {
      const whole = await at.run(toSegment(at));
      const sent = whole.sent.map(({ method, path }) => `${method} ${path}`);
      const ends = (line: string): boolean => line.startsWith(which.split(' ').slice(0, 2).join(' '));
      const number = (which.endsWith('key') ? sent.findLastIndex(ends) : sent.findIndex(ends)) + 1;
      await at.simulation.reset();
      let kill = (): void => undefined;
      proxy.arm(number, () => kill());
      await at.run(toSegment(at), { env: proxy.env, onStart: (end) => (kill = end) });
      const next = await at.run({ ...toSegment(at), verify: 'false' });
      expect({ code: next.code, log: next.code === 0 ? '' : readable(next.stdout) }).toEqual({ code: 0, log: '' });
      await expectSegmentConverged(at);
      expect(writes((await at.run(toSegment(at))).sent)).toEqual([]);
    },
  );
});

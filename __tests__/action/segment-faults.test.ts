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

test('the answer to the write of the key is lost, and somebody writes before it is sent again → both keys stay, red; the next run heals', async () => {
  await at.run(toSegment(at));
  const { id, keyId } = await sourceIn(at);
  await at.simulation.age(3600);
  await at.simulation.faults([{ on: `PATCH /sources/${id}`, do: 'lose-reply', times: 1 }]);
  let patches = 0;
  const proxy = await startProxy(at.simulation.url, at.simulation.env, async (request) => {
    if (!request.startsWith('PATCH /sources/')) return;
    patches += 1;
    // With the same token: another run of the same workflow cannot be told from this one by its actor.
    if (patches === 2)
      await at.workspace.ask('PATCH', `/sources/${id}`, { settings: { credentials: '{"of":"others"}' } });
  });
  const run = await at.run({ ...toSegment(at), mode: 'rotate' }, { env: proxy.env });
  await proxy.stop();
  expect(run.code).toBe(1);
  expect(errorsIn(run.stdout).join('\n')).toMatch(/the answer to the write was lost, and somebody else has written/);
  expect((await at.keys()).map(({ disabled }) => disabled)).toEqual([false, false]);
  expect(await at.keys()).toContainEqual({ id: keyId, disabled: false });
  await at.simulation.age(180);
  const next = await at.run(toSegment(at));
  expect({ code: next.code, log: next.code === 0 ? '' : readable(next.stdout) }).toEqual({ code: 0, log: '' });
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

/** Runs with one request refused: the one with this number among those to the source, from the first PATCH on. */
async function runRefused(mode: string, method: string, number: number): Promise<Awaited<ReturnType<typeof at.run>>> {
  let [patches, count] = [0, 0];
  const proxy = await startProxy(at.simulation.url, at.simulation.env, async (request) => {
    if (!/ \/sources\/\w+$/.test(request)) return;
    if (request.startsWith('PATCH')) patches += 1;
    if (!request.startsWith(method) || patches === 0) return;
    count += 1;
    const body = { errors: [{ type: 'Forbidden', message: 'No.' }] };
    if (count === number) await at.simulation.answers([{ on: request, status: 403, body }]);
  });
  const run = await at.run({ ...toSegment(at), mode }, { env: proxy.env });
  await proxy.stop();
  return run;
}

test.each([
  ['enabling the source is refused', 'apply', 'PATCH', 3],
  ['it cannot be read again', 'rotate', 'GET', 1],
])(
  'the key is in, and then %s → the key that Segment holds lives, red; the next run finishes',
  async (...[, mode, method, number]) => {
    if (mode === 'rotate') {
      await at.run(toSegment(at));
      await at.simulation.age(60);
    }
    const run = await runRefused(mode, method, number);
    expect(run.code).toBe(1);
    expect(errorsIn(run.stdout).join('\n')).toMatch(/The new key stays, and so does the one before it/);
    const { keyId } = await sourceIn(at);
    expect(await at.keys()).toContainEqual({ id: keyId, disabled: false });
    await at.simulation.age(60);
    const next = await at.run(toSegment(at));
    expect({ code: next.code, log: readable(next.stdout) }).toMatchObject({ code: 0 });
    await expectSegmentConverged(at);
  },
);

describe('killed right after', () => {
  let proxy: Proxy;
  beforeAll(async () => {
    proxy = await startProxy(at.simulation.url, at.simulation.env);
  });
  afterAll(() => proxy.stop());

  // matrices/segment-interruptions.test.ts does so at every request.
  test.each(['PATCH /sources the key'])('%s → the next run converges', async (which) => {
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
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { startProxy } from '../../harness/proxy.ts';
import type { Proxy } from '../../harness/proxy.ts';
import { isWrite } from '../../harness/simulation.ts';
import { stage } from '../../harness/stage.ts';
import { expectSegmentConverged, sourceIn, toSegment } from '../action/segment-world.ts';

const at = stage();
let proxy: Proxy;
beforeAll(async () => {
  proxy = await startProxy(at.simulation.url, at.simulation.env);
});
afterAll(() => proxy.stop());

const nothing = (): Promise<void> => Promise.resolve();
/** A source with a key that is in use. */
async function setUp(): Promise<void> {
  await at.run(toSegment(at));
  await at.simulation.age(3600);
}
const scenes = [
  { name: 'a first apply', mode: 'apply', prepare: nothing },
  { name: 'a rotation', mode: 'rotate', prepare: setUp },
];

async function expectNext(about: object): Promise<void> {
  const next = await at.run({ ...toSegment(at), verify: 'false' });
  expect({ ...about, code: next.code, log: next.code === 0 ? '' : readable(next.stdout) }).toEqual({
    ...about,
    ...{ code: 0, log: '' },
  });
  await expectSegmentConverged(at);
}

describe.each(scenes)('$name into Segment', ({ mode, prepare }) => {
  test('killed after every single request → the next run converges, and the key that Segment holds lives', async () => {
    await prepare();
    proxy.arm(0, () => undefined);
    await at.run({ ...toSegment(at), mode }, { env: proxy.env });
    const [total, reads] = [proxy.count(), proxy.readsFirst()];
    expect(total - reads).toBeGreaterThan(3);
    for (let number = reads; number <= total; number += 1) {
      await at.simulation.reset();
      await prepare();
      let kill = (): void => undefined;
      proxy.arm(number, () => kill());
      await at.run({ ...toSegment(at), mode }, { env: proxy.env, onStart: (end) => (kill = end) });
      const held = await sourceIn(at).then(
        ({ keyId }) => keyId,
        () => undefined,
      );
      const about = { number, request: proxy.withheld() };
      await expectNext(about);
      const isDead = (await at.keys()).some(({ disabled, id }) => disabled && id === held);
      expect({ ...about, isDead }).toEqual({ ...about, isDead: false });
    }
  }, 600_000);

  test.each(['lose-reply', 'reset', 'throttle', 'outage', 'deny'] as const)(
    '%s at every request to Segment and to the account → this run or the next one converges',
    async (fault) => {
      await prepare();
      const whole = await at.run({ ...toSegment(at), mode });
      const isForWrites = ['lose-reply', 'throttle'].includes(fault);
      const asked = whole.sent.filter(({ path }) => /^\/(?:sources|catalog|$)|serviceAccounts/.test(path));
      const lines = (isForWrites ? asked.filter(isWrite) : asked).map(({ method, path }) => `${method} ${path}`);
      for (const on of new Set(lines.map((line) => line.replace(/^(\w+ \/sources)\/.*/, '$1')))) {
        await at.simulation.reset();
        await prepare();
        await at.simulation.faults([{ on, do: fault, times: 1 }]);
        const hit = await at.run({ ...toSegment(at), mode });
        expect({ on, leaks: (readable(hit.stdout) + hit.summary).includes('BEGIN PRIVATE KEY') }).toEqual({
          on,
          leaks: false,
        });
        await at.simulation.faults([]);
        await expectNext({ on, fault, hit: hit.code });
      }
    },
    600_000,
  );
});

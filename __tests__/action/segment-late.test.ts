import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { errorsIn, readable } from '../../harness/log.ts';
import { startRewriting } from '../../harness/rewriting-proxy.ts';
import type { RewritingProxy } from '../../harness/rewriting-proxy.ts';
import { stage } from '../../harness/stage.ts';
import { expectSegmentConverged, sourceIn, toSegment } from './segment-world.ts';

/** Segment keeps the setting secret for the powerless key, and shows it once the real one is in. */
const at = stage();
let proxy: RewritingProxy;
beforeAll(async () => {
  proxy = await startRewriting(at.simulation.url, at.simulation.env);
});
afterAll(() => proxy.stop());
beforeEach(() => {
  proxy.rewrite = () => undefined;
});

interface Told {
  readonly data?: { readonly source?: { readonly settings?: Readonly<Record<string, unknown>> } };
}

/** From now on whoever reads the source reads what was last written into the setting. */
function showWhatIsWritten(): void {
  let held: unknown;
  proxy.rewrite = ({ method, path, sent, status, body }) => {
    const { settings } = (sent ?? {}) as { settings?: Readonly<Record<string, unknown>> };
    if (method === 'PATCH' && settings !== undefined && 'credentials' in settings) held = settings['credentials'];
    if (method !== 'GET' || !/^\/sources\/\w+$/.test(path) || held === undefined || held === null) return undefined;
    const { source } = (body as Told).data ?? {};
    return { status, body: { data: { source: { ...source, settings: { ...source?.settings, credentials: held } } } } };
  };
}

/** What a run ends with that finds out. */
async function expectTakenBack(mode: string): Promise<void> {
  const run = await at.run({ ...toSegment(at), mode }, { env: proxy.env });
  expect(run.code).toBe(1);
  expect(errorsIn(run.stdout).join('\n')).toMatch(
    /the setting credentials came back in clear text.*The setting was emptied.*Look for copies of the key/,
  );
  expect([readable(run.stdout), run.summary, JSON.stringify(run.outputs)].join('')).not.toMatch(/PRIVATE KEY/);
  expect((await sourceIn(at)).settings).not.toHaveProperty('credentials');
}

test.each([
  ['minutes', 60],
  ['hours', 3600],
])(
  'rotate, %s after the key before → emptied, the new key deleted, the old one works, red; the next apply delivers another',
  async (_title, seconds) => {
    await at.run(toSegment(at));
    const { keyId } = await sourceIn(at);
    await at.simulation.age(seconds);
    showWhatIsWritten();
    await expectTakenBack('rotate');
    expect(await at.keys()).toEqual([{ id: keyId, disabled: false }]);
    proxy.rewrite = () => undefined;
    await at.simulation.age(180);
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect(check.code).toBe(1); // Segment holds no key.
    const next = await at.run(toSegment(at));
    expect({ code: next.code, log: next.code === 0 ? '' : readable(next.stdout) }).toEqual({ code: 0, log: '' });
    await expectSegmentConverged(at);
  },
);

test('a first apply → no key is left, and the source is not enabled; the next apply goes on', async () => {
  showWhatIsWritten();
  await expectTakenBack('apply');
  expect(await at.keys()).toEqual([]);
  expect(await sourceIn(at)).toMatchObject({ enabled: false });
  proxy.rewrite = () => undefined;
  await at.simulation.age(180);
  const next = await at.run(toSegment(at));
  expect({ code: next.code, log: next.code === 0 ? '' : readable(next.stdout) }).toEqual({ code: 0, log: '' });
  await expectSegmentConverged(at);
});

import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable, warningsIn } from '../../harness/log.ts';
import { PROJECT, driftOf, stage } from '../../harness/stage.ts';
import type { Mapping } from '../../harness/workspace.ts';
import { sourceIn, toSegment } from './segment-world.ts';

const at = stage();
const HOUR = 3600;
const DAY = 24 * HOUR;
const HOURLY = { strategy: 'PERIODIC', config: { interval: '1h' } };

type Run = Awaited<ReturnType<typeof at.run>>;

async function run(mode: string, more: Record<string, string> = {}): Promise<Run> {
  return at.run({ ...toSegment(at), mode, key_overlap_days: '0', ...more });
}

async function green(mode: string, more: Record<string, string> = {}): Promise<Run> {
  const ended = await run(mode, more);
  expect({ mode, code: ended.code, log: ended.code === 0 ? '' : readable(ended.stdout) }).toEqual({
    mode,
    code: 0,
    log: '',
  });
  return ended;
}

/** A source with a mapping that has synced, and two keys: the one before, and the delivered one. */
async function rotated(schedule?: unknown): Promise<Mapping> {
  await green('apply');
  const { id } = await sourceIn(at);
  const mapping = await at.workspace.mapping(id, { query: 'SELECT 1 AS id', schedule });
  await at.simulation.sync(mapping);
  await at.simulation.age(6 * HOUR);
  await green('rotate');
  expect(await states()).toEqual([false, false]);
  return mapping;
}

/** Of the keys, oldest first: whether they are disabled. */
async function states(): Promise<boolean[]> {
  return (await at.keys()).map(({ disabled }) => disabled);
}

describe('an old key', () => {
  test('no sync since → it stays, consumer waiting, and what is missing is told', async () => {
    await rotated();
    await at.simulation.age(2 * DAY);
    const applied = await green('apply');
    expect(await states()).toEqual([false, false]);
    expect(applied.outputs).toMatchObject({ consumer: 'waiting', last_sync: 'SUCCESS', drift: 'false' });
    expect(warningsIn(applied.stdout).join('\n')).toMatch(
      /not proven to have moved .*the mapping Upsert last synced at .*with the key in use then/,
    );
  });

  test('a sync with the new key, and the window closed → disabled; after one more sync deleted', async () => {
    const mapping = await rotated();
    await at.simulation.age(2 * HOUR);
    await at.simulation.sync(mapping);
    const early = await green('apply');
    expect(early.outputs['consumer']).toBe('waiting');
    expect(await states()).toEqual([false, false]);
    await at.simulation.age(4 * HOUR);
    const disabling = await green('apply');
    expect(disabling.outputs['consumer']).toBe('moved');
    expect(await states()).toEqual([true, false]);
    expect(await at.description()).toMatch(/ seen=\S+ at=s\]$/);
    await green('apply');
    expect(await states()).toEqual([true, false]);
    await at.simulation.age(60);
    await at.simulation.sync(mapping);
    const deleting = await green('apply');
    expect(readable(deleting.stdout)).toMatch(/deleted the superseded key/);
    expect(await states()).toEqual([false]);
    expect(await at.description()).not.toMatch(/ seen=| old=/);
    expect((await green('check')).outputs).toMatchObject({ consumer: 'moved', last_sync: 'SUCCESS' });
  });

  test('syncs that still use it → never disabled, however long', async () => {
    const mapping = await rotated();
    for (let day = 0; day < 12; day += 3) {
      await at.simulation.age(3 * DAY);
      await at.simulation.sync(mapping, { stale: true });
      await at.simulation.age(5 * HOUR);
      const applied = await green('apply');
      expect(applied.outputs['consumer']).toBe('waiting');
      expect(await states()).toEqual([false, false]);
    }
    const check = await run('check');
    expect(check.code).toBe(1);
    expect(driftOf(check)).toEqual([
      expect.stringMatching(/key \w{12}: works, and Segment may use it .* → no longer needed/),
    ]);
    expect(warningsIn(check.stdout).join('\n')).toMatch(/the old key was used until \d{4}-/);
  });

  test('a mapping that syncs every hour → it goes all the same', async () => {
    await rotated(HOURLY);
    await at.simulation.age(6 * HOUR);
    await green('apply');
    expect(await states()).toEqual([true, false]);
    await at.simulation.age(2 * HOUR);
    await green('apply');
    expect(await states()).toEqual([false]);
  });

  test('Monitoring is closed → unknown, the key is kept, the remedy names the right', async () => {
    const mapping = await rotated();
    await at.simulation.age(2 * HOUR);
    await at.simulation.sync(mapping);
    await at.simulation.age(2 * DAY);
    await at.simulation.answers([
      {
        on: 'GET /v3/projects',
        status: 403,
        body: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'Denied.' } },
        times: 9,
      },
    ]);
    const applied = await green('apply');
    expect(applied.outputs['consumer']).toBe('unknown');
    expect(warningsIn(applied.stdout).join('\n')).toContain('monitoring.timeSeries.list');
    expect(await states()).toEqual([false, false]);
  });

  test('key_retirement elapsed → it goes by time alone', async () => {
    await rotated();
    await green('apply', { key_retirement: 'elapsed' });
    expect(await states()).toEqual([true, false]);
  });

  test('no mapping at all → none; it goes once it was silent for a day', async () => {
    await green('apply');
    await at.simulation.age(60);
    await green('rotate');
    await at.simulation.age(12 * HOUR);
    expect((await green('apply')).outputs['consumer']).toBe('none');
    expect(await states()).toEqual([false, false]);
    await at.simulation.age(16 * HOUR);
    await green('apply');
    expect(await states()).toEqual([true, false]);
  });

  test('syncs fail once it is disabled → nothing is deleted, red, and the command that enables it', async () => {
    const mapping = await rotated();
    await at.simulation.age(2 * HOUR);
    await at.simulation.sync(mapping);
    await at.simulation.age(4 * HOUR);
    await green('apply');
    await at.simulation.age(60);
    await at.simulation.sync(mapping, { stale: true });
    const failing = await run('apply');
    expect(failing.code).toBe(1);
    expect(errorsIn(failing.stdout).join('\n')).toMatch(/gcloud iam service-accounts keys enable/);
    expect(await states()).toEqual([true, false]);
    const check = await run('check');
    expect(check.code).toBe(1);
    expect(check.outputs['last_sync']).toBe('FAIL');
  });
});

describe('check', () => {
  test('the last sync failed → the claim fails; disabled things and late syncs are warned of', async () => {
    await green('apply');
    const { id } = await sourceIn(at);
    const broken = await at.workspace.mapping(id, { query: `SELECT id FROM \`${PROJECT}.nowhere.orders\`` });
    await at.simulation.sync(broken);
    const off = await at.workspace.mapping(id, { query: 'SELECT 1 AS id' });
    await at.workspace.ask('PATCH', `/reverse-etl-models/${off.model}`, { enabled: false });
    const check = await run('check');
    expect(check.code).toBe(1);
    expect(check.outputs['last_sync']).toBe('FAIL');
    expect(errorsIn(check.stdout).join('\n')).toMatch(/cannot sync the mapping Upsert .*its last sync \S+ failed/);
    expect(warningsIn(check.stdout).join('\n')).toMatch(/does not sync: its model \S+ is disabled/);
    expect(check.summary).toContain('offers no test for sources');
  });

  test('one that never synced → a warning, and green', async () => {
    await green('apply');
    await at.workspace.mapping((await sourceIn(at)).id, { query: 'SELECT 1 AS id' });
    const check = await green('check');
    expect(warningsIn(check.stdout).join('\n')).toMatch(/has never synced/);
    expect(check.outputs).toMatchObject({ last_sync: 'never', consumer: 'waiting' });
  });
});

describe('proof_mapping', () => {
  test('a new key is delivered → one sync by hand, which succeeds', async () => {
    await green('apply');
    const mapping = await at.workspace.mapping((await sourceIn(at)).id, { query: 'SELECT 1 AS id' });
    await at.simulation.age(60);
    const rotate = await green('rotate', { proof_mapping: mapping.subscription });
    expect(rotate.sent.filter(({ method, path }) => method === 'POST' && path === '/reverse-etl-syncs')).toHaveLength(
      1,
    );
    expect(readable(rotate.stdout)).toMatch(/✓ can sync the mapping Upsert/);
  });

  test('no such mapping → red, and proof_mapping is named', async () => {
    await green('apply');
    await at.simulation.age(60);
    const rotate = await run('rotate', { proof_mapping: 'nosuch' });
    expect(rotate.code).toBe(1);
    expect(errorsIn(rotate.stdout).join('\n')).toContain('Check proof_mapping');
  });
});

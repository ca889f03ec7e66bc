import { expect } from '@jest/globals';
import { readable, warningsIn } from '../../harness/log.ts';
import { driftOf, writes } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';
import { SECRET, holdings, homes, prepareHomes } from './homes.ts';
import type { Home } from './homes.ts';

const DAY = 86_400;
const scheduled = { mode: 'apply', key_max_age_days: '30', key_overlap_days: '7' };

/** The homes that differ in what a rotation does. How each takes a key, and gives it back, is in ../pure/destinations. */
export const rotatedHomes = homes.filter(({ name }) =>
  ['all of them', 'an environment secret', 'an organization secret', 'Segment, beside a repository secret'].includes(
    name,
  ),
);

/** Scheduled runs from the first key to the end: an old one is replaced, works until its overlap ends, is disabled, is gone. */
export async function liveThroughRotation(at: Stage, home: Home): Promise<void> {
  await prepareHomes(at);
  const inputs = { ...scheduled, ...home.inputs(at.simulation.env) };
  const first = await at.run(inputs);
  expect({ code: first.code, log: readable(first.stdout) }).toMatchObject({ code: 0 });
  await at.simulation.age(60);
  const [before = ''] = await expectHealthy(at, home, first.outputs['key']);

  await at.simulation.age(31 * DAY);
  const old = await at.run({ ...inputs, mode: 'check' });
  expect(driftOf(old)).toEqual([expect.stringMatching(/key: 31 days old \([0-9a-f]{12}\) → at most 30 days old/)]);
  const rotated = await at.run(inputs);
  expect({ code: rotated.code, log: readable(rotated.stdout) }).toMatchObject({ code: 0 });
  expect(warningsIn(rotated.stdout).join('\n')).toMatch(
    /was replaced, and stops on \d{4}-\d\d-\d\d\. (?:Put the new key into Segment|Segment holds the new one)/,
  );
  const [after = ''] = await expectHealthy(at, home, rotated.outputs['key']);
  expect(after).not.toBe(before);
  expect(await at.mints(before)).toBe(true);
  expect((await at.keys()).map(({ disabled }) => disabled)).toEqual([false, false]);

  await at.simulation.age(6 * DAY);
  const within = await at.run(inputs);
  expect({ code: within.code, writes: writes(within.sent), result: within.outputs['result'] }).toEqual({
    code: 0,
    writes: [],
    result: 'unchanged',
  });
  expect(readable(within.stdout)).toMatch(/still works .*and stops on \d{4}-/);
  expect(await at.mints(before)).toBe(true);

  await at.simulation.age(2 * DAY);
  const disabling = await at.run(inputs);
  expect(readable(disabling.stdout)).toMatch(/disabled the superseded key .*; a later run deletes it/);
  expect((await at.keys()).map(({ disabled }) => disabled)).toEqual([true, false]);
  expect(await at.mints(before)).toBe(false);
  await expectHealthy(at, home, rotated.outputs['key']);

  const deleting = await at.run(inputs);
  expect(readable(deleting.stdout)).toMatch(/deleted the superseded key/);
  expect((await at.keys()).map(({ disabled }) => disabled)).toEqual([false]);
  await expectHealthy(at, home, rotated.outputs['key']);
  const done = await at.run(inputs);
  expect({ code: done.code, writes: writes(done.sent) }).toEqual({ code: 0, writes: [] });
  expect(driftOf(await at.run({ ...inputs, mode: 'check' }))).toEqual([]);

  const destroyed = await at.run({ ...inputs, mode: 'destroy', delete_dataset: 'true' });
  expect({ code: destroyed.code, log: readable(destroyed.stdout) }).toMatchObject({ code: 0 });
  expect(await holdings(at, home, undefined)).toEqual([]);
  const { annotations } = await at.owner('GET', `/v1/${SECRET}`);
  expect(annotations).toBeUndefined();
}

/** That whatever key any destination holds works at this moment, and that there are never more than three. */
async function expectHealthy(stageOf: Stage, home: Home, output: string | undefined): Promise<string[]> {
  const held = await holdings(stageOf, home, output);
  expect(held.length).toBeGreaterThan(0);
  for (const file of held) expect(await stageOf.mints(file)).toBe(true);
  const ids = held.map((file) => (JSON.parse(file) as { private_key_id: string }).private_key_id);
  expect(new Set(ids).size).toBe(1);
  expect((await stageOf.keys()).length).toBeLessThanOrEqual(3);
  return held;
}

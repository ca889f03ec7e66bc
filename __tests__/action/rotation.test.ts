import { describe, expect, test } from '@jest/globals';
import { readable, warningsIn } from '../../harness/log.ts';
import { stage, writes } from '../../harness/stage.ts';
import { liveThroughRotation, rotatedHomes } from './rotation-life.ts';

/** Keys take this long to show. */
const at = stage('--lag', '700');
const DAY = 86_400;

// matrices/rotation.test.ts has the other homes; two secrets have a file of their own, with faults.
test('a key that lives everywhere: scheduled runs → an old key is replaced, works until its overlap ends, is disabled, is gone', async () => {
  const home = rotatedHomes.find(({ name }) => name === 'all of them');
  if (home === undefined) throw new Error('There is no such home.');
  await liveThroughRotation(at, home);
}, 120_000);

describe('mode rotate', () => {
  test('credential: mode rotate → a young key is replaced; without key_overlap_days none is retired, with 0 all old ones are, at once', async () => {
    const first = await at.run({ mode: 'apply' });
    await at.simulation.age(3 * DAY);
    const rotated = await at.run({ mode: 'rotate' });
    expect({ code: rotated.code, log: readable(rotated.stdout) }).toMatchObject({ code: 0 });
    expect(rotated.outputs['key']).toBeDefined();
    expect(rotated.outputs['key']).not.toBe(first.outputs['key']);
    expect(warningsIn(rotated.stdout).join('\n')).toMatch(
      /was replaced and still works\. Once Segment uses the new one, delete it/,
    );
    await at.simulation.age(200 * DAY);
    const later = await at.run({ mode: 'apply' });
    expect(writes(later.sent)).toEqual([]);
    const check = await at.run({ mode: 'check' });
    expect(check.code).toBe(0);
    expect(warningsIn(check.stdout).join('\n')).toMatch(
      /superseded key [0-9a-f]{12} still works \(203 days old, made by Google\)/,
    );
    expect(await at.mints(first.outputs['key'] ?? '')).toBe(true);

    const retired = await at.run({ mode: 'rotate', key_overlap_days: '0' });
    expect({ code: retired.code, log: readable(retired.stdout) }).toMatchObject({ code: 0 });
    expect(retired.sent.filter(({ path, status }) => path === '/token' && status === 200)).toHaveLength(4);
    for (const { outputs } of [first, rotated]) expect(await at.mints(outputs['key'] ?? '')).toBe(false);
    expect(await at.mints(retired.outputs['key'] ?? '')).toBe(true);
  });
});

import { describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { driftOf, stage, writes } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';
import { toSecret } from '../action/convergence.ts';

/**
 * What users do one after the other, as fast as they can, while the cloud's reads are old and what is new flickers: hurried, so
 * that minutes are seconds.
 */
const HURRY = ['--hurry', '20'];
const SEEDS = Array.from({ length: 20 }, (_none, index) => index + 1);
const PATIENCE = { patience_minutes: '2' };
const BY_HAND = 'acme-analytics';

interface Home {
  readonly inputs: (at: Stage) => Record<string, string>;
  /** The key that somebody would use now. @param output - the key that a run put out last */
  readonly held: (at: Stage, output: string) => Promise<string>;
}

const homes: Readonly<Record<string, Home>> = {
  output: { inputs: () => ({ key_delivery: 'output' }), held: (_at, output) => Promise.resolve(output) },
  'github-secret': { inputs: toSecret, held: async (at) => (await at.secret()).value ?? '' },
};

/** A journey: every run is green, and the key that is held works after each. */
function traveler(at: Stage, home: Home) {
  let output = '';
  const enabled = async (): Promise<string[]> =>
    (await at.keys()).flatMap(({ id, disabled }) => (disabled ? [] : [id]));
  return {
    enabled,
    run: async (name: string, inputs: Record<string, string>): Promise<string[]> => {
      const run = await at.run({ ...home.inputs(at), ...PATIENCE, ...inputs });
      output = run.outputs['key'] ?? output;
      const log = run.code === 0 ? '' : readable(run.stdout);
      expect({ name, code: run.code, drift: driftOf(run), log }).toMatchObject({ name, code: 0, log: '' });
      const { private_key_id: id } = JSON.parse(await home.held(at, output)) as { private_key_id: string };
      expect({ name, held: id, works: (await enabled()).includes(id) }).toEqual({ name, held: id, works: true });
      return writes(run.sent);
    },
  };
}

describe.each(['real', 'storm'])('weather %s', (weather) => {
  describe.each(SEEDS)('seed %i', (seed) => {
    const at = stage('--weather', weather, ...HURRY, '--seed', String(seed));

    test.each(Object.keys(homes))(
      'key in %s: apply, apply, rotate twice, check, every access mode → green, no delivered key dead, the second apply writes nothing',
      async (name) => {
        const { run, enabled } = traveler(at, homes[name] as Home);
        await at.makeDataset('shop');
        await run('first apply', { mode: 'apply' });
        expect(await run('second apply', { mode: 'apply' })).toEqual([]);
        await run('rotate', { mode: 'rotate', key_overlap_days: '0' });
        expect(await enabled()).toHaveLength(1);
        await run('rotate again', { mode: 'rotate', key_overlap_days: '0' });
        expect(await enabled()).toHaveLength(1);
        expect(await run('check', { mode: 'check' })).toEqual([]);
        await run('to scoped', { mode: 'apply', access_mode: 'scoped', source_datasets: 'shop' });
        await run('to full', { mode: 'apply', access_mode: 'full' });
        await run('to limited', { mode: 'apply' });
        expect(await run('last check', { mode: 'check' })).toEqual([]);
      },
      240_000,
    );

    test('an account made by hand, adopted → green; the apply after it writes nothing', async () => {
      const { run } = traveler(at, homes['output'] as Home);
      await at.owner('POST', `/v1/projects/${BY_HAND}/serviceAccounts`, { accountId: 'segment-reverse-etl' });
      await at.simulation.age(60); // One that IAM does not show yet is refused, and adopted by the next run.
      await run('adopt', { mode: 'apply', adopt: 'true' });
      expect(await run('second apply', { mode: 'apply' })).toEqual([]);
      expect(await run('check', { mode: 'check' })).toEqual([]);
    }, 120_000);
  });
});

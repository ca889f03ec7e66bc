import process from 'node:process';
import { describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { startSimulation } from '../../harness/simulation.ts';
import { EMAIL, driftOf, stageOn, writes } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';
import { toSecret } from '../action/convergence.ts';
import { SLUG, sourceIn, sourcesIn, toSegment } from '../action/segment-world.ts';

/**
 * What users do one thing after the other, as fast as they can, while reads are old and what is new flickers. The weather is
 * hurried, so that minutes are seconds; the action's own waits are not. WEATHER_SEEDS says how many worlds of each kind, and
 * WEATHER which: `real`, `storm`, or both, as it is by itself.
 */
const HURRY = '20';
const SEEDS = Array.from({ length: Number(process.env['WEATHER_SEEDS'] ?? 2) }, (_none, index) => index + 1);
const AT_ONCE = 4; // They wait most of the time.
const PATIENCE = { patience_minutes: '2' };

interface Home {
  readonly inputs: (at: Stage) => Record<string, string>;
  /** The key that somebody would use now. @param output - the key that a run put out last */
  readonly held: (at: Stage, output: string) => Promise<string>;
}

const output: Home = { inputs: () => ({ key_delivery: 'output' }), held: (_at, put) => Promise.resolve(put) };
const secret: Home = { inputs: toSecret, held: async (at) => (await at.secret()).value ?? '' };

const segment: Home = {
  inputs: toSegment,
  held: async (at) => {
    const [source] = (await sourcesIn(at)).filter(({ slug }) => slug === SLUG);
    return JSON.stringify({ private_key_id: source?.keyId });
  },
};

/** The keys as they are: what the owner lists is as old as anybody's. */
async function keysOf(at: Stage): Promise<{ readonly id: string; readonly disabled: boolean }[]> {
  const { iam } = (await at.simulation.world()) as {
    iam: { accounts: Record<string, { keys: { id: string; disabled: boolean; type?: string }[] }> };
  };
  return (iam.accounts[EMAIL]?.keys ?? []).map(({ id, disabled }) => ({ id, disabled }));
}

/** What was wrong on the way; each run is to be green, and the key that is held works after it. */
interface Traveler {
  readonly wrong: string[];
  /** The requests of the run that changed something. @param again - words of a refusal after which it is run once more */
  readonly run: (name: string, inputs: Record<string, string>, again?: RegExp) => Promise<string[]>;
  readonly expect: (name: string, seen: unknown, wanted: unknown) => void;
}

function traveler(at: Stage, home: Home): Traveler {
  const wrong: string[] = [];
  let put = '';
  const check = (name: string, seen: unknown, wanted: unknown): void => {
    if (JSON.stringify(seen) !== JSON.stringify(wanted)) wrong.push(`${name}: ${JSON.stringify(seen)}`);
  };
  return {
    wrong,
    expect: check,
    run: async (name, inputs, again) => {
      const once = (): ReturnType<Stage['run']> => at.run({ ...home.inputs(at), ...PATIENCE, ...inputs });
      let run = await once();
      if (run.code !== 0 && again?.test(run.stdout) === true) run = await once();
      put = run.outputs['key'] ?? put;
      if (run.code !== 0) wrong.push(`${name}: ${driftOf(run).join('; ')}\n${readable(run.stdout)}`);
      const held = await home.held(at, put);
      const { private_key_id: id } = JSON.parse(held === '' ? '{}' : held) as { private_key_id?: string };
      const key = (await keysOf(at)).find((one) => one.id === id);
      check(`${name}: the key that is held`, key?.disabled, false);
      return writes(run.sent);
    },
  };
}

/** Two simulations of the same seed are the same. */
async function inEveryWorld(
  weather: string,
  home: Home,
  travel: (at: Stage, traveler: Traveler) => Promise<void>,
): Promise<Record<number, string[]>> {
  const left = [...SEEDS];
  const found: Record<number, string[]> = {};
  const worker = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const simulation = await startSimulation('--weather', weather, '--hurry', HURRY, '--seed', String(seed));
      try {
        const at = stageOn(() => simulation);
        const one = traveler(at, home);
        await travel(at, one);
        if (one.wrong.length > 0) found[seed] = one.wrong;
      } finally {
        await simulation.stop();
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found;
}

async function keys(at: Stage, { run, expect: check }: Traveler): Promise<void> {
  const enabled = async (): Promise<number> => (await keysOf(at)).filter(({ disabled }) => !disabled).length;
  await run('first apply', { mode: 'apply' });
  check('writes of the second apply', await run('second apply', { mode: 'apply' }), []);
  for (const name of ['rotate', 'rotate again at once']) {
    await run(name, { mode: 'rotate', key_overlap_days: '0' });
    check(`${name}: enabled keys`, await enabled(), 1);
  }
  check('writes of check', await run('check at once', { mode: 'check' }), []);
}

/** One that finds the policy otherwise than its plan saw it changes nothing, and says so: the next one goes on. */
async function accessModes(at: Stage, { run, expect: check }: Traveler): Promise<void> {
  await at.makeDataset('shop');
  await run('first apply', { mode: 'apply' });
  await run('to scoped', { mode: 'apply', access_mode: 'scoped', source_datasets: 'shop' }, MOVED);
  await run('to full', { mode: 'apply', access_mode: 'full' }, MOVED);
  await run('to limited', { mode: 'apply' }, MOVED);
  check('writes of check', await run('check at once', { mode: 'check' }), []);
}

const MOVED = /which it held when the plan was made; nothing was revoked/;

async function anAdoption(at: Stage, { run, expect: check }: Traveler): Promise<void> {
  await at.owner('POST', '/v1/projects/acme-analytics/serviceAccounts', { accountId: 'segment-reverse-etl' });
  await at.simulation.age(60); // One that IAM does not show yet is refused, and adopted by the next run.
  await run('adopt', { mode: 'apply', adopt: 'true' });
  check('writes of the second apply', await run('second apply', { mode: 'apply' }), []);
  check('writes of check', await run('check', { mode: 'check' }), []);
}

/** From nothing to a source that syncs, another key, proof that it is used, and the old one gone. */
async function bothHalves(at: Stage, { run, expect: check }: Traveler): Promise<void> {
  const states = async (): Promise<string> => (await keysOf(at)).map(({ disabled }) => (disabled ? '-' : '+')).join('');
  const later = { mode: 'apply', key_overlap_days: '0' };
  await run('first apply', { mode: 'apply' });
  check('writes of the second apply', await run('second apply', { mode: 'apply' }), []);
  const mapping = await at.workspace.mapping((await sourceIn(at)).id, { query: 'SELECT 1 AS id' });
  await at.simulation.sync(mapping);
  await run('rotate at once', { mode: 'rotate', key_overlap_days: '0' });
  check('keys after it', await states(), '++');
  check('writes of check', await run('check at once', { mode: 'check' }), []);
  await at.simulation.age(2 * 3600);
  await at.simulation.sync(mapping);
  await at.simulation.age(4 * 3600);
  await run('apply, moved', later);
  check('keys after it', await states(), '-+');
  check('writes of apply at once', await run('apply at once', later), []);
  await at.simulation.age(60);
  await at.simulation.sync(mapping);
  await run('apply, synced again', later);
  check('keys after it', await states(), '+');
  check('writes of check', await run('check', { mode: 'check' }), []);
}

const MINUTES = 60_000 * Math.max(6, SEEDS.length * 2);

describe.each((process.env['WEATHER'] ?? 'real,storm').split(','))('weather %s', (weather) => {
  test.each([
    ['apply twice, rotate twice, check; key as output', output, keys],
    ['apply twice, rotate twice, check; key into a secret', secret, keys],
    ['limited, scoped, full, limited, check', output, accessModes],
    ['adopt, apply, check', output, anAdoption],
    ['a key in Segment: apply twice, rotate, sync, retire, check', segment, bothHalves],
  ] as const)(
    '%s → green, the key that is held works, the second apply writes nothing',
    async (_name, home, travel) => {
      expect(await inEveryWorld(weather, home, travel)).toEqual({});
    },
    MINUTES,
  );
});

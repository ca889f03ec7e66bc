import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gitHubState } from '../../simulator/github/part.ts';
import { openInside } from '../../harness/inside.ts';
import type { Inside, InsideResult } from '../../harness/inside.ts';
import { heldIn, keysIn } from '../../harness/key-rules.ts';

/**
 * A season as somebody lives it who copied the examples: 106 nights with a check that must prove the key in use, 15 weeks with
 * an apply that rotates after 90 days and retires 14 days later; and what people do in between. Time is virtual.
 */
const DAYS = 106;
const DAY = 86_400;
const SECRET = 'SEGMENT_BIGQUERY_CREDENTIALS';
const SOURCES = 'shop\ncrm\nfinance';

let at: Inside;
beforeAll(async () => {
  at = await openInside();
});
afterAll(() => at.close());

/** As the workflows hand it over: the key that was in use when the run began. */
function keyInUse(): string {
  return gitHubState(at.controls.world).repositories['acme/data-platform']?.secrets[SECRET]?.value ?? '';
}

const shared = (sources: string): Record<string, string> => ({
  ...{ access_mode: 'scoped', source_datasets: sources, key_delivery: 'github-secret' },
});

/** nightly-drift-check.yml: the reader, the key in use, and a green run only with proof. */
function nightly(sources: string): Promise<InsideResult> {
  return at.run({
    ...{ ...shared(sources), mode: 'check', verify: 'required', credentials_json: keyInUse() },
    service_account: at.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '',
  });
}

/** weekly-rotate-and-check.yml, or set-up.yml after a merge. */
function apply(sources: string, more: Record<string, string> = {}): Promise<InsideResult> {
  return at.run({
    ...{ ...shared(sources), mode: 'apply', github_token: at.env['SIMULATOR_GITHUB_TOKEN'] ?? '' },
    ...{ key_max_age_days: '90', key_overlap_days: '14', ...more },
  });
}

/** What people do on a day, before its night. @returns what the models read from then on, if that changes */
const people: Readonly<Record<number, () => Promise<string | undefined>>> = {
  // Somebody tidies up a role that nobody knows; the apply of day 28 gives the permission back.
  24: async () => {
    await at.takePermission('bigquery.jobs.create');
    return undefined;
  },
  // Somebody wants to look into something; nobody but people takes that back.
  45: async () => {
    await at.bind('roles/bigquery.dataViewer');
    return undefined;
  },
  47: async () => {
    await at.unbind('roles/bigquery.dataViewer');
    return undefined;
  },
  // A pull request drops a dataset: planned, reviewed, merged, applied as it was reviewed.
  60: async () => {
    const plan = await at.run({ ...shared('shop\ncrm'), mode: 'plan', github_token: token() });
    const done = await apply('shop\ncrm', { expected_plan: plan.outputs['plan_digest'] ?? '', ...forgetAges });
    expect({ digest: plan.outputs['plan_digest']?.length, code: done.code, result: done.outputs['result'] }).toEqual({
      ...{ digest: 64, code: 0, result: 'changed' },
    });
    return 'shop\ncrm';
  },
};
const token = (): string => at.env['SIMULATOR_GITHUB_TOKEN'] ?? '';
/** The plan of a pull request says nothing of ages: neither does what applies it. */
const forgetAges = { key_max_age_days: '', key_overlap_days: '' };

interface Night {
  readonly day: number;
  readonly drift: string;
  readonly headline: string;
}

test('106 nights → red exactly while something is off; one rotation, nobody loses a key, and the old one goes', async () => {
  let sources = SOURCES;
  const red: Night[] = [];
  const weeks: (readonly [number, string])[] = [];
  const keys: (readonly [number, number])[] = [];
  for (const name of ['shop', 'crm', 'finance']) await at.makeDataset(name);
  expect(await apply(sources)).toMatchObject({ code: 0, outputs: { result: 'changed' } });
  const first = keyInUse();
  for (let day = 1; day <= DAYS; day += 1) {
    await at.age(DAY);
    sources = (await people[day]?.()) ?? sources;
    if (day % 7 === 0) {
      const { code, outputs } = await apply(sources);
      expect({ day, code }).toEqual({ day, code: 0 });
      if (outputs['result'] === 'changed') weeks.push([day, outputs['result']]);
    }
    const { code, outputs, log } = await nightly(sources);
    if (code !== 0) red.push({ day, drift: outputs['drift'] ?? '', headline: log.trim().split('\n').at(-1) ?? '' });
    const held = heldIn(at.controls.world, []);
    const alive = keysIn(at.controls.world).filter(({ disabled }) => !disabled);
    expect({ day, isHeldAlive: held.every(({ id }) => alive.some((key) => key.id === id)) }).toEqual({
      ...{ day, isHeldAlive: true },
    });
    if (keys.at(-1)?.[1] !== alive.length) keys.push([day, alive.length]);
  }
  expect(red.map(({ day }) => day)).toEqual([24, 25, 26, 27, 45, 46]);
  expect(red[0]?.headline).toMatch(/Drift: 1 missing/);
  expect(red[4]?.headline).toMatch(/Drift: 1 surplus/);
  // The role on day 28; the rotation after 90 days; the old key disabled 14 days after the new one was made.
  expect(weeks.map(([day]) => day)).toEqual([28, 91, 105]);
  expect(keys).toEqual([
    [1, 1],
    [91, 2],
    [105, 1],
  ]);
  expect(keyInUse()).not.toBe(first);
}, 900_000);

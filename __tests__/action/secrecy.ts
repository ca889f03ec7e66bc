import { expect } from '@jest/globals';
import type { ActionResult } from '../../harness/run-action.ts';
import { SECRETS_PATH } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';
import { holdings, homes, prepareHomes } from './homes.ts';
import type { Home } from './homes.ts';

/** Every form in which a key could show: raw, escaped, base64, by the line. */
function formsOf(file: string): string[] {
  const { private_key: pem } = JSON.parse(file) as { private_key: string };
  const lines = pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return [
    pem,
    JSON.stringify(pem).slice(1, -1),
    base64(pem),
    base64(file).slice(0, 60),
    base64(file).slice(100, 160),
    ...lines,
  ];
}

/** What the runner would show: masks applied, mask commands gone. */
function shown(stdout: string): string {
  const decode = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const masks: string[] = [];
  const lines: string[] = [];
  for (const line of stdout.split('\n')) {
    if (line.startsWith('::add-mask::')) masks.push(...decode(line.slice('::add-mask::'.length)).split('\n'));
    else
      lines.push(masks.filter((mask) => mask.trim() !== '').reduce((text, mask) => text.replaceAll(mask, '***'), line));
  }
  return lines.join('\n');
}

/** Every key file that is held anywhere. */
async function heldNow(at: Stage, run: ActionResult): Promise<string> {
  const manager = (await holdings(at, homeOf('Secret Manager'), undefined))[0];
  return run.outputs['key'] ?? (await at.secret()).value ?? manager ?? '';
}

/** Masks hold the key in every line of it, and none of them is short or common. */
function expectMasked({ stdout, outputs }: ActionResult, file: string): void {
  const masks = [...stdout.matchAll(/^::add-mask::(.*)$/gm)].map(([, mask]) => mask ?? '');
  expect(masks.map((mask) => mask.replaceAll('%25', '%')).includes(file)).toBe(true);
  expect(masks.filter((mask) => mask.length < 16)).toEqual([]);
  const lines = file.split('\\n').slice(1, -2);
  expect(lines.filter((line) => !masks.includes(line))).toEqual([]);
  const { key: _key, ...others } = outputs;
  expect(Object.values(others).filter((value) => masks.some((mask) => value.includes(mask)))).toEqual([]);
}

const homeOf = (wanted: string): Home => {
  const home = homes.find(({ name }) => name === wanted);
  if (home === undefined) throw new Error(`there is no home ${wanted}`);
  return home;
};

/** How a key is delivered, and what the log tells. */
export interface Told {
  readonly name: string;
  readonly debug: string | undefined;
  readonly delivery: Readonly<Record<string, string>>;
}

/** Each destination, keys from Google as well as from the runner, and both levels of the log. */
export const told: readonly Told[] = [
  { name: 'output', debug: undefined, delivery: {} },
  { name: 'output, made in the runner', debug: '1', delivery: { key_lifetime_days: '30' } },
  { name: 'github-secret', debug: '1', delivery: { key_delivery: 'github-secret' } },
  {
    name: 'github-secret and segment',
    debug: '1',
    delivery: { key_delivery: 'github-secret segment', key_retirement: 'elapsed' },
  },
  {
    name: 'secret-manager, made in the runner',
    debug: undefined,
    delivery: { ...homeOf('Secret Manager').inputs({}), key_lifetime_days: '30' },
  },
];

/** Runs every mode: nothing secret is printed, reported or logged, and masks come first. */
export async function expectNothingShown(at: Stage, { debug, delivery }: Told): Promise<void> {
  const token = at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '';
  const env = { ...(debug === undefined ? {} : { RUNNER_DEBUG: debug }), GOOGLE_SDK_NODE_LOGGING: 'all' };
  const segmentToken = at.simulation.env['SIMULATOR_SEGMENT_TOKEN'] ?? '';
  const inputs = { ...delivery, github_token: token, segment_token: segmentToken };
  await prepareHomes(at);
  const first = await at.run({ mode: 'apply', ...inputs }, { env });
  const runs = [first];
  const file = await heldNow(at, first);
  expect(await at.mints(file)).toBe(true);
  expectMasked(first, file);
  await at.simulation.faults([{ on: `PUT ${SECRETS_PATH}`, do: 'deny', times: 1 }]);
  await at.owner('DELETE', '/v1/projects/acme-analytics/roles/segmentReverseEtl');
  runs.push(await at.run({ mode: 'check', ...inputs }, { env }), await at.run({ mode: 'apply', ...inputs }, { env }));
  runs.push(await at.run({ mode: 'rotate', ...inputs }, { env })); // A secret refuses this one.
  const rotated = await at.run({ mode: 'rotate', key_overlap_days: '0', ...inputs }, { env });
  const second = await heldNow(at, rotated);
  expect(second).not.toBe(file);
  runs.push(
    rotated,
    await at.run({ mode: 'apply', key_overlap_days: '0', ...inputs }, { env }),
    await at.run({ mode: 'revoke', ...inputs }, { env }),
    await at.run({ mode: 'rotate', restore: 'true', ...inputs }, { env }),
  );
  runs.push(
    await at.run({ mode: 'plan', ...inputs }, { env }),
    await at.run({ mode: 'check', credentials_json: second, ...inputs }, { env }),
    await at.run({ mode: 'destroy', ...inputs }, { env }),
  );

  const world = JSON.stringify(await at.simulation.world());
  const tokens = [...world.matchAll(/sim-(?:account|federated)-[0-9a-f]+/g)].map(([found]) => found);
  expect(tokens.length).toBeGreaterThan(5);
  const secrets = [
    ...formsOf(file),
    ...formsOf(second),
    ...tokens,
    token,
    segmentToken,
    at.simulation.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '',
  ];
  const journal = JSON.stringify(await at.simulation.journal());
  for (const run of runs) {
    const { key: _key, ...outputs } = run.outputs;
    // What is printed must be clean even before the runner masks it, mask commands aside.
    const printed = run.stdout.replace(/^::add-mask::.*$/gm, '');
    const everything = [printed, shown(run.stdout), run.stderr, run.summary, JSON.stringify(outputs), journal].join(
      '\n',
    );
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  }
}

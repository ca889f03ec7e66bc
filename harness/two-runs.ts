/**
 * Two runs at once: the one is held before one of its requests while the other goes through whole, and then goes on. What
 * must hold is judged by the world, each time that a run ends.
 */
import type { Controls } from '../simulator/control.ts';
import type { Inside, InsideResult } from './inside.ts';
import type { Held } from './key-rules.ts';
import { accountIn, deadIn, heldIn, keysIn, recordIn, strayIn } from './key-rules.ts';

export type Inputs = Readonly<Record<string, string>>;

/** Where keys go, and who asks for it. */
export interface Home {
  readonly name: string;
  readonly inputs: (env: Inputs) => Inputs;
}

const SECRET = 'projects/acme-analytics/secrets/segment-key';
const toGitHub = (env: Inputs): Inputs => ({
  key_delivery: 'github-secret',
  github_token: env['SIMULATOR_GITHUB_TOKEN'] ?? '',
});

export const homes = {
  output: { name: 'output', inputs: () => ({}) },
  secret: { name: 'a GitHub secret', inputs: toGitHub },
  manager: {
    name: 'Secret Manager',
    inputs: () => ({ key_delivery: 'secret-manager', secret_manager_secret: SECRET }),
  },
  segment: {
    name: 'Segment',
    inputs: (env) => ({
      ...{ key_delivery: 'segment', key_retirement: 'elapsed' },
      segment_token: env['SIMULATOR_SEGMENT_TOKEN'] ?? '',
    }),
  },
  elsewhere: {
    name: 'a secret of an environment',
    inputs: (env) => ({ ...toGitHub(env), secret_scope: 'environment:production' }),
  },
} as const satisfies Record<string, Home>;

/** What a run is asked to do. */
export const deeds = {
  apply: { mode: 'apply' },
  rotate: { mode: 'rotate' },
  destroy: { mode: 'destroy' },
  revoke: { mode: 'revoke' },
  check: { mode: 'check' },
  plan: { mode: 'plan' },
  prune: { mode: 'apply', prune: 'true' },
  scoped: { mode: 'apply', access_mode: 'scoped', source_datasets: 'shop' },
  restore: { mode: 'rotate', restore: 'true' },
} as const satisfies Record<string, Inputs>;

/** `elsewhere`: an apply that delivers to another place. */
export type DeedName = keyof typeof deeds | 'elsewhere';

/** How the world is before: nothing is there; it is in sync; the key is due; the account was revoked; a run has died. */
export type Beginning = 'nothing' | 'settled' | 'due' | 'revoked' | 'half-rotated';

export interface Pair {
  readonly home: Home;
  readonly beginning: Beginning;
  readonly one: DeedName;
  readonly other: DeedName;
}

export function nameOf({ beginning, home, one, other }: Pair): string {
  return `${one} ∥ ${other}, ${home.name}, ${beginning}`;
}

/** How keys are kept: a superseded key stops at once. */
const KEPT: Inputs = { key_overlap_days: '0' };
const DUE: Inputs = { key_max_age_days: '30' };
const HOUR = 3_600;
const DAY = 24 * HOUR;

/** A pair, and the world in which it takes place. */
export interface Prepared {
  readonly pair: Pair;
  readonly world: Controls['world'];
  /** What runs have put out that still counts. */
  readonly outputs: readonly string[];
  /** Ids of the keys that people made. */
  readonly foreign: ReadonlySet<string>;
}

function inputsOf(at: Inside, { beginning, home }: Pair, deed: DeedName): Inputs {
  const { inputs } = deed === 'elsewhere' ? homes.elsewhere : home;
  const what = deed === 'elsewhere' ? deeds.apply : deeds[deed];
  return { ...inputs(at.env), ...KEPT, ...(beginning === 'due' ? DUE : {}), ...what };
}

/** Brings about the world before the pair. @throws where that does not succeed */
export async function prepare(at: Inside, empty: Controls['world'], pair: Pair): Promise<Prepared> {
  at.restore(empty);
  await at.owner('POST', '/v1/projects/acme-analytics/secrets?secretId=segment-key', {
    replication: { automatic: {} },
  });
  await at.makeDataset('shop');
  let outputs: string[] = [];
  const foreign = new Set<string>();
  const run = async (inputs: Inputs, isWhole = true): Promise<void> => {
    const onKey = (file: string): void => void (outputs = [file]);
    const { code, log } = await at.run(
      inputs,
      isWhole ? { onKey } : { before: ({ line }) => Promise.resolve(/POST .*\/keys$/.test(line) ? 'kill' : 'pass') },
    );
    if (isWhole && code !== 0) throw new Error(`${nameOf(pair)} could not be prepared: ${log}`);
  };
  if (pair.beginning !== 'nothing') {
    await run(inputsOf(at, pair, 'apply'));
    await at.age(HOUR);
    const { name } = await at.owner('POST', `${accountPath(at)}/keys`, {});
    foreign.add(String(name).split('/').at(-1) ?? '');
    await at.age(40 * DAY);
  }
  if (pair.beginning === 'revoked') await run(inputsOf(at, pair, 'revoke'));
  if (pair.beginning === 'half-rotated') await run(inputsOf(at, pair, 'rotate'), false);
  await at.age(HOUR);
  return { pair, world: at.keep(), outputs, foreign };
}

function accountPath(at: Inside): string {
  return `/v1/projects/acme-analytics/serviceAccounts/${accountIn(at.controls.world)?.email ?? ''}`;
}

const everything = ['apply', 'rotate', 'destroy', 'revoke', 'check', 'plan', 'prune', 'scoped', 'elsewhere'] as const;
const issuing = ['apply', 'rotate'] as const;

function pairsOf(home: Home, beginning: Beginning, ones: readonly DeedName[], others: readonly DeedName[]): Pair[] {
  return ones.flatMap((one) => others.map((other) => ({ home, beginning, one, other })));
}

/** Every pair of modes, in worlds in which they matter. */
export function allPairs(): Pair[] {
  const main = [homes.output, homes.secret, homes.manager];
  return [
    ...main.flatMap((home) => pairsOf(home, 'settled', everything, everything)),
    ...main.flatMap((home) => pairsOf(home, 'nothing', issuing, [...issuing, 'destroy', 'elsewhere'])),
    ...main.flatMap((home) => pairsOf(home, 'due', issuing, [...issuing, 'elsewhere'])),
    ...main.flatMap((home) => pairsOf(home, 'half-rotated', [...issuing, 'destroy'], [...issuing, 'elsewhere'])),
    ...main.flatMap((home) => pairsOf(home, 'revoked', ['restore'], ['restore', 'revoke', 'destroy'])),
    ...pairsOf(homes.segment, 'settled', issuing, issuing),
    ...pairsOf(homes.segment, 'nothing', issuing, issuing),
    ...pairsOf(homes.segment, 'due', ['apply'], issuing),
  ];
}

/** How many requests the one sends where nobody disturbs it. */
export async function requestsOf(at: Inside, { pair, world }: Prepared): Promise<number> {
  at.restore(world);
  return (await at.run(inputsOf(at, pair, pair.one))).sent.length;
}

/** What was found, and how far the held run went. */
export interface Judged {
  readonly violations: readonly string[];
  /** How many requests the held run sent. */
  readonly requests: number;
  readonly runs: number;
  /** Before which request it was held; undefined where it ended before. */
  readonly held: string | undefined;
  readonly log: string;
}

/** Ends of runs, and what holds then. */
interface Judging {
  readonly at: Inside;
  readonly prepared: Prepared;
  outputs: readonly string[];
  readonly violations: string[];
  readonly told: string[];
  /** A token that nobody waits for yet holds nothing: then both go on at the same time, and either may be the later one. */
  isApart: boolean;
}

/** @param point - before which request of the one it is held, from 1 */
export async function judge(at: Inside, prepared: Prepared, point: number): Promise<Judged> {
  at.restore(prepared.world);
  const { pair } = prepared;
  const judging: Judging = { at, prepared, outputs: prepared.outputs, violations: [], told: [], isApart: false };
  let held: string | undefined;
  const onKey = (file: string): void => void (judging.outputs = [file]); // Whoever takes it from there takes the last one.
  let through: Promise<void> | undefined;
  const goThrough = async (): Promise<void> => {
    ended(judging, 'the other', pair.other, await at.run(inputsOf(at, pair, pair.other), { onKey }));
  };
  const one = await at.run(inputsOf(at, pair, pair.one), {
    onKey,
    before: async ({ number, line }) => {
      if (number === point) {
        held = line;
        judging.isApart = line.endsWith(':generateAccessToken');
        through = goThrough();
        await through;
      }
      return 'pass';
    },
  });
  await through; // What the one did not wait for may have been held.
  ended(judging, judging.isApart ? 'the other' : 'the one', pair.one, one);
  judging.violations.push(...strayIn(at.controls.world, prepared.foreign).map((what) => `after both: ${what}`));
  const runs = await converge(judging);
  return {
    violations: judging.violations,
    requests: one.sent.length,
    runs: runs + 2,
    held,
    log: judging.told.join('\n'),
  };
}

/** What holds whenever a run has ended. @param who - of the pair, or which run after it */
function ended(judging: Judging, who: string, deed: DeedName, { code, log, sent }: InsideResult): void {
  const { at, prepared, told, violations } = judging;
  const { world } = at.controls;
  const say = (what: string): void => void violations.push(`after ${who} (${deed}, ${String(code)}): ${what}`);
  told.push(`----- ${who}: ${deed}, ${String(code)}\n${log}\n${accountIn(world)?.description ?? 'no account'}`);
  if (log.includes('defect of this action')) say('it calls something a defect of this action');
  if (deed === 'destroy' && code === 0) {
    if (accountIn(world) === undefined) judging.outputs = [];
    const left = heldIn(world, [])
      .map(({ place }) => place)
      .filter((place) => isOf(prepared.pair.home, place));
    const isThere = accountIn(world) !== undefined;
    // Who comes later may make it all anew.
    const isMadeAnew = who === 'the other' || (isThere && delivers(prepared.pair.other));
    const isTold = /; left [\d, ]+: noted as ours/.test(log);
    if (!isMadeAnew && !isTold && (left.length > 0 || isThere))
      say(`green, and left: ${[...left, isThere ? 'the account' : ''].join(' ')}`);
  }
  deadIn(world, judging.outputs, Date.now())
    .filter(({ id, place }) => !isMeantToDie(judging, who, { id, place }))
    .forEach(({ what }) => say(what));
  // What changed nothing tells of the moment in which it looked.
  const hasWritten = sent.some(({ isWrite }) => isWrite);
  // Of what the held run has put out moments ago nobody can know.
  if (accountIn(world) === undefined && [prepared.pair.one, prepared.pair.other].includes('destroy')) return; // It came later.
  const isKnown = who !== 'the other' || judging.outputs === prepared.outputs || prepared.pair.home !== homes.output;
  // What one has written while the other did may be over by now: the runs that follow judge how it ends.
  if (judging.isApart && who === 'the other') return;
  if (code === 0 && isKnown && hasWritten && delivers(deed)) untrueIn(judging, deed).forEach(say);
}

/**
 * destroy ends every key, wherever it is; rotate with restore those that there were. A key of a run that is still under way
 * may be taken for a dead run's: that run notices before it ends.
 */
function isMeantToDie({ prepared }: Judging, who: string, { id, place }: Pick<Held, 'id' | 'place'>): boolean {
  const { pair, world } = prepared;
  const both: readonly DeedName[] = [pair.one, pair.other];
  const isBefore = keysIn(world).some((key) => key.id === id);
  if (who === 'the other' && !isBefore) return true;
  if (both.includes('restore') && isBefore) return who.startsWith('the ');
  return both.includes('destroy') && (who.startsWith('the ') || !isOf(pair.home, place));
}

function delivers(deed: DeedName): boolean {
  return !['destroy', 'revoke', 'check', 'plan'].includes(deed);
}

/** What a green run that delivers promises, and is not so. */
function untrueIn({ at, outputs: put, prepared }: Judging, deed: DeedName): string[] {
  const { world } = at.controls;
  const { home } = prepared.pair;
  const { key, old } = recordIn(world);
  const current = keysIn(world).find(({ id }) => key !== undefined && id.startsWith(key));
  if (current === undefined || current.disabled)
    return [`green, and the recorded key is ${key ?? 'none'}, which does not work`];
  const held = heldIn(world, put);
  const places =
    deed === 'elsewhere'
      ? held.filter(({ place }) => place.includes(' production/'))
      : held.filter(({ place }) => isOf(home, place));
  // Of what went elsewhere meanwhile this run told nothing.
  const isApart = [prepared.pair.one, prepared.pair.other].includes('elsewhere');
  const isIn = ({ id }: { readonly id: string }): boolean =>
    id === current.id || (isApart && old.some((one) => id.startsWith(one)));
  return places.length === 1 && places.every(isIn)
    ? []
    : [
        `green, and its place holds ${places.map(({ id }) => id.slice(0, 6)).join() || 'nothing'}, while ${current.id.slice(0, 6)} is recorded`,
      ];
}

function isOf(home: Home, place: string): boolean {
  switch (home.name) {
    case homes.output.name:
      return place === 'output';
    case homes.secret.name:
      return place.startsWith('acme/') && !place.includes(' ');
    case homes.manager.name:
      return place === SECRET;
    default:
      return place.startsWith('segment ');
  }
}

/** Two more applies end green, the next check too, and all is in order. @returns how many runs that took */
async function converge(judging: Judging): Promise<number> {
  const { at, prepared, violations } = judging;
  const { pair, foreign } = prepared;
  const isRestored = [pair.one, pair.other].includes('revoke') || pair.beginning === 'revoked';
  const inputs = { ...inputsOf(at, pair, 'apply'), adopt: 'true', ...(isRestored ? { restore: 'true' } : {}) };
  for (const who of ['next', 'second']) {
    await at.age(60);
    const result = await at.run(inputs, { onKey: (file) => void (judging.outputs = [file]) });
    ended(judging, who, 'apply', result);
    if (who === 'second' && result.code !== 0) violations.push(`the second apply is red: ${result.log.slice(-600)}`);
  }
  // An account that is half destroyed and half made anew is adopted, and then its keys may be anybody's: check names them.
  const isAnybodys = [pair.one, pair.other].includes('destroy');
  if (!isAnybodys) violations.push(...strayIn(at.controls.world, foreign).map((what) => `in the end: ${what}`));
  if (recordIn(at.controls.world).before !== undefined) violations.push('in the end: a key is still announced');
  const check = await at.run({ ...inputs, mode: 'check', fail_on: 'missing' });
  judging.told.push(`----- check, ${String(check.code)}\n${check.log}`);
  if (check.code !== 0) violations.push(`in the end check is red: ${check.log.slice(-600)}`);
  return 3;
}

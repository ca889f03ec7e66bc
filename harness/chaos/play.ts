/** Plays a story, and judges after each step. */
import { projectOf } from '../../simulator/directory/projects.ts';
import { iamState } from '../../simulator/directory/iam.ts';
import type { World } from '../../simulator/engine/world.ts';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import { openInside } from '../inside.ts';
import type { Gate, Inside, InsideResult, Way } from '../inside.ts';
import { accountIn, deadIn, heldIn, keyIdIn, keysIn, recordIn, strayIn } from '../key-rules.ts';
import { EMAIL, MEMBER, PROJECT, ROLE } from '../names.ts';
import { MANAGED, byHand, furnish, othersIn } from './hands.ts';
import { beginAt, pass } from '../virtual-time.ts';
import { chance } from './story.ts';
import type { HandName, ModeName, PlaceName, RunStep, Step, Story } from './story.ts';

type Inputs = Readonly<Record<string, string>>;

/** How much was done. */
export interface Figures {
  worlds: number;
  runs: number;
  requests: number;
  kills: number;
  faults: number;
  pairs: number;
}

export interface Played {
  /** What must not be, with the step after which it was; none = all holds. */
  readonly violations: readonly string[];
  readonly figures: Figures;
  /** What the runs told. */
  readonly told: readonly string[];
}

const MODES: Readonly<Record<ModeName, Inputs>> = {
  apply: { mode: 'apply' },
  rotate: { mode: 'rotate' },
  check: { mode: 'check' },
  plan: { mode: 'plan' },
  revoke: { mode: 'revoke' },
  destroy: { mode: 'destroy' },
  prune: { mode: 'apply', prune: 'true' },
  restore: { mode: 'apply', restore: 'true' },
  'rotate-restore': { mode: 'rotate', restore: 'true' },
  scoped: { mode: 'apply', access_mode: 'scoped', source_datasets: 'shop' },
  full: { mode: 'apply', access_mode: 'full' },
};

function deliveryTo(place: PlaceName, env: Inputs): Inputs {
  const gitHub = { key_delivery: 'github-secret', github_token: env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
  const managed = { secret_manager_secret: MANAGED };
  switch (place) {
    case 'output':
      return { key_delivery: 'output' };
    case 'secret':
      return gitHub;
    case 'environment':
      return { ...gitHub, secret_scope: 'environment:production' };
    case 'manager':
      return { key_delivery: 'secret-manager', ...managed };
    case 'two':
      return { ...gitHub, ...managed, key_delivery: 'github-secret, secret-manager' };
    case 'segment': {
      const token = { segment_token: env['SIMULATOR_SEGMENT_TOKEN'] ?? '' };
      return { key_delivery: 'segment', key_retirement: 'elapsed', ...token };
    }
  }
}

/** What is known of a world besides what it tells itself. */
interface Telling {
  readonly at: Inside;
  readonly figures: Figures;
  readonly violations: string[];
  readonly told: string[];
  /** What the last run that ended by itself has put out. */
  outputs: readonly string[];
  /** Keys that people made while no run was under way, and whether they were made to go. */
  readonly foreign: Set<string>;
  /** Keys that are dead because somebody said so, or that may be anybody's by now. */
  readonly ended: Set<string>;
  /**
   * Keys of which nobody can tell whether they have arrived, and which the record may call delivered all the same: it alone
   * decides of an output, whatever became of the run; and whatever is written to a place right after a run has made a key may be
   * that run's own writing, where no other key would be lost, or every version is kept (SECURITY.md). Whoever knows better says
   * so, by mode rotate: then somebody holds it.
   */
  readonly untold: Set<string>;
  /** Whether what confirms that the account is ours has been taken away. */
  isUnconfirmed: boolean;
  /** The key that the record called delivered after the last run. */
  recorded: string | undefined;
}

const SECOND = 1_000;
const DAY = 86_400;
/** Nobody acts in the very second in which a run dies: services that tell times in seconds could not tell the two apart. */
const HAND_TAKES = 2 * SECOND;
const PATIENCE = { patience_minutes: '30' }; // In a storm access takes its time.

/** A day like any other, and a whole second: keys get seconds of their own, and whether one has to wait hangs on the part of it. */
const BEGINNING = Date.UTC(2026, 10, 23, 9);

/** @param order - a seed for which of the requests that are there at once is answered first; without it, the one that came first */
export async function play(story: Story, order?: number): Promise<Played> {
  Math.random = chance(story.seed); // Pauses between tries hang on it, and what a run meets on those.
  beginAt(BEGINNING);
  const options: Partial<SimulatorOptions> = { weather: story.weather, seed: story.seed };
  const at = await openInside(options, order === undefined ? undefined : chance(order));
  const figures = { worlds: 1, runs: 0, requests: 0, kills: 0, faults: 0, pairs: 0 };
  const telling: Telling = {
    at,
    figures,
    violations: [],
    told: [],
    outputs: [],
    foreign: new Set(),
    ended: new Set(),
    untold: new Set(),
    isUnconfirmed: false,
    recorded: undefined,
  };
  try {
    await furnish(at);
    for (const [index, step] of story.steps.entries()) {
      await carryOut(telling, step, `step ${String(index + 1)}`);
      if (telling.violations.length > 0) break;
    }
    if (telling.violations.length === 0) await converge(telling, story.place);
  } finally {
    await at.close();
  }
  const { told, violations } = telling;
  return { violations, figures, told };
}

async function carryOut(telling: Telling, step: Step, name: string): Promise<void> {
  const { at, ended, foreign } = telling;
  if (step.do === 'age') {
    // Google reserves the name of a role that was deleted more than a week ago: no action can bring it back.
    const isRoleGone = iamState(at.controls.world).roles[ROLE]?.deletedAt !== undefined;
    return isRoleGone && step.seconds > DAY ? undefined : at.age(step.seconds);
  }
  if (step.do === 'hand') {
    pass(HAND_TAKES);
    const isAnnounced = recordIn(at.controls.world).before !== undefined;
    const done = await byHand(at, step.what);
    for (const id of guessedIn(at.controls.world, step.what)) telling.untold.add(id);
    // While a key is announced, nobody can tell another one from it.
    for (const id of done.made) (isAnnounced ? ended : foreign).add(id);
    for (const id of done.ended) ended.add(id);
    telling.isUnconfirmed ||= isUnbound(at.controls.world);
    return;
  }
  await judged(telling, step, name);
}

const TOUCHING_KEYS: readonly HandName[] = ['overwrite secret', 'delete current key', 'disable current key'];

/** Keys under way that may pass for delivered by the time at which people wrote, and do: nothing else works that would be lost. */
function guessedIn(world: Inside['controls']['world'], what: HandName): string[] {
  const { before, key, old } = recordIn(world);
  const isCurrent = (id: string): boolean => key !== undefined && id.startsWith(key);
  const works = keysIn(world).some(({ disabled, id }) => !disabled && isCurrent(id));
  const isGuessed = what === 'add version' || (!works && TOUCHING_KEYS.includes(what));
  if (before === undefined || !isGuessed) return [];
  const isKnown = (id: string): boolean => isCurrent(id) || [...before, ...old].some((short) => id.startsWith(short));
  return keysIn(world).flatMap(({ id }) => (isKnown(id) ? [] : [id]));
}

/** A run, or two of them, and what must hold then. */
async function judged(telling: Telling, step: RunStep, name: string): Promise<void> {
  const { at, ended, foreign, violations } = telling;
  const { befalls } = step;
  const all = befalls?.what === 'hold' ? [step, befalls.other] : [step];
  const before = { held: heldIn(at.controls.world, telling.outputs), others: JSON.stringify(othersIn(at)) };
  const working = keysIn(at.controls.world).filter(({ disabled }) => !disabled);
  const theirs = working.filter(({ id }) => foreign.has(id)).map(({ id }) => id);
  const say = (what: string): void =>
    void violations.push(`${name} (${all.map(({ mode }) => mode).join(' ∥ ')}): ${what}`);
  const young = hiddenIn(telling);
  await run(telling, step, say);
  // One that IAM did not show when the run announced its own passes for that, if the answer was lost (ADR 9).
  const isTaken = (id: string): boolean => recordIn(at.controls.world).old.some((short) => id.startsWith(short));
  const taken = young.filter(isTaken);
  for (const id of taken) disclaim(telling, id);
  const isWanted = (...modes: readonly ModeName[]): boolean => all.some(({ mode }) => modes.includes(mode));
  const { world } = at.controls;
  if (isWanted('destroy', 'rotate-restore'))
    for (const { id } of [...before.held, ...heldIn(world, telling.outputs)]) ended.add(id);
  // An overlap that a user has set ends keys wherever they are.
  const isOver = all.some(({ overlap }) => overlap === '7');
  const { old } = recordIn(world);
  if (isOver) for (const { id } of before.held) if (old.some((short) => id.startsWith(short))) ended.add(id);
  for (const { id, what } of deadIn(world, telling.outputs, Date.now())) if (!ended.has(id)) say(what);
  if (JSON.stringify(othersIn(at)) !== before.others) say(`something of others was changed: ${before.others}`);
  const alive = keysIn(world)
    .filter(({ disabled }) => !disabled)
    .map(({ id }) => id);
  const lost = theirs.filter((id) => !alive.includes(id) && !taken.includes(id));
  if (lost.length > 0 && accountIn(world) !== undefined && !isWanted('prune', 'destroy'))
    say(`keys of others were ended: ${lost.join()}`);
}

async function run(telling: Telling, step: RunStep, say: (what: string) => void): Promise<void> {
  const { at, figures } = telling;
  const { befalls } = step;
  const put: string[] = [];
  const onKey = (file: string): void => void put.push(file);
  let through: Promise<void> | undefined;
  const goThrough = async (other: Omit<RunStep, 'do' | 'befalls'>): Promise<void> => {
    spoken(telling, other, await at.run(inputsOf(at, other), { onKey }), say);
  };
  const gate: Gate = {
    onKey,
    before: async ({ number }) => {
      if (number !== befalls?.at) return 'pass';
      if (befalls.what !== 'hold') return befalls.what satisfies Way;
      figures.pairs += 1;
      through = goThrough(befalls.other);
      await through;
      return 'pass';
    },
  };
  const result = await at.run(inputsOf(at, step), gate);
  await through; // What the one did not wait for may have been held.
  if (result.code === null) figures.kills += 1;
  else if (befalls !== undefined && befalls.what !== 'hold' && result.sent.length >= befalls.at) figures.faults += 1;
  spoken(telling, step, result, say);
  if (result.code !== null) telling.outputs = put.length === 0 ? telling.outputs : put.slice(-1);
  else putOutInVain(telling, put);
}

/** What a run puts out that is killed may reach nobody. Where it has recorded it, that replaces what was put out before, all the same. */
function putOutInVain({ at, ended, outputs, untold }: Telling, put: readonly string[]): void {
  const { key } = recordIn(at.controls.world);
  const ids = (files: readonly string[]): string[] => files.map((file) => keyIdIn(file) ?? '');
  for (const id of ids(put)) untold.add(id);
  if (ids(put).some((id) => key !== undefined && id.startsWith(key))) for (const id of ids(outputs)) ended.add(id);
}

function inputsOf(at: Inside, { mode, overlap, place }: Omit<RunStep, 'do' | 'befalls'>): Inputs {
  const kept: Inputs = overlap === '' ? {} : { key_overlap_days: overlap };
  return { ...PATIENCE, ...deliveryTo(place, at.env), ...kept, ...MODES[mode] };
}

const NONSENSE = /defect of this action|\bundefined\b|\[object |\bNaN\b|Invalid Date|PRIVATE KEY/;

/** Whether the account is there, and the project's policy names it nowhere. */
function isUnbound(world: World): boolean {
  const members = projectOf(world, PROJECT)?.policy.bindings.flatMap((binding) => binding.members) ?? [];
  return accountIn(world) !== undefined && !members.includes(MEMBER);
}

/** An account that nothing confirms is adopted anew, and then its keys may be anybody's: check names them. */
function disown(telling: Telling): void {
  const { world } = telling.at.controls;
  const { key, mark, old } = recordIn(world);
  const isNamed = (id: string): boolean => [key ?? '-', ...old].some((short) => id.startsWith(short));
  const wasRecorded = (id: string): boolean => telling.recorded !== undefined && id.startsWith(telling.recorded);
  // People may have deleted it besides.
  const before = keysIn(world).find(({ id }) => wasRecorded(id))?.id ?? [...telling.ended].find(wasRecorded);
  telling.recorded = key;
  if (!telling.isUnconfirmed || mark !== 'adopted' || before === undefined || isNamed(before)) return;
  telling.isUnconfirmed = false;
  for (const { id } of keysIn(world)) if (!isNamed(id)) telling.ended.add(id);
}

/** A key that somebody made moments before a run announced one of its own may not have been shown to it: then it is a newcomer. */
function confuse(telling: Telling): void {
  const { at, foreign } = telling;
  const { world } = at.controls;
  const { before, key, old } = recordIn(world);
  if (before === undefined || world.weather.key === 0) return;
  for (const id of foreign) {
    if ([...before, key ?? '-', ...old].some((short) => id.startsWith(short))) continue;
    disclaim(telling, id);
  }
}

function disclaim({ ended, foreign }: Telling, id: string): void {
  foreign.delete(id);
  ended.add(id);
}

/** Keys of people that are so young that IAM may not show them yet. */
function hiddenIn({ at, foreign }: Telling): string[] {
  const { world } = at.controls;
  const isYoung = (createdAt: number): boolean => Date.now() - createdAt < world.weather.key;
  return keysIn(world).flatMap(({ createdAt, id }) => (foreign.has(id) && isYoung(createdAt) ? [id] : []));
}

/** What a run says of itself. */
function spoken(
  telling: Telling,
  { mode }: Pick<RunStep, 'mode'>,
  { code, log, outputs, sent, summary }: InsideResult,
  say: (what: string) => void,
): void {
  const { at, figures, told } = telling;
  disown(telling);
  telling.isUnconfirmed ||= isUnbound(at.controls.world); // Destroy beside a run that sets up may leave it so, too.
  confuse(telling);
  figures.runs += 1;
  figures.requests += sent.length;
  told.push(
    `----- ${mode}, ${String(code)}, ${String(sent.length)} requests\n${log}\n${accountIn(at.controls.world)?.description ?? 'no account'}`,
  );
  const nonsense = NONSENSE.exec(`${log}\n${summary}`);
  if (nonsense !== null) say(`it says ${nonsense[0]}`);
  if (code === 1 && !log.includes('::error::')) say('red without a word');
  const writes = sent.filter(({ isWrite }) => isWrite).map(({ line }) => line);
  if (['check', 'plan'].includes(mode) && writes.length > 0) say(`it wrote: ${writes.join()}`);
  if (log.includes('Refused before anything was changed') && writes.length > 0)
    say(`refused, and it wrote: ${writes.join()}`);
  if (code === 0 && outputs['result'] === 'failed') say('green, and its result is failed');
}

/** Three applies put everything in order, whatever was; the next changes nothing, and check is green. */
async function converge(telling: Telling, place: PlaceName): Promise<void> {
  const { at, foreign, ended, told, violations } = telling;
  const inputs = {
    ...PATIENCE,
    ...deliveryTo(place, at.env),
    mode: 'apply',
    adopt: 'true',
    restore: 'true',
    key_overlap_days: '0',
  };
  const say = (what: string): void => void violations.push(`in the end: ${what}`);
  await at.age(180);
  let last: InsideResult | undefined;
  for (let round = 0; round < 3; round += 1) {
    last = await at.run(inputs, { onKey: (file) => void (telling.outputs = [file]) });
    spoken(telling, { mode: 'apply' }, last, say);
    await at.age(180);
  }
  if (last?.code !== 0) say(`the third apply is red: ${last?.log.slice(-500) ?? ''}`);
  const next = await at.run(inputs);
  spoken(telling, { mode: 'apply' }, next, say);
  const writes = next.sent.filter(({ isWrite }) => isWrite).map(({ line }) => line);
  if (writes.length > 0) say(`the fourth apply wrote: ${writes.join()}`);
  const check = await at.run({ ...inputs, mode: 'check', fail_on: 'missing' });
  spoken(telling, { mode: 'check' }, check, say);
  if (check.code !== 0) say(`check is red: ${check.log.slice(-500)}`);
  const { world } = at.controls;
  for (const { id, what } of deadIn(world, telling.outputs, Date.now())) if (!ended.has(id)) say(what);
  strayIn(world, new Set([...foreign, ...ended])).forEach(say);
  if (recordIn(world).before !== undefined) say('a key is still announced');
  if (!isHeld(telling) && isUntold(telling)) {
    const rotated = await at.run({ ...inputs, mode: 'rotate' }, { onKey: (file) => void (telling.outputs = [file]) });
    spoken(telling, { mode: 'rotate' }, rotated, say);
  }
  if (!isHeld(telling)) say(`nobody holds the recorded key ${recordIn(world).key ?? ''} of ${EMAIL}`);
  told.push(
    `held: ${heldIn(world, telling.outputs)
      .map(({ id, place: where }) => `${where} ${id.slice(0, 6)}`)
      .join('; ')}; put out: ${telling.outputs.map((file) => keyIdIn(file)?.slice(0, 6) ?? '').join()}`,
  );
}

/** Whether somebody holds the key that the record calls delivered. */
function isHeld({ at, outputs }: Telling): boolean {
  const { world } = at.controls;
  const { key } = recordIn(world);
  return heldIn(world, outputs).some(({ id }) => key !== undefined && id.startsWith(key));
}

/** Whether nobody can tell. */
function isUntold({ at, untold }: Telling): boolean {
  const { key } = recordIn(at.controls.world);
  return [...untold].some((id) => key !== undefined && id.startsWith(key));
}

/** Random worlds: what happens in one, made from a seed. Plain data, so that a story can be told again, and made shorter. Pure. */

/** Where keys go. */
export const places = ['output', 'secret', 'environment', 'manager', 'two', 'segment'] as const;
export type PlaceName = (typeof places)[number];

export const modeNames = [
  ...(['apply', 'rotate', 'check', 'plan', 'revoke', 'destroy'] as const),
  ...(['prune', 'restore', 'rotate-restore', 'scoped', 'full'] as const),
] as const;
export type ModeName = (typeof modeNames)[number];

/** One run, and what befalls it. `at` counts its requests, from 1. */
export interface RunStep {
  readonly do: 'run';
  readonly mode: ModeName;
  readonly place: PlaceName;
  /** key_overlap_days; '' = not set. */
  readonly overlap: '' | '0' | '7';
  readonly befalls?:
    | { readonly what: 'kill' | 'reset' | 'lose-reply'; readonly at: number }
    /** It is held while the other goes through. */
    | { readonly what: 'hold'; readonly at: number; readonly other: Omit<RunStep, 'do' | 'befalls'> };
}

/** What people do in between, behind the action's back. */
export const handNames = [
  ...(['add key', 'delete current key', 'disable current key', 'overwrite secret', 'delete secret'] as const),
  ...(['delete variable', 'add version', 'delete role', 'unbind', 'drop entry', 'enable account'] as const),
] as const;
export type HandName = (typeof handNames)[number];

export type Step =
  RunStep | { readonly do: 'hand'; readonly what: HandName } | { readonly do: 'age'; readonly seconds: number };

export interface Story {
  readonly seed: number;
  readonly weather: 'calm' | 'real' | 'storm';
  readonly steps: readonly Step[];
  /** Where keys go in the runs that must put everything in order. */
  readonly place: PlaceName;
}

/** Numbers from 0 to 1, below 1: the same for the same seed. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const MOST_REQUESTS = 45;
const AGES = [5, 60, 180, 3_600, 86_400, 8 * 86_400, 40 * 86_400] as const;

export function tell(seed: number): Story {
  const next = chance(seed);
  const pick = <T>(all: readonly T[]): T => {
    const found = all[Math.floor(next() * all.length)];
    if (found === undefined) throw new Error('there is nothing to pick from');
    return found;
  };
  const at = (): number => 1 + Math.floor(next() * MOST_REQUESTS);
  const favorite = pick(places);
  const place = (): PlaceName => (next() < 0.75 ? favorite : pick(places));
  const mode = (): ModeName => (next() < 0.55 ? pick(['apply', 'rotate'] as const) : pick(modeNames));
  const plain = (): Omit<RunStep, 'do' | 'befalls'> => ({
    mode: mode(),
    place: place(),
    overlap: pick(['', '0', '7'] as const),
  });
  const run = (): RunStep => {
    const luck = next();
    const step = { do: 'run', ...plain() } as const;
    if (luck < 0.4) return step;
    if (luck < 0.65) return { ...step, befalls: { what: 'hold', at: at(), other: plain() } };
    return { ...step, befalls: { what: pick(['kill', 'reset', 'lose-reply'] as const), at: at() } };
  };
  const step = (): Step => {
    const kind = next();
    if (kind < 0.55) return run();
    return kind < 0.75 ? { do: 'hand', what: pick(handNames) } : { do: 'age', seconds: pick(AGES) };
  };
  const length = 2 + Math.floor(next() * 7);
  return {
    seed,
    weather: pick(['calm', 'calm', 'real', 'storm'] as const),
    steps: [
      ...(next() < 0.8 ? [{ do: 'run', mode: 'apply', place: favorite, overlap: '0' } as const] : []),
      ...Array.from({ length }, step),
    ],
    place: favorite,
  };
}

/** The same without one step, for each of them. */
export function shorter(story: Story): Story[] {
  return story.steps.map((_step, index) => ({ ...story, steps: story.steps.toSpliced(index, 1) }));
}

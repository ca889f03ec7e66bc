import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Controls } from '../../simulator/control.ts';
import { openInside } from '../../harness/inside.ts';
import type { Inside } from '../../harness/inside.ts';
import { allPairs, judge, nameOf, prepare, requestsOf } from '../../harness/two-runs.ts';
import type { Pair, Prepared } from '../../harness/two-runs.ts';

/**
 * Every pair of modes: the one is held before one of its requests while the other goes through whole. TWO_RUNS says before
 * how many requests of each pair (`all` = every one), TWO_RUNS_SEED which, and TWO_RUNS_PAIRS of which pairs, by a part of
 * their names.
 */
const POINTS = process.env['TWO_RUNS'] === 'all' ? Infinity : Number(process.env['TWO_RUNS'] ?? 1);
const SEED = Number(process.env['TWO_RUNS_SEED'] ?? 1);
const WANTED = process.env['TWO_RUNS_PAIRS'] ?? '';

let at: Inside;
let empty: Controls['world'];
const worlds = new Map<string, Promise<Prepared>>();
beforeAll(async () => {
  at = await openInside();
  empty = at.keep();
});
afterAll(() => at.close());

/** Pairs that begin alike begin in the same world. */
async function prepared(pair: Pair): Promise<Prepared> {
  const name = `${pair.home.name}, ${pair.beginning}`;
  const known = worlds.get(name) ?? prepare(at, empty, pair);
  worlds.set(name, known);
  return { ...(await known), pair };
}

/** So many of the numbers from 1 to `most`, by seed and name, spread evenly. */
function pointsOf(name: string, most: number): number[] {
  if (POINTS >= most) return Array.from({ length: most }, (_none, index) => index + 1);
  const step = most / POINTS;
  let hash = SEED;
  for (const letter of name) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  const offset = (hash % 1_000) / 1_000;
  return Array.from({ length: POINTS }, (_none, index) => 1 + Math.floor((index + offset) * step));
}

const pairs = allPairs().filter((pair) => nameOf(pair).includes(WANTED));
const ones = [...new Set(pairs.map(({ one }) => one))];

describe.each(ones)('%s, held before a request while another run goes through', (one) => {
  const others = pairs.filter((pair) => pair.one === one);
  test(
    'no key that is held is dead, none that works is unrecorded, no green run is untrue, and two applies converge',
    async () => {
      const found: string[] = [];
      let reached = 0;
      for (const pair of others) {
        const world = await prepared(pair);
        const requests = await requestsOf(at, world);
        for (const point of pointsOf(nameOf(pair), requests)) {
          const { held, violations } = await judge(at, world, point);
          if (held !== undefined) reached += 1;
          found.push(
            ...violations.map((what) => `${nameOf(pair)}, before request ${String(point)} (${held ?? ''}): ${what}`),
          );
        }
      }
      expect(found).toEqual([]);
      expect(reached).toBeGreaterThan(0);
    },
    POINTS === Infinity ? 7_200_000 : 120_000 + 20_000 * POINTS,
  );
});

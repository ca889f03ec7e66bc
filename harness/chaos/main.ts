/**
 * `npm run chaos -- [--seeds N] [--from SEED] [--story FILE] [--order SEED] [--verbose]`: random worlds, one for each seed, and
 * what broke in them; with `--order`, requests that are there at once are answered in another order. One that breaks is made as short as it can be, and told; with `--from SEED --seeds 1` it is played again.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { play } from './play.ts';
import type { Figures } from './play.ts';
import { shorter, tell } from './story.ts';
import type { Story } from './story.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    story: { type: 'string' },
    order: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const order = values.order === undefined ? undefined : Number(values.order);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const total: Figures = { worlds: 0, runs: 0, requests: 0, kills: 0, faults: 0, pairs: 0 };
let broken = 0;

/** The shortest story in which something breaks, one step after the other left out. */
async function shrink(story: Story): Promise<Story> {
  for (const candidate of shorter(story)) {
    const { violations } = await play(candidate, order);
    if (violations.length > 0) return shrink(candidate);
  }
  return story;
}

function count(figures: Figures): void {
  for (const name of Object.keys(total) as (keyof Figures)[]) total[name] += figures[name];
}

async function one(story: Story): Promise<void> {
  const { figures, told, violations } = await play(story, order);
  count(figures);
  if (values.verbose) told.forEach(print);
  if (violations.length === 0) return;
  broken += 1;
  print(`seed ${String(story.seed)}: ${violations.join('\n  ')}`);
  print(`  shortest: ${JSON.stringify(values.story === undefined ? await shrink(story) : story)}`);
}

const started = performance.now();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, finish);
if (values.story !== undefined) await one(JSON.parse(readFileSync(values.story, 'utf8')) as Story);
else {
  const from = Number(values.from);
  for (let seed = from; seed < from + Number(values.seeds); seed += 1) await one(tell(seed));
}
finish();

/** Tells what it came to; also where somebody ends it early. */
function finish(): void {
  const seconds = Math.round((performance.now() - started) / 1_000);
  const { worlds, runs, requests, kills, faults, pairs } = total;
  print(
    `${String(worlds)} worlds, ${String(runs)} runs, ${String(requests)} requests, ${String(kills)} kills, ${String(faults)} faults, ` +
      `${String(pairs)} pairs of runs at once: ${String(broken)} broke, in ${String(seconds)} s`,
  );
  process.exit(broken === 0 ? 0 : 1);
}

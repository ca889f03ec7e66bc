/**
 * Worlds put aside, and taken up again any number of times: whoever plays the same beginning often plays it once. What a
 * world is, and what waits for its next requests; of the journal, what was written since a place in it.
 */
import { record } from './engine/json.ts';
import { invalid } from './engine/refusal.ts';
import type { Reply, Request, Route } from './engine/route.ts';
import type { Answer } from './answers.ts';
import type { World } from './engine/world.ts';
import type { Fault } from './faults.ts';
import type { JournalEntry } from './journal.ts';

/** How far the lists have come that only grow. */
type Lengths = Readonly<Record<'journal' | 'needs', number>>;

/** What of a running simulator is kept. */
interface Keepable {
  world: World;
  readonly journal: JournalEntry[];
  readonly needs: unknown[];
  readonly faults: Fault[];
  readonly answers: Answer[];
}

type Kept = Readonly<Keepable>;

/** `keep` takes the lengths of before, and says which one it kept; `restore` takes that. */
export function keepingRoutes(controls: Keepable): Route[] {
  const all: Kept[] = [];
  return [
    { on: 'GET /_simulator/lengths', handle: () => ({ status: 200, body: lengthsOf(controls) }) },
    {
      on: 'POST /_simulator/keep',
      handle: (request) => ({ status: 200, body: { kept: all.push(keep(controls, sinceOf(request))) - 1 } }),
    },
    {
      on: 'POST /_simulator/restore',
      handle: (request) => restore(controls, all[Number(record(request.body)['kept'])]),
    },
  ];
}

const lengthsOf = ({ journal, needs }: Keepable): Lengths => ({ journal: journal.length, needs: needs.length });

function sinceOf({ body }: Request): Lengths {
  const { journal, needs } = record(body);
  if (typeof journal !== 'number' || typeof needs !== 'number') throw invalid('journal and needs must be numbers.');
  return { journal, needs };
}

function keep({ world, journal, needs, faults, answers }: Keepable, since: Lengths): Kept {
  return {
    ...structuredClone({ world, faults, answers }),
    journal: journal.slice(since.journal),
    needs: needs.slice(since.needs),
  };
}

function restore(controls: Keepable, kept: Kept | undefined): Reply {
  if (kept === undefined) throw invalid('kept must be what keep has answered.');
  const { world, faults, answers } = structuredClone({ ...kept, journal: [], needs: [] });
  controls.world = world;
  controls.faults.splice(0, Infinity, ...faults);
  controls.answers.splice(0, Infinity, ...answers);
  controls.journal.push(...kept.journal);
  controls.needs.push(...kept.needs);
  return { status: 200, body: {} };
}

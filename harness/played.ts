/**
 * What has been played already, in one test file: many tests begin alike, so the same run after the same history is played
 * once, and the world that it left is taken up again. It is then what it was, and only its journal tells all that came
 * between. Nothing is taken up where time decides, or where anybody else has sent anything.
 */
import { runAction } from './run-action.ts';
import type { ActionResult, ActionRun, Perform } from './run-action.ts';
import type { JournalEntry, Lengths, Simulation } from './simulation.ts';

/** What came of a run, and what it sent. */
export type PlayedRun = ActionResult & { readonly sent: JournalEntry[] };

/** A run, and the number of the world that it left. */
interface Played {
  readonly result: PlayedRun;
  readonly kept: number;
}

/** A run, and how it is played. */
interface Playing {
  readonly run: ActionRun;
  readonly act: () => Promise<PlayedRun>;
}

/** What was done to a world since it was reset. */
export class History {
  readonly #isTimeless: boolean;
  readonly #played = new Map<string, Played>();
  #done: string[] = [];
  #requests = 0;
  #underWay = 0;
  #isDisturbed = false;

  /** @param isTimeless - whether nothing in this world depends on how old anything is */
  constructor(isTimeless: boolean) {
    this.#isTimeless = isTimeless;
  }

  /** Something was prepared. */
  prepared(name: string, body: unknown): void {
    this.#done.push(JSON.stringify([name, body]));
    this.#isDisturbed ||= name === 'faults' || name === 'answers';
  }

  /** A request that is in the journal. A read changes nothing, unless something waits for the next request. */
  sent(method: string, ...more: unknown[]): void {
    this.#requests += 1;
    if (method !== 'GET' || this.#isDisturbed) this.#done.push(JSON.stringify([method, ...more]));
  }

  forget(): void {
    this.#done = [];
    this.#requests = 0;
    this.#isDisturbed = false;
  }

  /** Runs the action, unless this run was played after this history. */
  async play(run: ActionRun, simulation: Simulation, perform?: Perform): Promise<PlayedRun> {
    this.#underWay += 1;
    try {
      const since = await simulation.lengths();
      const act = async (): Promise<PlayedRun> => ({
        ...(await runAction(run, perform)),
        sent: await simulation.journal(since.journal),
      });
      return await this.#playOrTakeUp({ run, act }, simulation, since);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #playOrTakeUp({ run, act }: Playing, simulation: Simulation, since: Lengths): Promise<PlayedRun> {
    const isKnown = this.#isTimeless && this.#underWay === 1 && since.journal === this.#requests;
    const same = isKnown ? textOf(run, simulation.env) : undefined;
    this.#done.push(same ?? `unlike any other: ${String(Math.random())}`);
    const key = this.#done.join('\n');
    const before = this.#played.get(key);
    const result = before?.result ?? (await act());
    if (before !== undefined) await simulation.restore(before.kept);
    else if (same !== undefined && key === this.#done.join('\n'))
      this.#played.set(key, { result, kept: await simulation.keep(since) });
    this.#requests = since.journal + result.sent.length;
    return result;
  }
}

/** All that tells one run from another; undefined if it takes part in more than can be compared. */
function textOf(
  { inputs, env, event, prepare, onOutput, onStart }: ActionRun,
  own: Simulation['env'],
): string | undefined {
  const isElsewhere = Object.entries(env).some(([name, value]) => value.includes('://') && own[name] !== value);
  const isOpen = (prepare !== undefined && prepare.of === undefined) || onOutput !== undefined || onStart !== undefined;
  return isOpen || isElsewhere ? undefined : JSON.stringify([inputs, env, event, prepare?.of]);
}

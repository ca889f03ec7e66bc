import { isCarriedOut } from './plan.ts';
import type { Plan, Step } from './plan.ts';
import { Refused } from '../errors/diagnostic.ts';
import type { Refusal } from '../errors/diagnostic.ts';
import { phases } from './resource.ts';
import type { Difference, Note, Phase } from './resource.ts';
import { refusalsIn } from '../errors/explain.ts';

/** "The role … has been created." */
export type Result = 'unchanged' | 'created' | 'adopted' | 'updated' | 'deleted' | 'failed' | 'skipped';

/** What became of a step. */
export interface Outcome {
  readonly step: Step;
  readonly result: Result;
  readonly error: unknown;
  /** What a person should know of how it went. */
  readonly notes: readonly Note[];
}

/** What apply needs besides the plan. */
export interface Carrier {
  /** Proves, or waits out, that new grants work, before anything is taken away. @throws Refused when they do not */
  readonly beforeTaking: () => Promise<void>;
  /** Told of each step as it ends. */
  readonly onDone: (step: Step, phase: Phase, notes: readonly Note[]) => void;
}

/**
 * Carries the plan out, phase by phase; within a phase each step runs as soon as what it stands on is there. When a step
 * fails, those that stand on it are skipped, and later phases do not begin: the next run finishes.
 *
 * @throws Refused before the first write, when anything stands in the way
 */
export async function apply(plan: Plan, carrier: Carrier): Promise<Outcome[]> {
  const obstacles = obstaclesOf(plan);
  if (obstacles.length > 0) throw new Refused(obstacles);
  const all = plan.steps.flatMap((step) => chosenOf(step, plan));
  const errors = new Map<Step, unknown>();
  const notes = new Map<Step, Note[]>();
  let reached: Phase = 'grant';
  for (const phase of phases) {
    const isTaking = all.some((difference) => difference.right === 'taken' && difference.phase === phase);
    const isGiving = all.some((difference) => difference.right === 'given');
    if (isTaking && isGiving && phase === firstTaking(all)) {
      try {
        await carrier.beforeTaking();
      } catch (error) {
        for (const step of plan.steps.filter((one) => isTakenFrom(one, plan, phase))) errors.set(step, error);
        break;
      }
    }
    reached = phase;
    await runPhase(plan, phase, { errors, notes, carrier });
    if (errors.size > 0) break;
  }
  return plan.steps.map((step) => ({
    step,
    result: resultOf(step, { plan, error: errors.get(step), reached }),
    error: errors.get(step),
    notes: notes.get(step) ?? [],
  }));
}

/** Everything that stands in the way, at once: what could not be looked at, and what must not be done. */
export function obstaclesOf(plan: Plan): Refusal[] {
  const unknown = plan.steps.flatMap((step) => (step.action === 'unknown' ? refusalsIn(step.error) : []));
  const refusals = [...unknown, ...plan.steps.flatMap((step) => step.refusals)];
  return [...new Map(refusals.map((refusal) => [JSON.stringify(refusal), refusal])).values()];
}

interface Progress {
  readonly errors: Map<Step, unknown>;
  readonly notes: Map<Step, Note[]>;
  readonly carrier: Carrier;
}

async function runPhase(plan: Plan, phase: Phase, progress: Progress): Promise<void> {
  const running = new Map<string, Promise<void>>();
  const ready = async (address: string): Promise<void> => {
    const other = running.get(address);
    if (other === undefined) return;
    try {
      await other;
    } catch (error) {
      throw new Skipped(address, error);
    }
  };
  for (const step of plan.steps) {
    const chosen = chosenOf(step, plan).filter((difference) => difference.phase === phase);
    if (chosen.length === 0) continue;
    // Started in the next tick, so that `running` knows every step before any of them asks.
    const work = Promise.resolve().then(async () => {
      const notes = await step.resource.change(step.live, chosen, ready);
      progress.notes.set(step, [...(progress.notes.get(step) ?? []), ...notes]);
      progress.carrier.onDone(step, phase, notes);
    });
    running.set(step.resource.address, work);
    work.catch((error: unknown) => progress.errors.set(step, error));
  }
  await Promise.allSettled(running.values());
}

/** A step was not tried, because what it stands on failed. */
export class Skipped extends Error {
  constructor(address: string, cause: unknown) {
    super(`${address} is not there`, { cause });
    this.name = 'Skipped';
  }
}

function chosenOf(step: Step, plan: Plan): Difference[] {
  return step.differences.filter((difference) => isCarriedOut(difference, plan.prune));
}

function isTakenFrom(step: Step, plan: Plan, phase: Phase): boolean {
  return chosenOf(step, plan).some((difference) => difference.right === 'taken' && difference.phase === phase);
}

function firstTaking(all: readonly Difference[]): Phase | undefined {
  return phases.find((phase) => all.some((difference) => difference.right === 'taken' && difference.phase === phase));
}

interface Ending {
  readonly plan: Plan;
  readonly error: unknown;
  readonly reached: Phase;
}

function resultOf(step: Step, { plan, error, reached }: Ending): Result {
  if (error instanceof Skipped) return 'skipped';
  if (error !== undefined) return 'failed';
  const chosen = chosenOf(step, plan);
  if (chosen.length === 0) return 'unchanged';
  const begun = chosen.filter((difference) => phases.indexOf(difference.phase) <= phases.indexOf(reached));
  if (begun.length === 0) return 'skipped';
  if (step.action === 'create') return 'created';
  if (step.action === 'delete') return 'deleted';
  return chosen.some(({ field, exempt }) => field === 'owner' && exempt === 'adoption') ? 'adopted' : 'updated';
}

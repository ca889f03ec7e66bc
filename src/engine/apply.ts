import { spell } from '../address.ts';
import type { Address } from '../address.ts';
import { Blocked } from '../errors/diagnostic.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import { explain } from '../errors/explain.ts';
import type { Clock } from '../time.ts';
import { interrupted } from './interruption.ts';
import type { Interruption } from './interruption.ts';
import { chosenOf, problemsIn } from './plan.ts';
import type { Plan, Step, StepView } from './plan.ts';
import { phases } from './resource.ts';
import type { Check, Deed, Difference, Phase, Run } from './resource.ts';

/** "The role … created." `skipped`: what it stands on failed, or an earlier phase did. */
export type Result = Deed | 'unchanged' | 'failed' | 'skipped';

/** What became of a step. */
export interface Outcome {
  readonly step: StepView;
  readonly result: Result;
  readonly problems: readonly Problem[];
  /** What a person should know of how it went. */
  readonly notices: readonly Notice[];
  /** Changes that were not carried out, or not to their end. */
  readonly left?: readonly unknown[];
  /** What is to be looked at once more. */
  readonly checks?: readonly Check[];
}

/** What of a step has just been done. */
export interface Done {
  readonly step: StepView;
  readonly deeds: readonly Deed[];
  readonly notices: readonly Notice[];
}

/** What apply needs besides the plan. */
export interface ApplyOptions {
  readonly clock: Clock;
  /** Proves, or waits out, that new grants work, before anything is taken away. @throws Blocked when they do not */
  readonly beforeTaking: () => Promise<void>;
  /** Told of each step as it ends. */
  readonly onDone: (done: Done) => void;
  readonly say: (line: string) => void;
  readonly interruption: Interruption;
}

/**
 * Carries the plan out, phase by phase; within a phase each difference is carried out as soon as what it stands on is there.
 * When a step fails, those that stand on it are skipped, and later phases do not begin: the next run finishes.
 *
 * @throws Blocked before the first write, when anything stands in the way
 */
export async function apply(plan: Plan, options: ApplyOptions): Promise<Outcome[]> {
  const problems = problemsIn(plan);
  if (problems.length > 0) throw new Blocked(problems);
  const progress = makeProgress(options);
  const reached = await runPhases(plan, progress, options);
  return plan.steps.map((step) => {
    const error = progress.errors.get(step);
    return {
      step,
      result: resultOf(chosenOf(step, plan.prune), error, reached),
      problems: error === undefined || error instanceof Skipped ? [] : explain(error).map(about(step.address)),
      notices: progress.notices.get(step) ?? [],
      left: progress.left.get(step) ?? [],
      checks: progress.checks.get(step) ?? [],
    };
  });
}

/** The outcomes after all that was to be looked at once more by then: what is not as it was left has failed. */
export async function confirm(outcomes: readonly Outcome[], when: Check['when']): Promise<Outcome[]> {
  return Promise.all(
    outcomes.map(async (outcome) => {
      const problems: Problem[] = [];
      for (const check of outcome.checks?.filter((one) => one.when === when) ?? []) {
        try {
          await check.carryOut();
        } catch (error) {
          problems.push(...explain(error).map(about(outcome.step.address)));
        }
      }
      return problems.length === 0
        ? outcome
        : { ...outcome, result: 'failed', problems: [...outcome.problems, ...problems] };
    }),
  );
}

const about =
  (address: Address) =>
  <T extends Problem | Notice>(told: T): T => ({ ...told, subject: address });

/** @returns the last phase that began */
async function runPhases(plan: Plan, progress: Progress, { beforeTaking }: ApplyOptions): Promise<Phase> {
  const all = plan.steps.flatMap((step) => chosenOf(step, plan.prune));
  const isTaking = (difference: Difference, phase: Phase): boolean =>
    difference.right === 'taken' && difference.phase === phase;
  const firstTaking = phases.find((phase) => all.some((difference) => isTaking(difference, phase)));
  const isGiving = all.some(({ right }) => right === 'given');
  let reached: Phase = 'grant';
  for (const phase of phases) {
    if (phase === firstTaking && isGiving) {
      try {
        await beforeTaking();
      } catch (error) {
        const stopped = plan.steps.filter((step) => chosenOf(step, plan.prune).some((one) => isTaking(one, phase)));
        for (const step of stopped) progress.errors.set(step, error);
        return reached;
      }
    }
    reached = phase;
    await runPhase(plan, phase, progress);
    if (progress.errors.size > 0) return reached;
  }
  return reached;
}

interface Progress {
  readonly errors: Map<Step, unknown>;
  readonly notices: Map<Step, Notice[]>;
  readonly left: Map<Step, unknown[]>;
  readonly checks: Map<Step, Check[]>;
  /** What was made of each thing, by its address as text. */
  readonly made: Map<string, unknown>;
  readonly options: ApplyOptions;
}

function makeProgress(options: ApplyOptions): Progress {
  return { errors: new Map(), notices: new Map(), left: new Map(), checks: new Map(), made: new Map(), options };
}

async function runPhase(plan: Plan, phase: Phase, progress: Progress): Promise<void> {
  const due = plan.steps.flatMap((step) => {
    const differences = chosenOf(step, plan.prune).filter((difference) => difference.phase === phase);
    return differences.length === 0 ? [] : [{ step, differences }];
  });
  const running = new Map<string, Promise<void>>();
  const isDue = (address: Address): boolean => due.some(({ step }) => spell(step.address) === spell(address));
  for (const { step, differences } of due) {
    const [free, waiting] = split(differences, isDue);
    // Started in the next tick, so that `running` knows every step before any of them asks.
    const work = Promise.resolve().then(async () => {
      await carryOut(step, free, progress);
      await Promise.all(waiting.flatMap(({ after = [] }) => after).map((address) => ready(address, running)));
      await carryOut(step, waiting, progress);
    });
    running.set(spell(step.address), work);
    work.catch((error: unknown) => progress.errors.set(step, error));
  }
  await Promise.allSettled(running.values());
}

/** What can begin at once, and what has to wait for something that this phase does as well. */
function split(
  differences: readonly Difference[],
  isDue: (address: Address) => boolean,
): readonly [Difference[], Difference[]] {
  const isWaiting = ({ after = [] }: Difference): boolean => after.some(isDue);
  return [differences.filter((one) => !isWaiting(one)), differences.filter(isWaiting)];
}

async function ready(address: Address, running: ReadonlyMap<string, Promise<void>>): Promise<void> {
  try {
    await running.get(spell(address));
  } catch (error) {
    throw new Skipped(address, error);
  }
}

async function carryOut(step: Step, differences: readonly Difference[], progress: Progress): Promise<void> {
  if (differences.length === 0) return;
  if (progress.options.interruption.isAsked()) throw interrupted(`begin with ${spell(step.address)}`);
  const notices: Notice[] = [];
  const left: unknown[] = [];
  const changes = differences.map(({ change }) => change);
  const run = runOf(progress, {
    tell: (notice) => notices.push(about(step.address)(notice)),
    leave: (change) => left.push(change),
    confirm: (check, when = 'beside') =>
      progress.checks.set(step, [...(progress.checks.get(step) ?? []), { when, carryOut: check }]),
  });
  const made = await step.change(changes, run);
  if (made !== undefined) progress.made.set(spell(step.address), made);
  progress.notices.set(step, [...(progress.notices.get(step) ?? []), ...notices]);
  progress.left.set(step, [...(progress.left.get(step) ?? []), ...left]);
  progress.options.onDone({ step, deeds: [...new Set(differences.map(({ makes }) => makes))], notices });
}

function runOf({ made, options }: Progress, told: Pick<Run, 'tell' | 'leave' | 'confirm'>): Run {
  return { clock: options.clock, say: options.say, ...told, made: (address) => made.get(spell(address)) };
}

/** A step was not tried, because what it stands on failed. */
class Skipped extends Error {
  constructor(address: Address, cause: unknown) {
    super(`${spell(address)} is not there`, { cause });
    this.name = 'Skipped';
  }
}

/** Where a step does more than one thing, the one that says most. */
const TELLING: readonly Deed[] = [
  ...(['deleted', 'created', 'key issued', 'restored', 'enabled', 'adopted'] as const),
  ...(['access granted', 'access revoked', 'keys removed', 'keys retired', 'key settled'] as const),
  ...(['updated', 'leftovers removed', 'removed', 'released'] as const),
];

function resultOf(chosen: readonly Difference[], error: unknown, reached: Phase): Result {
  if (error instanceof Skipped) return 'skipped';
  if (error !== undefined) return 'failed';
  if (chosen.length === 0) return 'unchanged';
  const begun = chosen.filter(({ phase }) => phases.indexOf(phase) <= phases.indexOf(reached));
  if (begun.length === 0) return 'skipped';
  return TELLING.find((deed) => begun.some(({ makes }) => makes === deed)) ?? 'updated';
}

import type { Address } from '../address.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import { explain } from '../errors/explain.ts';
import type {
  AnyResource,
  ByHand,
  Consented,
  Deed,
  Difference,
  Examination,
  Outputs,
  Picture,
  Run,
} from './resource.ts';

/** What is to be done to one thing. `unknown`: it could not be read, which is never taken for absent. */
export type Action = 'none' | 'create' | 'update' | 'delete' | 'unknown';

/** One thing, as it is and as it should be: plain data, for whoever renders it. */
export interface StepView {
  readonly address: Address;
  readonly want: AnyResource['want'];
  readonly action: Action;
  /** Whether it was there. */
  readonly isThere: boolean;
  readonly differences: readonly Difference[];
  /** Why apply must not go on; where it could not be read, why not. */
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
  readonly outputs: Outputs;
  readonly picture: Picture;
  /** Whether part of it was not looked at, on purpose. */
  readonly isPartial?: boolean;
  /** What the plan says of it where nothing differs. */
  readonly remark: string | undefined;
}

/** A step that can be carried out. */
export interface Step extends StepView {
  readonly change: (changes: readonly unknown[], run: Run) => Promise<unknown>;
  /** The step as it would have been before something came due by time alone, newest first. */
  readonly earlier?: () => readonly Step[];
}

/** What was found and what would be done: a value, used by log, summary, outputs and apply alike. */
export interface PlanView {
  readonly steps: readonly StepView[];
  /** Whether surplus is carried out too. */
  readonly prune: boolean;
}

export interface Plan extends PlanView {
  readonly steps: readonly Step[];
}

/** Reads everything, in one parallel wave, and decides; what a read finds is read after it. Writes nothing. */
export async function makePlan(resources: readonly AnyResource[], prune: boolean): Promise<Plan> {
  const steps = await Promise.all(resources.map((resource) => readAll(resource, prune)));
  return { steps: steps.flat(), prune };
}

async function readAll(resource: AnyResource, prune: boolean): Promise<Step[]> {
  const { step, further } = await readOne(resource, prune);
  return [step, ...(await Promise.all(further.map((one) => readAll(one, prune)))).flat()];
}

interface Found {
  readonly step: Step;
  readonly further: readonly AnyResource[];
}

async function readOne(resource: AnyResource, prune: boolean): Promise<Found> {
  const { address, want, picture = {} } = resource;
  try {
    const live = await resource.read();
    const examination = resource.examine(live);
    const stepOf = (one: Examination<unknown>): Step => ({
      ...{ address, want, picture, remark: one.remark, differences: one.differences },
      action: actionOf(one.differences.filter((difference) => isCarriedOut(difference, prune))),
      isThere: one.isThere ?? live !== undefined,
      ...(one.isPartial === true ? { isPartial: true } : {}),
      problems: one.diagnostics
        .filter((told) => told.severity === 'error')
        .map((told) => ({ subject: address, ...told })),
      notices: one.diagnostics
        .filter((told) => told.severity !== 'error')
        .map((told) => ({ subject: address, ...told })),
      outputs: { ...resource.outputs, ...one.outputs },
      change: (changes, run) => resource.change(live, changes, run),
    });
    const { earlier, further = [] } = examination;
    const step = stepOf(examination);
    return { step: earlier === undefined ? step : { ...step, earlier: () => earlier().map(stepOf) }, further };
  } catch (error) {
    const step: Step = {
      ...{ address, want, picture, remark: undefined, differences: [] },
      action: 'unknown',
      isThere: false,
      problems: explain(error).map((one) => ({ subject: address, ...one })),
      notices: [],
      outputs: resource.outputs ?? {},
      change: () => Promise.reject(new Error(`${address.kind}/${address.name} was never read`)),
    };
    return { step, further: [] };
  }
}

/** Deeds that make or unmake a thing as a whole. */
const WHOLE: Partial<Record<Deed, Action>> = { created: 'create', 'key issued': 'create', deleted: 'delete' };

function actionOf(chosen: readonly Difference[]): Action {
  const whole = chosen.map(({ makes }) => WHOLE[makes]).find((action) => action !== undefined);
  return whole ?? (chosen.length === 0 ? 'none' : 'update');
}

/**
 * The plan as it would have been at earlier moments, newest first: each time before something came due by time alone. Only
 * what reads the clock differs.
 */
export function earlierPlans(plan: Plan): Plan[] {
  return plan.steps.flatMap((step, index) =>
    (step.earlier?.() ?? []).map((before) => ({ ...plan, steps: plan.steps.with(index, before) })),
  );
}

/** Whether apply would mend it: surplus only with `prune`, and only what is ours to remove and nobody has accepted. */
export function isCarriedOut({ kind, exempt, change }: Difference, prune: boolean): boolean {
  if (kind !== 'surplus') return true;
  return (prune || isConsented(change)) && exempt !== 'accepted' && !isByHand(change);
}

/** Whether it is left to a person whatever is asked for. */
export function isByHand(change: unknown): change is ByHand {
  return typeof change === 'object' && change !== null && 'byHand' in change;
}

/** Whether an input of its own lets it be removed. */
export function isConsented(change: unknown): change is Consented {
  return typeof change === 'object' && change !== null && 'consent' in change;
}

/** What of a step is carried out. */
export function chosenOf(step: StepView, prune: boolean): Difference[] {
  return step.differences.filter((difference) => isCarriedOut(difference, prune));
}

/** Everything that stands in the way, at once: what could not be read, and what must not be done. */
export function problemsIn(plan: PlanView): Problem[] {
  const problems = plan.steps.flatMap((step) => step.problems);
  return [...new Map(problems.map((one) => [JSON.stringify([one.attempted, one.because, one.remedy]), one])).values()];
}

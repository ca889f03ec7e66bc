import type { Outcome } from './apply.ts';
import { chosenOf, isCarriedOut } from './plan.ts';
import type { PlanView } from './plan.ts';
import type { Difference } from './resource.ts';

/** What of a plan counts as drift, and what is left of it. Pure. */

/** How many differences count as drift, by kind; `unknown` when something that we compare could not be read. */
export interface Drift {
  readonly missing: number;
  readonly changed: number;
  readonly surplus: number;
  readonly unknown: boolean;
}

/** Whether it speaks of a state that nobody asked for: not what adoption, renewal or clearing up will do anyway. */
export function isDrift(difference: Difference): boolean {
  return difference.exempt === undefined;
}

/** Counts what is drift. */
export function measureDrift(plan: PlanView): Drift {
  const drift = plan.steps.flatMap((step) => step.differences).filter(isDrift);
  const count = (kind: Difference['kind']): number => drift.filter((difference) => difference.kind === kind).length;
  return {
    missing: count('missing'),
    changed: count('changed'),
    surplus: count('surplus'),
    unknown: plan.steps.some((step) => step.action === 'unknown'),
  };
}

/** Whether anything is off. */
export function isAnyDrift(drift: Drift): boolean {
  return drift.missing + drift.changed + drift.surplus > 0;
}

/** Whether carrying it out takes rights from the account. */
export function takesAway(plan: PlanView): boolean {
  return plan.steps.some((step) => chosenOf(step, plan.prune).some(({ right }) => right === 'taken'));
}

/** What of the plan is still to do: steps that did not succeed, surplus that was left alone, and what was begun only. */
export function remaining(plan: PlanView, outcomes: readonly Outcome[]): PlanView {
  if (outcomes.length === 0) return plan;
  const steps = outcomes.map(({ step, result, left = [] }) => {
    const isDone = result !== 'failed' && result !== 'skipped';
    const isStill = (one: Difference): boolean => !isCarriedOut(one, plan.prune) || left.includes(one.change);
    return isDone ? { ...step, differences: step.differences.filter(isStill) } : step;
  });
  return { ...plan, steps };
}

import type { Refusal } from '../errors/diagnostic.ts';
import type { Difference, Resource } from './resource.ts';

/** What is to be done to one resource. `unknown`: it could not be looked at, which is never taken for absent. */
export type Action = 'none' | 'create' | 'update' | 'delete' | 'unknown';

/** One resource, as it is and as it should be. */
export interface Step {
  readonly resource: Resource;
  readonly action: Action;
  readonly live: unknown;
  readonly differences: readonly Difference[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
  /** Step outputs. */
  readonly facts: Readonly<Record<string, string>>;
  /** What the plan says of it where nothing differs. */
  readonly remark?: string | undefined;
  /** What lies outside, so that it could not be seen. */
  readonly unseen?: readonly string[];
  readonly error: unknown;
}

/** What was found and what would be done: a value, used by log, summary, outputs and apply alike. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Whether surplus is carried out too. */
  readonly prune: boolean;
}

/** How many differences count as drift, by kind; `unknown` when something that we compare could not be read. */
export interface Drift {
  readonly missing: number;
  readonly changed: number;
  readonly surplus: number;
  readonly unknown: boolean;
}

/** Looks at everything, in one parallel wave, and decides; what a read finds is looked at after it. Writes nothing. */
export async function makePlan(resources: readonly Resource[], prune: boolean): Promise<Plan> {
  const steps = await Promise.all(resources.map((resource) => examineAll(resource, prune)));
  return { steps: steps.flat(), prune };
}

async function examineAll(resource: Resource, prune: boolean): Promise<Step[]> {
  const step = await examine(resource, prune);
  const further = step.action === 'unknown' ? [] : (resource.further?.(step.live) ?? []);
  return [step, ...(await Promise.all(further.map((one) => examineAll(one, prune)))).flat()];
}

async function examine(resource: Resource, prune: boolean): Promise<Step> {
  try {
    const live = await resource.read();
    const differences = resource.diff(live);
    const refusals = resource.refuse(live);
    const warnings = resource.warn(live);
    const chosen = differences.filter((difference) => isCarriedOut(difference, prune));
    return {
      resource,
      action: actionOf(chosen),
      live,
      differences,
      refusals,
      warnings,
      facts: resource.facts(live),
      remark: resource.remark?.(live),
      unseen: resource.unseen?.(live) ?? [],
      error: undefined,
    };
  } catch (error) {
    return {
      resource,
      action: 'unknown',
      live: undefined,
      differences: [],
      refusals: [],
      warnings: [],
      facts: resource.facts(undefined),
      error,
    };
  }
}

/** Fields that speak of a whole thing being there or not. */
const EXISTENCE = ['role', 'service account', 'dataset', 'key'];

function actionOf(chosen: readonly Difference[]): Action {
  const whole = chosen.find((difference) => EXISTENCE.includes(difference.field));
  if (whole?.live === 'absent') return 'create';
  if (whole?.desired === 'absent') return 'delete';
  return chosen.length === 0 ? 'none' : 'update';
}

/** Whether apply would mend it: surplus only with `prune`. */
export function isCarriedOut(difference: Difference, prune: boolean): boolean {
  return difference.kind !== 'surplus' || prune;
}

/** Whether carrying it out takes rights from the account. */
export function hasTaken(plan: Plan): boolean {
  const all = plan.steps.flatMap((step) => step.differences);
  return all.some((difference) => difference.right === 'taken' && isCarriedOut(difference, plan.prune));
}

/** Whether it speaks of a state that nobody asked for: not what adoption or clearing up will do anyway. */
export function isDrift(difference: Difference): boolean {
  return difference.exempt === undefined;
}

/** Counts what is drift. */
export function measureDrift(plan: Plan): Drift {
  const drift = plan.steps.flatMap((step) => step.differences).filter(isDrift);
  const count = (kind: Difference['kind']): number => drift.filter((difference) => difference.kind === kind).length;
  return {
    missing: count('missing'),
    changed: count('changed'),
    surplus: count('surplus'),
    unknown: plan.steps.some((step) => step.action === 'unknown'),
  };
}

/** Whether anything is off, or could not be looked at. */
export function isAnyDrift(drift: Drift): boolean {
  return drift.missing + drift.changed + drift.surplus > 0;
}

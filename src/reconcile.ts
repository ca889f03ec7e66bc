import { ApiError } from './errors/api-error.ts';
import { obstaclesOf } from './engine/apply.ts';
import type { Inputs } from './inputs/inputs.ts';
import { modes } from './inputs/modes.ts';
import { makePlan } from './engine/plan.ts';
import type { Plan } from './engine/plan.ts';
import { compareWithReviewed } from './engine/digest.ts';
import { planJson } from './report/plan-json.ts';
import type { PlanJson } from './report/plan-json.ts';
import { checkRights, refuseByPolicy } from './preflight/permissions.ts';
import type { Preflight } from './preflight/permissions.ts';
import type { Refusal } from './errors/diagnostic.ts';
import type { Resource } from './engine/resource.ts';
import type { Session } from './session.ts';

/** Everything that is known before anything is written. */
export interface Look {
  readonly plan: Plan;
  /** Everything that stands in the way, at once. */
  readonly obstacles: readonly Refusal[];
  /** What may stand in the way, and need not. */
  readonly hints: readonly string[];
  /** The plan as its readers get it, before anything was done or proven. */
  readonly json: PlanJson;
  /** How the plan differs from the one that was reviewed, line by line. */
  readonly unreviewed: readonly string[];
}

const PAUSE = 5_000;

/**
 * The plan, and in the same wave which rights the workflow's identity holds. With `enable_apis` the APIs that are off in the
 * project are switched on first, where nothing else stands in the way, and what they hid is looked at again.
 */
export async function firstLook(session: Session, blueprint: readonly Resource[], inputs: Inputs): Promise<Look> {
  const isWriting = modes[inputs.mode].writes && modes[inputs.mode].wants === 'present';
  const [plan, rights, off, forbidden] = await Promise.all([
    makePlan(blueprint, inputs.prune),
    modes[inputs.mode].writes ? session.rights() : { held: undefined, member: undefined },
    isWriting ? session.apisOff() : [],
    isWriting ? session.forbidden() : { forbidsAccounts: false, locations: undefined },
  ]);
  const lacking = checkRights(plan, rights, inputs);
  const early = { ...lacking, refusals: [...lacking.refusals, ...refuseByPolicy(plan, forbidden, inputs)] };
  if (off.length === 0) return lookOf(plan, early, inputs);
  if (!inputs.enableApis)
    return lookOf(plan, { ...early, refusals: [...early.refusals, offRefusal(off, inputs)] }, inputs);
  const isHidden = plan.steps.every((step) => step.error === undefined || isApiOff(step.error));
  if (!isHidden || early.refusals.length > 0 || plan.steps.some(({ refusals }) => refusals.length > 0))
    return lookOf(plan, early, inputs);
  // Switching on is a write: nothing is written before what was reviewed is recognised.
  if (lookOf(plan, early, inputs).unreviewed.length > 0) return lookOf(plan, early, inputs);
  await session.enableApis(off);
  const again = await lookUntilOn(session, blueprint, inputs);
  return lookOf(again, checkRights(again, await session.rights(), inputs), inputs);
}

function lookOf(plan: Plan, { refusals, warnings }: Preflight, inputs: Inputs): Look {
  const json = planJson(plan, inputs);
  const { expectedPlan } = inputs;
  const comparison = expectedPlan === undefined ? undefined : compareWithReviewed(json, expectedPlan);
  const unreviewed = comparison === undefined ? [] : [comparison.refusal];
  return {
    plan,
    obstacles: [...obstaclesOf(plan), ...refusals, ...unreviewed],
    hints: warnings,
    json,
    unreviewed: comparison === undefined ? [] : ['Not the plan that was reviewed:', ...comparison.lines],
  };
}

/** An API that was just switched on takes minutes to work. */
async function lookUntilOn(session: Session, blueprint: readonly Resource[], inputs: Inputs): Promise<Plan> {
  const { clock, say } = session.world;
  const end = clock.now() + inputs.patienceMinutes * 60_000;
  for (;;) {
    const plan = await makePlan(blueprint, inputs.prune);
    const isOff = plan.steps.some((step) => isApiOff(step.error));
    if (!isOff || clock.now() + PAUSE > end) return plan;
    say('The APIs that were just switched on do not answer yet; trying again …');
    await clock.sleep(PAUSE);
  }
}

/** Segment's account belongs to this project, so what it calls must be on here. */
function offRefusal(off: readonly string[], { projectId }: Inputs): Refusal {
  return {
    attempted: `make sure that Segment can work in ${projectId}`,
    because: `${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} off there`,
    remedy: `Set enable_apis: true, or run gcloud services enable ${off.join(' ')} --project ${projectId}.`,
  };
}

function isApiOff(error: unknown): boolean {
  // BigQuery has words of its own for a project in which it is off.
  return (
    error instanceof ApiError &&
    (error.reason === 'SERVICE_DISABLED' || error.words.includes('has not enabled BigQuery'))
  );
}

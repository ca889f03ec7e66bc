import type { Address } from '../address.ts';
import { isApiOff } from '../errors/api-off.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import { isDrift } from '../engine/drift.ts';
import { earlierPlans, makePlan, problemsIn } from '../engine/plan.ts';
import type { Plan } from '../engine/plan.ts';
import type { AnyResource } from '../engine/resource.ts';
import { modes } from '../inputs/modes.ts';
import type { Target } from '../inputs/target.ts';
import { checkApis } from '../preflight/apis.ts';
import { askPreflight, askRights, enableApis } from '../preflight/ask.ts';
import type { Preflight } from '../preflight/ask.ts';
import { checkOrganization, createsAny } from '../preflight/organization.ts';
import { checkPermissions } from '../preflight/permissions.ts';
import { compareWithReviewed } from '../report/compare-plans.ts';
import { digestLine, lateLines, planLines } from '../report/log.ts';
import type { Reconciling, Scene } from './scene.ts';
import { STEADY, poll, whenChanged } from '../time.ts';

/** Everything that is known before anything is written. */
export interface Examined {
  readonly plan: Plan;
  /** What stands in the way, and what may, besides what the plan's steps say. */
  readonly diagnostics: readonly (Problem | Notice)[];
  /** Whether a run that may write must not. */
  readonly isBlocked: boolean;
}

/** The plan as the log shows it, and in the same wave what else may stand in the way. */
export async function examine(reconciling: Reconciling, scene: Scene): Promise<Examined> {
  const { asked, options, runner } = reconciling;
  const { plan: found, checks } = await planWithApis(reconciling, scene);
  const { plan, comparison, late } = asReviewed(reconciling, found);
  const lines = [...planLines(plan), digestLine(plan, asked.reviewed), ...late, ...(comparison?.lines ?? [])];
  lines.forEach(runner.log.say);
  const diagnostics = [...checks, ...(comparison === undefined ? [] : [comparison.problem])];
  const isHindered = [...problemsIn(plan), ...diagnostics].some(({ severity }) => severity === 'error');
  return { plan, diagnostics, isBlocked: modes[options.mode].writes && isHindered };
}

function compare({ asked, options }: Reconciling, plan: Plan): ReturnType<typeof compareWithReviewed> {
  const { expectedPlan } = options.reporting;
  return expectedPlan === undefined ? undefined : compareWithReviewed({ plan, reviewed: asked.reviewed }, expectedPlan);
}

/** The plan that is carried out, and how it differs from the reviewed one. */
interface Chosen {
  readonly plan: Plan;
  readonly comparison: ReturnType<typeof compareWithReviewed>;
  /** What has come due by time alone since the review, line by line. */
  readonly late: readonly string[];
}

/** What was reviewed is carried out as it was, if it differs only by what has come due since: that waits for the next run. */
function asReviewed(reconciling: Reconciling, plan: Plan): Chosen {
  const comparison = compare(reconciling, plan);
  if (comparison === undefined) return { plan, comparison, late: [] };
  const reviewed = earlierPlans(plan).find((one) => compare(reconciling, one) === undefined);
  if (reviewed === undefined) return { plan, comparison, late: [] };
  return { plan: reviewed, comparison: undefined, late: lateLines(plan, reviewed) };
}

interface Planned {
  readonly plan: Plan;
  readonly checks: readonly (Problem | Notice)[];
}

/**
 * The plan, checked. With `enable_apis` the APIs that are off in the project are enabled first, where nothing else stands in
 * the way, and what they hid is read again.
 */
async function planWithApis(reconciling: Reconciling, scene: Scene): Promise<Planned> {
  const { cloud, blueprint } = scene;
  const { target, options, runner } = reconciling;
  const { prune, enableApis: mayEnable } = options.consent;
  const [first, preflight] = await Promise.all([makePlan(blueprint, prune), askPreflight(cloud, target, options.mode)]);
  const plan = await steadyPlan(reconciling, scene, first);
  const checks = await checksOf(plan, preflight, target);
  const off = preflight.apisOff;
  if (off.length === 0) return { plan, checks };
  if (!mayEnable) return { plan, checks: [...checks, ...checkApis(off, target)] };
  if (!modes[options.mode].writes) return { plan, checks };
  const isHindered = [...problemsIn(plan).filter((one) => !isApiOff(one)), ...checks].some(
    ({ severity }) => severity === 'error',
  );
  // Enabling is a write: nothing is written before what was reviewed is recognized.
  if (isHindered || asReviewed(reconciling, plan).comparison !== undefined) return { plan, checks };
  await enableApis(cloud, off, runner.log.say);
  const again = await planUntilOn(reconciling, blueprint);
  return { plan: again, checks: checkPermissions(again, await askRights(cloud), target) };
}

/** What is read of IAM: BigQuery, and the places of keys, answer what is so. */
const READ_OF_IAM: readonly Address['kind'][] = ['role', 'service-account', 'account-policy', 'project-policy'];

function isMaybeOld({ steps }: Plan): boolean {
  return steps.some(({ address, differences }) => READ_OF_IAM.includes(address.kind) && differences.some(isDrift));
}

/** No answer of IAM is older than the first of these looks once the last of them comes. */
const LOOKS = { within: STEADY + 1_000, first: 2_000, most: 4_000 };

/**
 * A run that only tells what it sees looks again at what was changed moments ago: IAM's reads may be older than that. Runs
 * that write need not: what they change is read again, or guarded by its etag.
 */
async function steadyPlan({ options, runner }: Reconciling, scene: Scene, first: Plan): Promise<Plan> {
  const { blueprint, cloud, documents } = scene;
  if (modes[options.mode].writes || !isMaybeOld(first) || !(await documents.isYoung())) return first;
  let plan = first;
  const tell = whenChanged(runner.log.say);
  const onWait = (): void =>
    tell('This was set up moments ago, and IAM may still show an older state; looking again …');
  await poll({ clock: cloud.clock, ...LOOKS, onWait }, async () => {
    await documents.lookAgain();
    plan = await makePlan(blueprint, options.consent.prune);
    return isMaybeOld(plan) ? undefined : { value: plan };
  });
  return plan;
}

async function checksOf(plan: Plan, { rights, constraints }: Preflight, target: Target): Promise<(Problem | Notice)[]> {
  const forbidden = createsAny(plan) ? checkOrganization(plan, await constraints(), target) : [];
  return [...checkPermissions(plan, rights, target), ...forbidden];
}

const API_PAUSE = 5_000;

/** An API that was just enabled takes minutes to answer. */
async function planUntilOn(
  { options, signedIn, runner }: Reconciling,
  blueprint: readonly AnyResource[],
): Promise<Plan> {
  let plan: Plan | undefined;
  const tell = whenChanged(runner.log.say);
  const waiting = {
    clock: signedIn.clock,
    ...{ within: options.patienceMinutes * 60_000, first: API_PAUSE, most: API_PAUSE },
    onWait: () => tell('The APIs that were just enabled do not answer yet; trying again …'),
  };
  await poll(waiting, async () => {
    plan = await makePlan(blueprint, options.consent.prune);
    return plan.steps.some(({ problems }) => problems.some(isApiOff)) ? undefined : { value: plan };
  });
  return plan ?? makePlan(blueprint, options.consent.prune);
}

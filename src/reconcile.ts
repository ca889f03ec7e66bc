import { documentsOf } from './blueprint/documents.ts';
import { drawBlueprint } from './blueprint/blueprint.ts';
import { gitHubCall } from './cloud/github/call.ts';
import { clientsOf } from './cloud/google/clients.ts';
import type { Cloud } from './cloud/google/clients.ts';
import type { Endpoints } from './cloud/google/endpoints.ts';
import { accountDocument } from './cloud/google/service-accounts.ts';
import { signIn } from './cloud/google/sign-in/sign-in.ts';
import type { SignedIn } from './cloud/google/sign-in/sign-in.ts';
import { destinationsOf } from './destinations/registry.ts';
import { apply } from './engine/apply.ts';
import type { Outcome } from './engine/apply.ts';
import { remaining, takesAway } from './engine/drift.ts';
import { makePlan, problemsIn } from './engine/plan.ts';
import type { Plan } from './engine/plan.ts';
import type { AnyResource } from './engine/resource.ts';
import { isApiOff } from './errors/api-off.ts';
import type { Notice, Problem } from './errors/diagnostic.ts';
import { modes } from './inputs/modes.ts';
import type { RunOptions } from './inputs/options.ts';
import type { Target } from './inputs/target.ts';
import { checkApis } from './preflight/apis.ts';
import { askPreflight, askRights, enableApis } from './preflight/ask.ts';
import type { Preflight } from './preflight/ask.ts';
import { checkOrganization } from './preflight/organization.ts';
import { checkPermissions } from './preflight/permissions.ts';
import { compareWithReviewed } from './report/compare-plans.ts';
import { digestLine, doneLines, planLines } from './report/log.ts';
import type { Asked, RunReport } from './report/run-report.ts';
import { conclude } from './report/verdict.ts';
import { revoke } from './resources/service-account/revoke.ts';
import type { Revocation } from './resources/service-account/revoke.ts';
import type { Runner } from './runner/runner.ts';
import { poll } from './time.ts';
import type { Clock } from './time.ts';
import { claimsIn, grantClaimsIn } from './verify/claims.ts';
import { segmentAccount } from './verify/segment-account.ts';
import type { SegmentAccount } from './verify/segment-account.ts';
import type { Verification } from './verify/verification.ts';
import { verifyPlan } from './verify/verify-plan.ts';
import { proofLines } from './verify/wording.ts';

/** As whom a run signs in, and where that is told. */
export interface Entering {
  readonly identity: RunOptions['identity'];
  readonly idToken: Runner['idToken'];
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  readonly runner: Runner;
}

/** Signs in, once for all targets. */
export async function enter({ identity, idToken, endpoints, clock, runner }: Entering): Promise<SignedIn> {
  const { env, log, mask } = runner;
  const { say, trace } = log;
  const signedIn = await signIn({ ...identity, idToken, endpoints, env, clock, mask, say, trace });
  say(`Signed in as ${signedIn.principal() ?? 'the identity of the credential'}.`);
  return signedIn;
}

/** One request, before anything is read: in an emergency nothing else may be readable. */
export function revokeAccess(signedIn: SignedIn, target: Target, say: (line: string) => void): Promise<Revocation> {
  return revoke(accountDocument(clientsOf(signedIn, target), target.names), say);
}

/** One target: what it is, as whom it is reconciled, and where that is told. */
export interface Reconciling {
  readonly target: Target;
  readonly options: RunOptions;
  readonly asked: Asked;
  readonly signedIn: SignedIn;
  readonly runner: Runner;
}

/** Plan → apply → verify → report: one target. Publishes nothing. */
export async function reconcile(reconciling: Reconciling): Promise<RunReport> {
  const { target, options, asked, runner } = reconciling;
  const { log } = runner;
  const scene = sceneOf(reconciling);
  const { cloud, account } = scene;
  const { writes, verifies } = modes[options.mode];
  const isVerifying = verifies && options.verify;
  if (isVerifying) account.begin(); // In the plan's own wave.

  const examined = await log.group('Plan', () => examine(reconciling, scene));
  const { plan, diagnostics, isBlocked } = examined;
  // Where access is also revoked, what can be seen before that proves nothing.
  if (isVerifying && !takesAway(plan)) account.expect(claimsIn(plan, target));
  const outcomes = writes && !isBlocked ? await log.group('Apply', () => carryOut(reconciling, scene, plan)) : [];
  const isWhole = !isBlocked && outcomes.every(({ result }) => result !== 'failed');
  const tried =
    isVerifying && isWhole
      ? await log.group('Verify', async () => {
          const ground = { plan: remaining(plan, outcomes), tookAway: writes && takesAway(plan) };
          const verified = await verifyPlan({ account, cloud, target, ...ground });
          proofLines(verified.verification).forEach(log.say);
          return verified;
        })
      : undefined;
  return reportOf({ asked, scene, plan, outcomes, isBlocked, diagnostics, tried });
}

/** What a reconciliation works with. Laying it out sends nothing. */
interface Scene {
  readonly cloud: Cloud;
  readonly account: SegmentAccount;
  readonly destinations: ReturnType<typeof destinationsOf>;
  readonly blueprint: readonly AnyResource[];
}

function sceneOf({ target, options, signedIn, runner }: Reconciling): Scene {
  const { mask, event, log } = runner;
  const { say, trace } = log;
  const cloud = clientsOf(signedIn, target);
  const { clock } = cloud;
  const documents = documentsOf(cloud, target, mask);
  const account = segmentAccount({
    ...{ cloud, mask, clock, say, email: target.names.email },
    credentials: options.credentials?.file,
    patienceMinutes: options.patienceMinutes,
  });
  const destinations = destinationsOf({
    ...{ target, cloud, account: documents.account, want: modes[options.mode].wants },
    gitHub: {
      call: gitHubCall({ clock, say, trace }),
      ...{ repository: event.repository, apiUrl: event.apiUrl, token: options.githubToken },
    },
    setKey: (file) => runner.output('key', file.reveal()),
  });
  const blueprint = drawBlueprint({ target, options, cloud, documents, destinations, keyUser: account });
  return { cloud, account, destinations, blueprint };
}

/** Everything that is known before anything is written. */
interface Examined {
  readonly plan: Plan;
  /** What stands in the way, and what may, besides what the plan's steps say. */
  readonly diagnostics: readonly (Problem | Notice)[];
  /** Whether a run that may write must not. */
  readonly isBlocked: boolean;
}

/** The plan as the log shows it, and in the same wave what else may stand in the way. */
async function examine(reconciling: Reconciling, scene: Scene): Promise<Examined> {
  const { asked, options, runner } = reconciling;
  const { plan, checks } = await planWithApis(reconciling, scene);
  const comparison = compare(reconciling, plan);
  [...planLines(plan), digestLine(plan, asked.reviewed), ...(comparison?.lines ?? [])].forEach(runner.log.say);
  const diagnostics = [...checks, ...(comparison === undefined ? [] : [comparison.problem])];
  const isHindered = [...problemsIn(plan), ...diagnostics].some(({ severity }) => severity === 'error');
  return { plan, diagnostics, isBlocked: modes[options.mode].writes && isHindered };
}

function compare({ asked, options }: Reconciling, plan: Plan): ReturnType<typeof compareWithReviewed> {
  const { expectedPlan } = options.reporting;
  return expectedPlan === undefined ? undefined : compareWithReviewed({ plan, reviewed: asked.reviewed }, expectedPlan);
}

interface Planned {
  readonly plan: Plan;
  readonly checks: readonly (Problem | Notice)[];
}

/**
 * The plan, checked. With `enable_apis` the APIs that are off in the project are enabled first, where nothing else stands in
 * the way, and what they hid is read again.
 */
async function planWithApis(reconciling: Reconciling, { cloud, blueprint }: Scene): Promise<Planned> {
  const { target, options, runner } = reconciling;
  const { prune, enableApis: mayEnable } = options.consent;
  const [plan, preflight] = await Promise.all([makePlan(blueprint, prune), askPreflight(cloud, target, options.mode)]);
  const checks = checksOf(plan, preflight, target);
  const off = preflight.apisOff;
  if (off.length === 0) return { plan, checks };
  if (!mayEnable) return { plan, checks: [...checks, ...checkApis(off, target)] };
  const isHindered = [...problemsIn(plan).filter((one) => !isApiOff(one)), ...checks].some(
    ({ severity }) => severity === 'error',
  );
  // Enabling is a write: nothing is written before what was reviewed is recognized.
  if (isHindered || compare(reconciling, plan) !== undefined) return { plan, checks };
  await enableApis(cloud, off, runner.log.say);
  const again = await planUntilOn(reconciling, blueprint);
  return { plan: again, checks: checkPermissions(again, await askRights(cloud), target) };
}

function checksOf(plan: Plan, { rights, constraints }: Preflight, target: Target): (Problem | Notice)[] {
  return [...checkPermissions(plan, rights, target), ...checkOrganization(plan, constraints, target)];
}

const API_PAUSE = 5_000;

/** An API that was just enabled takes minutes to answer. */
async function planUntilOn(
  { options, signedIn, runner }: Reconciling,
  blueprint: readonly AnyResource[],
): Promise<Plan> {
  let plan: Plan | undefined;
  const waiting = {
    clock: signedIn.clock,
    ...{ within: options.patienceMinutes * 60_000, first: API_PAUSE, most: API_PAUSE },
    onWait: () => runner.log.say('The APIs that were just enabled do not answer yet; trying again …'),
  };
  await poll(waiting, async () => {
    plan = await makePlan(blueprint, options.consent.prune);
    return plan.steps.some(({ problems }) => problems.some(isApiOff)) ? undefined : { value: plan };
  });
  return plan ?? makePlan(blueprint, options.consent.prune);
}

function carryOut({ target, runner }: Reconciling, { cloud, account }: Scene, plan: Plan): Promise<Outcome[]> {
  const { say } = runner.log;
  return apply(plan, {
    clock: cloud.clock,
    beforeTaking: () => account.waitUntilEffective(grantClaimsIn(plan, target)),
    onDone: (done) => doneLines(done).forEach(say),
    say,
  });
}

/** Everything that was found and done. */
interface Facts extends Examined {
  readonly asked: Asked;
  readonly scene: Scene;
  readonly outcomes: readonly Outcome[];
  readonly tried: { readonly verification: Verification; readonly notices: readonly Notice[] } | undefined;
}

function reportOf({ asked, scene, plan, outcomes, isBlocked, diagnostics, tried }: Facts): RunReport {
  const verification = tried?.verification;
  return {
    ...asked,
    plan,
    outcomes,
    verification,
    diagnostics: [...diagnostics, ...(tried?.notices ?? [])],
    verdict: conclude({
      ...{ mode: asked.mode, failOn: asked.reporting.failOn, plan, outcomes, verification, isBlocked },
    }),
    issuedKeyId: scene.account.issued()?.id,
    destinations: scene.destinations.map(({ name }) => name),
  };
}

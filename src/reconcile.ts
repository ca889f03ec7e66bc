import type { Gate } from './cloud/gate.ts';
import { clientsOf } from './cloud/google/clients.ts';
import type { Endpoints } from './cloud/google/endpoints.ts';
import { keyMemory } from './cloud/google/key-memory.ts';
import { keysOf } from './cloud/google/keys.ts';
import { accountDocument } from './cloud/google/service-accounts.ts';
import { becomeAccount } from './cloud/google/sign-in/impersonate.ts';
import type { AsAccount } from './cloud/google/sign-in/impersonate.ts';
import { signIn } from './cloud/google/sign-in/sign-in.ts';
import type { SignedIn } from './cloud/google/sign-in/sign-in.ts';
import { apply, confirm } from './engine/apply.ts';
import type { ApplyOptions, Outcome } from './engine/apply.ts';
import { remaining, takesAway } from './engine/drift.ts';
import { interrupted } from './engine/interruption.ts';
import type { Plan } from './engine/plan.ts';
import type { Notice, Problem } from './errors/diagnostic.ts';
import { examine } from './examine.ts';
import type { Examined } from './examine.ts';
import { ApiError } from './errors/api-error.ts';
import { sentence } from './errors/diagnostic.ts';
import { modes } from './inputs/modes.ts';
import type { RunOptions, Verifying } from './inputs/options.ts';
import { actAs } from './models/account.ts';
import type { AsSegment } from './models/account.ts';
import { noticesOf } from './models/notices.ts';
import { rowPolicyNotices } from './models/row-policies.ts';
import type { Validated } from './models/validating.ts';
import { doneLines } from './report/log.ts';
import { modelLines } from './report/models-table.ts';
import { withModels } from './report/models-verdict.ts';
import type { Asked, KeyFacts, RunReport } from './report/run-report.ts';
import { refusalsIn } from './report/diagnostics.ts';
import { conclude } from './report/verdict.ts';
import { reportConsumer } from './resources/credential/consumer-report.ts';
import type { ConsumerReport } from './resources/credential/consumer-report.ts';
import { revoke } from './resources/service-account/revoke.ts';
import type { Revocation } from './resources/service-account/revoke.ts';
import type { Runner } from './runner/runner.ts';
import { sceneOf } from './scene.ts';
import type { Reconciling, Scene } from './scene.ts';
import type { Secret } from './secret.ts';
import type { Clock } from './time.ts';
import { together, verificationOf } from './validation/live.ts';
import { claimsIn, grantClaimsIn } from './verify/claims.ts';
import { verifyPlan } from './verify/verify-plan.ts';
import { stoppedSyncs, verifySyncs } from './verify/verify-syncs.ts';
import { proofLines, unverified } from './verify/wording.ts';

/** As whom a run signs in, and where that is told. */
export interface Entering {
  readonly identity: RunOptions['identity'];
  /** A key file that signs in instead of all that the identity says. */
  readonly key: Secret | undefined;
  readonly idToken: Runner['idToken'];
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  readonly runner: Runner;
  readonly gate?: Gate | undefined;
}

const ADC = ', by Application Default Credentials, because workload_identity_provider is not set';

/** Signs in, once for all targets. */
export async function enter({ identity, key, idToken, endpoints, clock, runner, gate }: Entering): Promise<SignedIn> {
  const { env, log, mask } = runner;
  const { say, trace } = log;
  const signedIn = await signIn({ ...identity, key, idToken, endpoints, env, clock, mask, say, trace, gate });
  // An input that is empty by mistake must not make a run somebody else in silence.
  const how = key === undefined && identity.provider === undefined ? ADC : '';
  say(`Signed in as ${signedIn.principal() ?? 'the identity of the credential'}${how}.`);
  return signedIn;
}

/** One request, before anything is read: in an emergency nothing else may be readable. Then, whom it stops. */
export async function revokeAccess(reconciling: Reconciling): Promise<Revocation> {
  const { target, signedIn, options, runner, interruption } = reconciling;
  const cloud = clientsOf(signedIn, target);
  const { clock } = cloud;
  const document = accountDocument(cloud, target.names);
  const now = (): number => clock.now() - cloud.wire.clockAhead();
  const keys = keysOf(cloud, {
    ...{ email: target.names.email, lifetimeDays: target.keyLife.lifetimeDays, mask: runner.mask },
    uniqueId: async () => (await document.read())?.uniqueId ?? '',
    memory: keyMemory(now),
  });
  const revocation = await interruption.whileWriting(() => revoke({ document, keys, clock, now, say: runner.log.say }));
  if (!target.delivery.to.includes('segment') || options.segmentToken === undefined) return revocation;
  return { ...revocation, notices: [...revocation.notices, ...(await stoppedSyncs(sceneOf(reconciling).segment))] };
}

/** The account, as a run that looks at models alone can act as it: signed in with its key, or by impersonation. */
export function actAsAccount({
  target,
  options,
  signedIn,
  runner,
}: Omit<Reconciling, 'asked' | 'ahead' | 'interruption'>): Promise<AsSegment> {
  const cloud = clientsOf(signedIn, target);
  const { email } = target.names;
  const become = (): Promise<AsAccount> =>
    options.credentials === undefined
      ? becomeAccount(cloud, { email, key: undefined, mask: runner.mask })
      : Promise.resolve({ cloud, how: 'with credentials_json' });
  return actAs(become, signedIn.clock);
}

/** Plan → apply → verify → report: one target. Publishes nothing. */
export async function reconcile(reconciling: Reconciling): Promise<RunReport> {
  const { target, options, asked, runner, interruption } = reconciling;
  const { log } = runner;
  const scene = sceneOf(reconciling);
  const { account } = scene;
  const { writes, verifies } = modes[options.mode];
  const isVerifying = verifies && options.verify !== 'false';
  if (isVerifying) account.begin(); // In the plan's own wave.

  const examined = await log.group('Plan', () => lookAt(reconciling, scene));
  const { plan, diagnostics, isBlocked } = examined;
  // Where access is also revoked, what can be seen before that proves nothing.
  if (isVerifying && !takesAway(plan)) account.expect(claimsIn(plan, target));
  const done = writes && !isBlocked ? await log.group('Apply', () => carryOut(reconciling, scene, plan)) : [];
  const left = { plan: remaining(plan, done), tookAway: writes && takesAway(plan) };
  const isDue = isVerifying && isWhole(examined, done) && !interruption.isAsked();
  const [confirmed, tried] = await Promise.all([
    confirm(done, 'beside'),
    isDue ? log.group('Verify', () => verify(reconciling, scene, left)) : undefined,
  ]);
  const outcomes = await confirm(confirmed, 'after');
  const consumer = await consumerIn(reconciling, scene);
  consumer?.notices.forEach((notice) => log.say(`Key in use: ${sentence(notice)}`));
  const models = await validateBeside(reconciling, scene);
  const keyMadeAt = await whenKeyWasMade(scene, plan);
  return reportOf({
    ...{ asked, scene, plan, outcomes, isBlocked, diagnostics, tried, consumer, models, keyMadeAt },
    verify: options.verify,
  });
}

/** @throws Blocked where the run was told to end meanwhile */
async function lookAt(reconciling: Reconciling, scene: Scene): Promise<Examined> {
  const examined = await examine(reconciling, scene);
  if (reconciling.interruption.isAsked()) throw interrupted(`finish mode ${reconciling.options.mode}`);
  return examined;
}

function isWhole({ isBlocked }: Examined, outcomes: readonly Outcome[]): boolean {
  return !isBlocked && outcomes.every(({ result }) => result !== 'failed');
}

function carryOut(
  { target, runner, interruption }: Reconciling,
  { cloud, account }: Scene,
  plan: Plan,
): Promise<Outcome[]> {
  const { say } = runner.log;
  const options: ApplyOptions = {
    clock: cloud.clock,
    beforeTaking: () => account.waitUntilEffective(grantClaimsIn(plan, target)),
    onDone: (done) => doneLines(done).forEach(say),
    say,
    interruption,
  };
  return interruption.whileWriting(() => apply(plan, options));
}

/** What is left to say about a target after apply: the rest of the plan, and whether rights were taken away. */
type Left = Pick<Parameters<typeof verifyPlan>[0], 'plan' | 'tookAway'>;

async function verify(
  { target, options, runner }: Reconciling,
  { account, cloud, segment }: Scene,
  left: Left,
): ReturnType<typeof verifyPlan> {
  const { say } = runner.log;
  const [verified, synced] = await Promise.all([
    verifyPlan({ account, cloud, target, ...left }),
    verifySyncs({ target, options, account, segment, clock: cloud.clock, say }),
  ]);
  const { verification } = verified;
  const all = verification.isVerified
    ? { ...verification, proofs: [...verification.proofs, ...synced.proofs] }
    : verification;
  proofLines(all).forEach(say);
  return { verification: all, notices: [...verified.notices, ...synced.notices] };
}

/** Which key Segment uses, where a key goes there; undefined elsewhere. */
async function consumerIn(
  { target, options }: Reconciling,
  { account, claims, cloud, keyList, segment }: Scene,
): Promise<ConsumerReport | undefined> {
  if (!target.delivery.to.includes('segment') || modes[options.mode].wants === 'absent') return undefined;
  try {
    const { sourceId } = segment.progress;
    const [consumption, { owned }, keys] = await Promise.all([
      sourceId === undefined ? segment.consumption() : NEW,
      claims.read(),
      keyList(),
    ]);
    const { keyId: inUse } = options.credentials ?? {};
    const isIssued = account.issued() !== undefined;
    return reportConsumer({ consumption, owned, keys, isIssued, inUse, now: cloud.clock.now() });
  } catch (error) {
    // What could not be read has its own step, which says so.
    if (!(error instanceof ApiError)) throw error;
    return reportConsumer({ ...NOTHING, inUse: undefined, now: cloud.clock.now() });
  }
}

/** Nothing can hang yet on a source that this very run made. */
const NEW = { syncs: [], uses: [], keys: [] };
const NOTHING = { consumption: undefined, owned: undefined, keys: [], isIssued: false };

/** Models that were validated besides, and what no dry run tells of them. */
interface Beside extends Validated {
  readonly notices: readonly Notice[];
}

/** After apply, when the account may do what it is to do. */
async function validateBeside(
  { runner, target }: Reconciling,
  { cloud, validated }: Scene,
): Promise<Beside | undefined> {
  if (validated === undefined) return undefined;
  return runner.log.group('Models', async () => {
    const found = await validated();
    const notices = await rowPolicyNotices(cloud, found.report, target.names.member);
    const live = verificationOf(found);
    const lines = [...modelLines(found.report), ...(live === undefined ? [] : proofLines(live))];
    lines.forEach(runner.log.say);
    return { ...found, notices };
  });
}

/** Everything that was found and done. */
interface Facts extends Examined {
  readonly asked: Asked;
  readonly verify: Verifying;
  readonly scene: Scene;
  readonly outcomes: readonly Outcome[];
  /** undefined where nothing was verified. */
  readonly tried: Awaited<ReturnType<typeof verifyPlan>> | undefined;
  readonly consumer: ConsumerReport | undefined;
  /** undefined where there are no models. */
  readonly models: Beside | undefined;
  readonly keyMadeAt: number | undefined;
}

/** Of the key that is delivered when the run is over; undefined where there is none, or nobody has looked. */
async function whenKeyWasMade({ account, cloud, keyList }: Scene, plan: Plan): Promise<number | undefined> {
  if (account.issued() !== undefined) return cloud.clock.now();
  const delivered = plan.steps.map(({ outputs }) => outputs.key_id ?? '').find((id) => id !== '');
  if (delivered === undefined) return undefined;
  return (await keyList()).find(({ id }) => id === delivered)?.createdAt;
}

function reportOf(facts: Facts): RunReport {
  const { asked, verify, scene, plan, outcomes, isBlocked, diagnostics, tried, consumer, models, keyMadeAt } = facts;
  const { mode, reporting } = asked;
  const { failOn } = reporting;
  const verification = together(tried?.verification, models && verificationOf(models));
  const refusals = modes[mode].writes ? 0 : refusalsIn(plan, diagnostics).length;
  const verdict = conclude({ mode, failOn, verify, plan, outcomes, verification, isBlocked, refusals });
  return {
    ...asked,
    ...keyFactsOf(scene, consumer),
    keyMadeAt,
    plan,
    outcomes,
    verification,
    models: models?.report,
    diagnostics: [
      ...diagnostics,
      ...unverified(verification, verify),
      ...losable(scene, asked),
      ...noticesIn(tried),
      ...noticesIn(consumer),
      ...noticesBeside(models),
    ],
    verdict: withModels(verdict, models?.report, reporting.modelsFailOn),
  };
}

function keyFactsOf({ account, destinations, segment }: Scene, consumer: ConsumerReport | undefined): KeyFacts {
  return {
    issuedKeyId: account.issued()?.id,
    destinations: destinations.map(({ name }) => name),
    consumer: consumer && {
      state: consumer.consumer,
      lastSync: consumer.lastSync,
      madeId: segment.progress.sourceId ?? segment.progress.deliveredTo,
    },
  };
}

/** A key that is in a step output alone is gone with the job. */
function losable({ account }: Scene, { target }: Asked): Notice[] {
  if (account.issued() === undefined || target.delivery.to.some((name) => name !== 'output')) return [];
  return [
    {
      severity: 'warning',
      code: 'key.output-only',
      because:
        'the key is in the output key of this step, and nowhere else: if no later step of this job stores it, it is lost',
      remedy: 'Then run mode rotate, or set another key_delivery.',
    },
  ];
}

function noticesIn(found: { readonly notices: readonly Notice[] } | undefined): readonly Notice[] {
  return found?.notices ?? [];
}

function noticesBeside(models: Beside | undefined): readonly Notice[] {
  if (models === undefined) return [];
  const { report, problems, notices } = models;
  return [...problems.map(asNotice), ...noticesOf(report, problems.length > 0), ...notices];
}

/** What kept models from being tried keeps nothing else from being done. */
function asNotice({ code, because, remedy }: Problem): Notice {
  return { severity: 'warning', code, because, remedy };
}

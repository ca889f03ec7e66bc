import { apply, confirm } from '../engine/apply.ts';
import type { ApplyOptions, Outcome } from '../engine/apply.ts';
import { remaining, takesAway } from '../engine/drift.ts';
import { interrupted } from '../engine/interruption.ts';
import type { Plan } from '../engine/plan.ts';
import { sentence } from '../errors/diagnostic.ts';
import { modes } from '../inputs/modes.ts';
import { doneLines } from '../report/log.ts';
import type { RunReport } from '../report/run-report.ts';
import { claimsIn, grantClaimsIn } from '../verify/claims.ts';
import { verifyPlan } from '../verify/verify-plan.ts';
import { verifySyncs } from '../verify/verify-syncs.ts';
import { proofLines } from '../verify/wording.ts';
import { validateBeside } from './beside.ts';
import { reportOf, whenKeyWasMade } from './conclusion.ts';
import { consumerIn } from './consumer.ts';
import { examine } from './examine.ts';
import type { Examined } from './examine.ts';
import type { Reconciling, Scene } from './scene.ts';

/** Plan → apply → verify → report: one target. Publishes nothing. */
export async function reconcile(reconciling: Reconciling, scene: Scene): Promise<RunReport> {
  const { target, options, asked, runner, interruption } = reconciling;
  const { log } = runner;
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

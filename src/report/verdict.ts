import { spell } from '../address.ts';
import type { Outcome } from '../engine/apply.ts';
import { isAnyDrift, measureDrift, remaining } from '../engine/drift.ts';
import type { Drift } from '../engine/drift.ts';
import type { PlanView } from '../engine/plan.ts';
import { modes } from '../inputs/modes.ts';
import type { Mode } from '../inputs/modes.ts';
import type { FailOn, Verifying } from '../inputs/options.ts';
import type { Verification } from '../verify/verification.ts';
import { excessProofs, failedProofs, uncheckedProofs } from '../verify/wording.ts';
import {
  changedLine,
  failedProofsLine,
  foundIn,
  howToFix,
  pendingWork,
  refusalLine,
  verifiedLine,
} from './headlines.ts';
import type { Verdict } from './run-report.ts';

/** What a run comes to, in one word and in one line. Pure. */

/** What was found, what was done, and what was verified of it. */
export interface Work {
  readonly mode: Mode;
  readonly failOn: FailOn;
  readonly plan: PlanView;
  /** Empty where nothing was carried out. */
  readonly outcomes: readonly Outcome[];
  readonly verification: Verification | undefined;
  readonly verify: Verifying;
  /** Whether a run that may write must not. */
  readonly isBlocked: boolean;
  /** Of a run that only reads: how many reasons stand in the way of one that writes. */
  readonly refusals: number;
}

type Ending = Omit<Verdict, 'next' | 'drift'>;

export function conclude(work: Work): Verdict {
  const drift = withExcess(measureDrift(remaining(work.plan, work.outcomes)), work.verification);
  return { drift, next: [], ...ending(work, drift) };
}

function ending(work: Work, drift: Drift): Ending {
  if (work.isBlocked) return { result: 'failed', fails: true, headline: 'Refused: nothing was changed.' };
  return modes[work.mode].writes ? ofWork(work, drift) : ofComparison(work, drift);
}

/** Access that the account should not have is drift, wherever it comes from; what the plan lists already counts once. */
function withExcess(drift: Drift, verification: Verification | undefined): Drift {
  const further = excessProofs(verification).filter(({ diagnosis }) => diagnosis?.code !== 'verify.excess-in-plan');
  return { ...drift, surplus: drift.surplus + further.length };
}

/** What plan and check come to. */
function ofComparison(work: Work, drift: Drift): Ending {
  const { mode, failOn, plan, verification } = work;
  const failed = failedProofs(verification).length;
  const isOff = isAnyDrift(drift);
  const isUnproven = isProofMissing(work);
  const fails = drift.unknown || isUnproven || (modes[mode].failsOnDrift && isFailing(failOn, drift, failed));
  if (drift.unknown) return { result: 'failed', fails, headline: unreadLine(plan, drift) };
  const isTolerated = modes[mode].failsOnDrift && !fails && (isOff || failed > 0);
  const words = [
    ...(isOff ? ofDrift(work, drift) : ofAgreement(work)),
    ...(isUnproven ? [UNPROVEN] : []),
    ...(isTolerated ? [`The step does not fail: fail_on is ${failOn}.`] : []),
  ];
  return { result: resultOf(isOff, isUnproven || failed > 0), fails, headline: words.join(' ') };
}

function unreadLine(plan: PlanView, drift: Drift): string {
  return `Something could not be read.${isAnyDrift(drift) ? ` ${foundIn(plan, drift)} so far.` : ''}`;
}

function resultOf(isOff: boolean, isShort: boolean): Ending['result'] {
  if (isOff) return 'drift';
  return isShort ? 'failed' : 'unchanged';
}

/** What differs, which run fixes it, and what Segment feels of it. */
function ofDrift({ plan, refusals, verification }: Work, drift: Drift): string[] {
  const failed = failedProofs(verification);
  return [
    `${foundIn(plan, drift)}.`,
    refusals > 0 ? refusalLine(refusals) : howToFix(drift, plan),
    ...(failed.length > 0 ? [failedProofsLine(failed)] : []),
  ];
}

/** Nothing differs; what fails all the same, or would be done without it. */
function ofAgreement(work: Work): string[] {
  const { plan, refusals, verification } = work;
  const failed = failedProofs(verification);
  const refused = refusals > 0 ? [refusalLine(refusals)] : [];
  if (failed.length > 0) return [failedProofsLine(failed), ...refused];
  const pending = refusals > 0 ? refused : pendingWork(plan);
  return ['In sync.', ...pending, ...(isProofMissing(work) ? [] : verifiedLine(verification))];
}

const UNPROVEN = 'Access was not verified, and verify is required.';

/** Whether proof was demanded that this run could not give. What fails is told as such. */
function isProofMissing({ mode, verify, verification }: Work): boolean {
  if (verify !== 'required' || !modes[mode].verifies) return false;
  return verification?.isVerified !== true || uncheckedProofs(verification).length > 0;
}

/** Which of what was found fails a check. Missing and changed both keep Segment from working. */
function isFailing(failOn: FailOn, { missing, changed, surplus }: Drift, failed: number): boolean {
  const isShort = missing + changed + failed > 0;
  const isOver = surplus > 0;
  return { any: isShort || isOver, missing: isShort, surplus: isOver, never: false }[failOn];
}

/** What apply, rotate and destroy come to. `drift` is what remains. */
function ofWork(work: Work, drift: Drift): Ending {
  const { mode, outcomes, verification } = work;
  const named = (wanted: readonly Outcome[]): string => wanted.map(({ step }) => spell(step.address)).join(', ');
  const failed = outcomes.filter(({ result }) => result === 'failed');
  if (failed.length > 0) return { result: 'failed', fails: true, headline: `Failed at ${named(failed)}.` };
  const claims = failedProofs(verification);
  if (claims.length > 0) return { result: 'failed', fails: true, headline: failedProofsLine(claims) };
  const changed = outcomes.filter(({ result }) => result !== 'unchanged' && result !== 'skipped');
  const kept = drift.surplus > 0 ? [`Kept: ${String(drift.surplus)} surplus; prune: true removes them.`] : [];
  const fails = isProofMissing(work);
  const rest = [...kept, ...(fails ? [UNPROVEN] : verifiedLine(verification))];
  if (changed.length === 0) {
    const nothing = modes[mode].wants === 'absent' ? 'No managed resources found.' : 'In sync.';
    return { result: fails ? 'failed' : 'unchanged', fails, headline: [nothing, ...rest].join(' ') };
  }
  return { result: fails ? 'failed' : 'changed', fails, headline: [changedLine(changed), ...rest].join(' ') };
}

import { spell } from '../address.ts';
import type { Outcome } from '../engine/apply.ts';
import { isAnyDrift, measureDrift, remaining } from '../engine/drift.ts';
import type { Drift } from '../engine/drift.ts';
import type { PlanView } from '../engine/plan.ts';
import { modes } from '../inputs/modes.ts';
import type { Mode } from '../inputs/modes.ts';
import type { FailOn } from '../inputs/options.ts';
import type { Verification } from '../verify/verification.ts';
import { excessProofs, failedProofs } from '../verify/wording.ts';
import { driftCounts, failedProofsLine, howToFix, pendingWork, verifiedLine } from './headlines.ts';
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
  /** Whether a run that may write must not. */
  readonly isBlocked: boolean;
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

/** Access that the account should not have is drift, wherever it comes from. */
function withExcess(drift: Drift, verification: Verification | undefined): Drift {
  return { ...drift, surplus: drift.surplus + excessProofs(verification).length };
}

/** What plan and check come to. */
function ofComparison(work: Work, drift: Drift): Ending {
  const { mode, failOn, plan, verification } = work;
  const failed = failedProofs(verification);
  const isOff = isAnyDrift(drift);
  const fails = drift.unknown || (modes[mode].failsOnDrift && isFailing(failOn, drift, failed.length));
  if (drift.unknown) {
    const soFar = isOff ? ` Drift so far: ${driftCounts(drift)}.` : '';
    return { result: 'failed', fails, headline: `Something could not be read.${soFar}` };
  }
  const tolerated = modes[mode].failsOnDrift && !fails ? ` The step does not fail: fail_on is ${failOn}.` : '';
  const claims = failed.length > 0 ? ` ${failedProofsLine(failed)}` : '';
  if (isOff) {
    const headline = `Drift: ${driftCounts(drift)}. ${howToFix(drift, plan)}${claims}${tolerated}`;
    return { result: 'drift', fails, headline };
  }
  if (failed.length > 0) return { result: 'failed', fails, headline: failedProofsLine(failed) + tolerated };
  return { result: 'unchanged', fails, headline: `In sync.${pendingWork(plan)}${verifiedLine(verification)}` };
}

/** Which of what was found fails a check. Missing and changed both keep Segment from working. */
function isFailing(failOn: FailOn, { missing, changed, surplus }: Drift, failed: number): boolean {
  const isShort = missing + changed + failed > 0;
  const isOver = surplus > 0;
  return { any: isShort || isOver, missing: isShort, surplus: isOver, never: false }[failOn];
}

/** What apply, rotate and destroy come to. `drift` is what remains. */
function ofWork({ mode, outcomes, verification }: Work, drift: Drift): Ending {
  const named = (wanted: readonly Outcome[]): string => wanted.map(({ step }) => spell(step.address)).join(', ');
  const failed = outcomes.filter(({ result }) => result === 'failed');
  if (failed.length > 0) return { result: 'failed', fails: true, headline: `Failed at ${named(failed)}.` };
  const claims = failedProofs(verification);
  if (claims.length > 0) return { result: 'failed', fails: true, headline: failedProofsLine(claims) };
  const changed = outcomes.filter(({ result }) => result !== 'unchanged' && result !== 'skipped');
  const kept = drift.surplus > 0 ? ` Kept: ${String(drift.surplus)} surplus; prune: true removes them.` : '';
  const rest = kept + verifiedLine(verification);
  if (changed.length === 0) {
    const nothing = modes[mode].wants === 'absent' ? 'No managed resources found.' : 'In sync.';
    return { result: 'unchanged', fails: false, headline: nothing + rest };
  }
  const list = changed.map(({ step, result }) => `${spell(step.address)} (${result})`).join(', ');
  return { result: 'changed', fails: false, headline: `Changed: ${list}.${rest}` };
}

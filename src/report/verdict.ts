import type { Outcome } from '../engine/apply.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { modes } from '../inputs/modes.ts';
import type { FailOn } from '../inputs/report.ts';
import { isAnyDrift, isCarriedOut, measureDrift } from '../engine/plan.ts';
import type { Drift, Plan } from '../engine/plan.ts';
import { failedClaims, surplusClaims } from '../verify/wording.ts';
import type { Proof, Proofs } from '../verify/prove.ts';

/** What a run comes to, in one word and in one line. Pure. */

/** The step output `result`. */
export type Verdict = 'unchanged' | 'changed' | 'drift' | 'failed';

/** What the run comes to. */
export interface Ending {
  readonly verdict: Verdict;
  readonly drift: Drift;
  /** One line that says it all. */
  readonly headline: string;
  /** Whether the step ends red. */
  readonly red: boolean;
}

/** What the run comes to. */
export function conclude(work: Work, inputs: Inputs): Ending {
  if (work.isRefused) return concludeRefusal(work.plan);
  return modes[inputs.mode].writes ? concludeWork(work, inputs) : concludeLook(work, inputs);
}

/** What plan and check come to. */
function concludeLook({ plan, proofs }: Work, inputs: Inputs): Ending {
  const drift = withProofs(measureDrift(plan), proofs);
  const off = isAnyDrift(drift);
  const wantsAbsent = modes[inputs.mode].wants === 'absent';
  const failed = failedClaims(proofs);
  const isTold = modes[inputs.mode].redOnDrift && isRed({ drift, failed: failed.length }, inputs.failOn);
  const red = drift.unknown || isTold;
  const mercy =
    (off || failed.length > 0) && modes[inputs.mode].redOnDrift && !red ? ` Not red: fail_on is ${inputs.failOn}.` : '';
  const counts = countsOf(drift);
  if (drift.unknown)
    return {
      verdict: 'failed',
      drift,
      red,
      headline: `Something could not be looked at${off ? `; and ${counts}` : ''}.`,
    };
  const claims = failed.length > 0 ? ` ${failedLine(failed)}` : '';
  if (off && !wantsAbsent)
    return { verdict: 'drift', drift, red, headline: `Drift: ${counts}. ${mendedBy(drift)}${claims}${mercy}` };
  if (failed.length > 0) return { verdict: 'failed', drift, red, headline: failedLine(failed) + mercy };
  const pending = plan.steps.some((step) => step.action !== 'none');
  return {
    verdict: 'unchanged',
    drift,
    red,
    headline: pending
      ? `No drift; apply would ${pendingWork(plan)}.${provenLine(proofs)}`
      : `No drift: everything is as the guide wants it.${provenLine(proofs)}`,
  };
}

/** Which of what was found fails a check. What is missing, and what is not as it should be, both keep Segment from working. */
function isRed({ drift, failed }: { readonly drift: Drift; readonly failed: number }, failOn: FailOn): boolean {
  const isShort = drift.missing + drift.changed + failed > 0;
  const isOver = drift.surplus > 0;
  return { any: isShort || isOver, missing: isShort, surplus: isOver, never: false }[failOn];
}

/** What apply would do although nothing is off. */
function pendingWork(plan: Plan): string {
  const exemptions = plan.steps.flatMap((step) => step.differences.map(({ exempt }) => exempt));
  const works = [
    ['adoption', 'take over what is there'],
    ['renewal', 'renew the key'],
    ['housekeeping', 'clear up superseded keys'],
  ] as const;
  return works.flatMap(([exemption, work]) => (exemptions.includes(exemption) ? [work] : [])).join(', ');
}

/** Which run mends it: surplus is never removed unasked. */
function mendedBy(drift: Drift): string {
  if (drift.surplus === 0) return 'Mode apply mends it.';
  const rest = 'prune: true removes what is surplus.';
  return drift.missing + drift.changed > 0 ? `Mode apply mends it; ${rest}` : `Mode apply with ${rest}`;
}

/** What a run that may write comes to when it must not. */
function concludeRefusal(plan: Plan): Ending {
  return { verdict: 'failed', drift: measureDrift(plan), red: true, headline: 'Refused before anything was changed.' };
}

/** What was found, what was done, and what was proven of it. */
export interface Work {
  readonly plan: Plan;
  /** Whether a run that may write must not. */
  readonly isRefused: boolean;
  /** Empty where nothing was carried out. */
  readonly outcomes: readonly Outcome[];
  readonly proofs: Proofs | undefined;
}

/** A right that the account should not have is drift, wherever it comes from. */
function withProofs(drift: Drift, proofs: Proofs | undefined): Drift {
  return { ...drift, surplus: drift.surplus + surplusClaims(proofs).length };
}

function failedLine(failed: readonly Proof[]): string {
  const [first] = failed;
  const more = failed.length > 1 ? `, and ${String(failed.length - 1)} more` : '';
  const late = failed.every(({ outcome }) => outcome === 'not yet effective') ? ' (not yet effective)' : '';
  return `The account cannot ${first?.claim.what ?? ''}${late}${more}.`;
}

/** What stands behind the verdict: proof, or none. */
function provenLine(proofs: Proofs | undefined): string {
  if (proofs === undefined) return '';
  if ('why' in proofs) return ' What the account can do is not proven.';
  return ` Proven as the account itself: ${String(proofs.proofs.length)} claims.`;
}

/** What apply and destroy come to. `left` is the drift that remains. */
function concludeWork({ plan, outcomes, proofs }: Work, inputs: Inputs): Ending {
  const failed = outcomes.filter(({ result }) => result === 'failed');
  const changed = outcomes.filter(({ result }) => ['created', 'adopted', 'updated', 'deleted'].includes(result));
  const left = remaining(plan, outcomes);
  const drift = withProofs(measureDrift(left), proofs);
  const claims = failedClaims(proofs);
  if (failed.length > 0) {
    return {
      verdict: 'failed',
      drift,
      red: true,
      headline: `Failed at ${failed.map(({ step }) => step.resource.address).join(', ')}.`,
    };
  }
  if (claims.length > 0) return { verdict: 'failed', drift, red: true, headline: failedLine(claims) };
  const surplus =
    drift.surplus > 0
      ? ` ${String(drift.surplus)} beyond the access mode left alone: prune: true removes what is surplus.`
      : '';
  if (changed.length === 0) {
    const what =
      modes[inputs.mode].wants === 'absent'
        ? 'Nothing of ours is there.'
        : 'Nothing to do: everything is as the guide wants it.';
    return { verdict: 'unchanged', drift, red: false, headline: what + surplus + provenLine(proofs) };
  }
  const list = changed.map(({ step, result }) => `${step.resource.address} ${result}`).join(', ');
  return { verdict: 'changed', drift, red: false, headline: `Done: ${list}.${surplus}${provenLine(proofs)}` };
}

/** What of the plan is still to do: steps that did not succeed, and surplus that was left alone. */
export function remaining(plan: Plan, outcomes: readonly Outcome[]): Plan {
  if (outcomes.length === 0) return plan;
  const steps = outcomes.map(({ step, result }) => {
    const done = result !== 'failed' && result !== 'skipped';
    return done ? { ...step, differences: step.differences.filter((one) => !isCarriedOut(one, plan.prune)) } : step;
  });
  return { ...plan, steps };
}

function countsOf(drift: Drift): string {
  const parts = [
    [drift.missing, 'missing'],
    [drift.changed, 'changed'],
    [drift.surplus, 'surplus'],
  ] as const;
  return parts.flatMap(([count, kind]) => (count > 0 ? [`${String(count)} ${kind}`] : [])).join(', ');
}

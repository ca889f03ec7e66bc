import { spell } from '../address.ts';
import type { Address } from '../address.ts';
import type { Outcome } from '../engine/apply.ts';
import { isDrift } from '../engine/drift.ts';
import type { Drift } from '../engine/drift.ts';
import { isByHand, isConsented } from '../engine/plan.ts';
import type { PlanView } from '../engine/plan.ts';
import type { Difference } from '../engine/resource.ts';
import type { Proof, Verification } from '../verify/verification.ts';
import { uncheckedProofs } from '../verify/wording.ts';
import { kindsBySeverity } from './differences.ts';

/** The clauses that headlines are made of. Pure. */

/** `1 access check`, `2 access checks` */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1 missing, 2 changed` */
export function driftCounts(drift: Drift): string {
  return kindsBySeverity.flatMap((kind) => (drift[kind] > 0 ? [`${String(drift[kind])} ${kind}`] : [])).join(', ');
}

/** `Drift: 1 missing`; where nothing was ever set up, nothing has drifted: `To set up: 6 to add`. */
export function foundIn(plan: PlanView, drift: Drift): string {
  return isFirst(plan, drift) ? `To set up: ${String(drift.missing)} to add` : `Drift: ${driftCounts(drift)}`;
}

const OWN: readonly Address['kind'][] = ['role', 'service-account', 'segment-source'];

/** Whether nothing was ever set up: none of what this action makes itself is there. */
export function isFirst({ steps }: PlanView, { changed, surplus }: Drift): boolean {
  const own = steps.filter(({ address, want }) => want === 'present' && OWN.includes(address.kind));
  return changed + surplus === 0 && own.length > 0 && own.every(({ action }) => action === 'create');
}

/** `Mode apply would refuse, for 2 reasons: see the blocking problems.` */
export function refusalLine(reasons: number): string {
  return `Mode apply would refuse, for ${counted(reasons, 'reason')}: see the blocking problems.`;
}

/** Which run fixes it: surplus is never removed unasked, and what is not about our account alone never at all. */
export function howToFix(drift: Drift, plan: PlanView): string {
  const { missing, changed, surplus } = drift;
  const { steps } = plan;
  if (isFirst(plan, drift)) return 'Run mode apply to do so.';
  if (surplus === 0) return 'Run mode apply to fix this.';
  const planned = steps.flatMap(({ differences }) => differences).filter(isSurplus);
  if (planned.length === surplus && planned.every(({ change }) => isConsented(change)))
    return 'Run mode apply to fix this.';
  const isLeftToPeople = planned.length > 0 && planned.every(({ change }) => isByHand(change));
  if (missing + changed === 0) {
    return isLeftToPeople
      ? 'No mode removes this surplus: its message says what to do by hand.'
      : 'Run mode apply with prune: true to remove what is surplus.';
  }
  if (isLeftToPeople) return 'Run mode apply to fix this, except for the surplus: its message says what to do by hand.';
  // Surplus that only an access check has found may come from what apply changes anyway.
  return planned.length === 0
    ? 'Run mode apply to fix this.'
    : 'Run mode apply to fix this; with prune: true it also removes what is surplus.';
}

function isSurplus(difference: Difference): boolean {
  return difference.kind === 'surplus' && isDrift(difference);
}

const WORKS = [
  ['adoption', 'adopt existing resources'],
  ['renewal', 'renew the key'],
  ['housekeeping', 'clean up what is superseded'],
] as const;

/** `Mode apply would renew the key.`: what it would do although nothing has drifted; else nothing. */
export function pendingWork({ steps }: PlanView): string[] {
  const exemptions = steps.flatMap((step) => step.differences.map(({ exempt }) => exempt));
  const works = WORKS.flatMap(([exemption, work]) => (exemptions.includes(exemption) ? [work] : []));
  return works.length === 0 ? [] : [`Mode apply would ${works.join(', ')}.`];
}

const MOST_NAMED = 3;

/** `Changed: dataset/x (created).`; where that would be long: `9 resources changed.` */
export function changedLine(changed: readonly Outcome[]): string {
  if (changed.length > MOST_NAMED) return `${counted(changed.length, 'resource')} changed.`;
  return `Changed: ${changed.map(({ step, result }) => `${spell(step.address)} (${result})`).join(', ')}.`;
}

/** `The service account cannot mint a token (not yet effective), and 2 more.` */
export function failedProofsLine(failed: readonly Proof[]): string {
  const more = failed.length > 1 ? `, and ${String(failed.length - 1)} more` : '';
  const late = failed.every(({ outcome }) => outcome === 'not yet effective') ? ' (not yet effective)' : '';
  return `The service account cannot ${failed[0]?.claim.what ?? ''}${late}${more}.`;
}

/** `All 15 access checks passed.`; that nothing was verified is said as well. */
export function verifiedLine(verification: Verification | undefined): string[] {
  if (verification === undefined) return [];
  if (!verification.isVerified) return ['Access was not verified.'];
  const { proofs } = verification;
  const held = proofs.filter(({ outcome }) => outcome === 'holds').length;
  const unchecked = uncheckedProofs(verification).length;
  const made = proofs.length - unchecked;
  const rest = unchecked === 0 ? '' : ` (${String(unchecked)} not checked)`;
  return held === made
    ? [`All ${counted(held, 'access check')} passed${rest}.`]
    : [`${String(held)} of ${counted(made, 'access check')} passed${rest}.`];
}

import { isAnyDrift, isCarriedOut } from '../engine/plan.ts';
import type { Drift, Plan, Step } from '../engine/plan.ts';
import { sentence } from '../errors/diagnostic.ts';
import type { Refusal } from '../errors/diagnostic.ts';
import { adviseOn } from '../errors/explain.ts';
import type { Difference, Note, Phase } from '../engine/resource.ts';

/** From a plan to lines, sentences and outputs. Pure: nothing here prints. */

/** The plan, a line or more per resource, as the log shows it. */
export function planLines(plan: Plan): string[] {
  return plan.steps.flatMap((step) => [
    `${sign(step)} ${step.resource.address}: ${summaryOf(step, plan)}`,
    ...step.differences.map((difference) => `      ${differenceLine(difference, plan)}`),
  ]);
}

/** `permission bigquery.jobs.create: absent → present` */
export function differenceLine(difference: Difference, plan: Plan): string {
  const { field, live, desired, kind } = difference;
  const note = isCarriedOut(difference, plan.prune)
    ? exemption(difference)
    : ' (surplus: left alone without prune: true)';
  return `${field}: ${live} → ${desired}${kind === 'surplus' && plan.prune ? ' (surplus, pruned)' : note}`;
}

function exemption({ exempt }: Difference): string {
  return exempt === undefined
    ? ''
    : { adoption: ' (by adoption)', housekeeping: ' (clearing up)', renewal: ' (in good time)' }[exempt];
}

function sign(step: Step): string {
  return { none: '=', create: '+', update: '~', delete: '-', unknown: '?' }[step.action];
}

function summaryOf(step: Step, plan: Plan): string {
  if (step.action === 'unknown') return `could not be looked at: ${adviseOn(step.error).because}`;
  const { want } = step.resource;
  if (step.differences.length === 0) {
    if (step.remark !== undefined) return step.remark;
    return { present: 'as desired', absent: 'nothing of ours to remove', 'left alone': 'left alone' }[want];
  }
  const left = step.differences.filter((difference) => !isCarriedOut(difference, plan.prune)).length;
  if (left === step.differences.length) return `${String(left)} beyond the access mode`;
  const verb = { create: 'to be created', update: 'to be changed', delete: 'to be deleted', none: 'as desired' }[
    step.action
  ];
  return verb;
}

/** A note's words, whatever its weight. */
export function textOf(note: Note): string {
  return typeof note === 'string' ? note : note.warning;
}

/** `✓ role/segmentReverseEtl: made and granted` */
export function doneLine(step: Step, phase: Phase): string {
  const what = { grant: 'made and granted', issue: 'issued and delivered', narrow: 'narrowed', remove: 'removed' }[
    phase
  ];
  return `✓ ${step.resource.address}: ${what}`;
}

/** Everything that would keep apply from going on, as sentences. */
export function refusalSentences(refusals: readonly Refusal[]): string[] {
  return [...new Set(refusals.map(sentence))];
}

/** The drift outputs; `unknown` wins over both. */
export function driftOutputs(drift: Drift): Record<string, string> {
  return {
    drift: drift.unknown ? 'unknown' : String(isAnyDrift(drift)),
    drift_missing: String(drift.missing),
    drift_changed: String(drift.changed),
    drift_surplus: String(drift.surplus),
  };
}

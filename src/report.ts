import type { Inputs } from './inputs.ts';
import { isAnyDrift, isCarriedOut, isDrift } from './plan.ts';
import type { Drift, Plan, Step } from './plan.ts';
import { proofsJson } from './proof-report.ts';
import type { Proofs } from './proof/prove.ts';
import { sentence } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { adviseOn } from './remedy.ts';
import type { Difference, Note, Phase } from './resource.ts';

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

/** What drifted, one sentence each: most severe first, at most as many as GitHub shows beside the headline. */
export function driftSentences(plan: Plan): string[] {
  const severity = ['missing', 'changed', 'surplus'];
  const found = plan.steps
    .flatMap((step) => step.differences.map((difference) => ({ address: step.resource.address, difference })))
    .filter(({ difference }) => isDrift(difference))
    .sort((one, other) => severity.indexOf(one.difference.kind) - severity.indexOf(other.difference.kind));
  const shown = found.slice(0, MOST_ANNOTATIONS).map(({ address, difference: { field, live, desired, kind } }) => {
    return `${address}: ${field} is ${live}, and should be ${desired} (${kind}).`;
  });
  const rest = found.length - shown.length;
  return rest > 0 ? [...shown, `… and ${String(rest)} more: see the summary, or the output plan.`] : shown;
}

/** GitHub shows ten annotations of a kind per step; one is the headline, one may count the rest. */
const MOST_ANNOTATIONS = 8;

/** The drift outputs; `unknown` wins over both. */
export function driftOutputs(drift: Drift): Record<string, string> {
  return {
    drift: drift.unknown ? 'unknown' : String(isAnyDrift(drift)),
    drift_missing: String(drift.missing),
    drift_changed: String(drift.changed),
    drift_surplus: String(drift.surplus),
  };
}

/** What the plan is told with. */
export interface Told {
  readonly inputs: Inputs;
  /** As the run leaves it. */
  readonly drift: Drift;
  readonly proofs: Proofs | undefined;
}

/** The output `plan`: documented by docs/plan.schema.json. Holds no secret, because no difference does. */
export function planJson(plan: Plan, { inputs, drift, proofs }: Told): string {
  const { missing, changed, surplus, unknown } = drift;
  return JSON.stringify({
    version: 1,
    project: inputs.projectId,
    access_mode: inputs.accessMode,
    drift: { missing, changed, surplus, unknown },
    steps: plan.steps.map((step) => ({
      address: step.resource.address,
      want: step.resource.want,
      action: step.action,
      differences: step.differences.map((difference) => ({
        field: difference.field,
        live: difference.live,
        desired: difference.desired,
        kind: difference.kind,
        drift: isDrift(difference),
        carried_out: isCarriedOut(difference, plan.prune),
      })),
      refusals: step.refusals.map(sentence),
      warnings: step.warnings,
      ...(step.error === undefined ? {} : { error: sentence(adviseOn(step.error)) }),
    })),
    ...(proofs === undefined ? {} : { proofs: proofsJson(proofs) }),
  });
}

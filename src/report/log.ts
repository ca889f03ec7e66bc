import { spell } from '../address.ts';
import type { Done } from '../engine/apply.ts';
import { canonical, digestOf, reviewable } from '../engine/digest.ts';
import type { Reviewed } from '../engine/digest.ts';
import { chosenOf } from '../engine/plan.ts';
import type { PlanView, StepView } from '../engine/plan.ts';
import { sentence } from '../errors/diagnostic.ts';
import { differenceLine, differenceSentence, remarkOn } from './differences.ts';

/** What the log shows as a run goes, line by line. Pure: nothing here prints. */

const SIGNS = { none: '=', create: '+', update: '~', delete: '-', unknown: '?' };
const VERBS = { none: 'in sync', create: 'to be created', update: 'to be updated', delete: 'to be deleted' };
const DETAIL = '      ';

/** The plan, a line or more per resource. */
export function planLines(plan: PlanView): string[] {
  return plan.steps.flatMap((step) => [
    `${SIGNS[step.action]} ${spell(step.address)}: ${stateOf(step, plan)}`,
    ...step.differences.map((one) => `${DETAIL}${differenceLine(one)}${remarkOn(one, plan.prune)}`),
  ]);
}

function stateOf(step: StepView, { prune }: PlanView): string {
  const { action, differences } = step;
  if (action === 'unknown') return `could not be read: ${step.problems.map(({ because }) => because).join('; ')}`;
  if (differences.length === 0) return inSync(step);
  if (chosenOf(step, prune).length > 0) return VERBS[action];
  return `${String(differences.length)} surplus`;
}

/** What is said of a thing in which nothing differs. */
export function inSync({ want, remark }: StepView): string {
  return remark ?? { present: 'in sync', absent: 'nothing to remove', unmanaged: 'not managed' }[want];
}

/** What has come due by time alone since the review, and waits for the next run. */
export function lateLines(now: PlanView, reviewed: PlanView): string[] {
  return now.steps.flatMap((step, index) => {
    const known = (reviewed.steps[index]?.differences ?? []).map(({ change }) => canonical(change));
    const late = chosenOf(step, now.prune).filter(({ change }) => !known.includes(canonical(change)));
    return late.map(
      (one) => `Came due since the review, and waits for the next run: ${differenceSentence(step.address, one)}`,
    );
  });
}

/** `✓ service-account/x: enabled`, and below it what a person should know of it. */
export function doneLines({ step, deeds, notices }: Done): string[] {
  const told = notices.map((notice) => `${DETAIL}${sentence(notice)}`);
  return [`✓ ${spell(step.address)}: ${deeds.join(', ')}`, ...told];
}

/** How the log names a plan. */
export function digestLine(plan: PlanView, target: Reviewed['target']): string {
  const reviewed = reviewable(plan, target);
  if ('unread' in reviewed) return `No plan digest: ${reviewed.unread.map(spell).join(', ')} could not be read.`;
  return `Plan digest: ${digestOf(reviewed)}`;
}

import { isDrift } from '../engine/plan.ts';
import type { Plan } from '../engine/plan.ts';

/** What GitHub shows beside the log: errors and warnings, most severe first. Pure. */

/** GitHub shows ten annotations of a kind per step, and drops the rest without a word. */
const MOST = 10;
/** GitHub cuts a message at 4,096 characters. */
const LONGEST = 4_000;

/** Sentences by weight. */
export interface Findings {
  readonly refusals: readonly string[];
  /** Claims that do not hold. */
  readonly failures: readonly string[];
  readonly drift: readonly string[];
  readonly warnings: readonly string[];
}

/** What is annotated, and what is only logged. */
export interface Annotations {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** What found no place above. */
  readonly rest: readonly string[];
}

/** @param isRed - whether the step fails; its headline is an error besides */
export function annotate({ refusals, failures, drift, warnings }: Findings, isRed: boolean): Annotations {
  const findings = [...refusals, ...failures, ...drift];
  const tolerated = [...refusals.map((refusal) => `apply would refuse: ${refusal}`), ...failures, ...drift];
  const errors = fit(isRed ? findings : [], MOST - 1);
  // One is left for a comment that cannot be written.
  const lesser = fit([...(isRed ? [] : tolerated), ...warnings], MOST - 1);
  return { errors: errors.shown, warnings: lesser.shown, rest: [...errors.rest, ...lesser.rest] };
}

function fit(sentences: readonly string[], most: number): { readonly shown: string[]; readonly rest: string[] } {
  const shown = sentences.map(cut);
  if (shown.length <= most) return { shown, rest: [] };
  const rest = sentences.slice(most - 1);
  return {
    shown: [
      ...shown.slice(0, most - 1),
      `… and ${String(rest.length)} more: see the log, the summary, or the output plan.`,
    ],
    rest,
  };
}

function cut(sentence: string): string {
  return sentence.length <= LONGEST ? sentence : `${sentence.slice(0, LONGEST)} …`;
}

/** What drifted, one sentence each, most severe first. */
export function driftSentences(plan: Plan): string[] {
  const severity = ['missing', 'changed', 'surplus'];
  return plan.steps
    .flatMap((step) => step.differences.map((difference) => ({ address: step.resource.address, difference })))
    .filter(({ difference }) => isDrift(difference))
    .sort((one, other) => severity.indexOf(one.difference.kind) - severity.indexOf(other.difference.kind))
    .map(({ address, difference: { field, live, desired, kind } }) => {
      return `${address}: ${field} is ${live}, and should be ${desired} (${kind}).`;
    });
}

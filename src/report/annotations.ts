import { isDrift } from '../engine/drift.ts';
import { modes } from '../inputs/modes.ts';
import { proofProblems } from '../verify/wording.ts';
import { asSentences, noticeSentences, problemSentences } from './diagnostics.ts';
import { differenceSentence, severityRank } from './differences.ts';
import type { RunReport } from './run-report.ts';

/** What GitHub shows beside the log: errors and warnings, most severe first. Pure. */

/** GitHub shows ten annotations of a kind per step, and drops the rest without a word. */
const MOST = 10;
/** GitHub cuts a message at 4,096 characters. */
const LONGEST = 4_000;

/** What is annotated, and what is only logged. */
export interface Annotations {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** What found no place above. */
  readonly rest: readonly string[];
}

export function annotationsOf(report: RunReport): Annotations {
  const problems = problemSentences(report);
  const found = [...asSentences(proofProblems(report.verification)), ...driftSentences(report)];
  const warnings = noticeSentences(report, 'warning');
  const { fails } = report.verdict;
  const tolerated = [...problems.map((problem) => `Mode apply would refuse: ${problem}`), ...found];
  // One is left for the headline of a step that fails …
  const errors = fit(fails ? [...problems, ...found] : [], MOST - 1);
  // … and one for a comment that cannot be written.
  const lesser = fit(fails ? warnings : [...tolerated, ...warnings], MOST - 1);
  return { errors: errors.shown, warnings: lesser.shown, rest: [...errors.rest, ...lesser.rest] };
}

function fit(sentences: readonly string[], most: number): { readonly shown: string[]; readonly rest: string[] } {
  const shown = sentences.map(cut);
  if (shown.length <= most) return { shown, rest: [] };
  const rest = sentences.slice(most - 1);
  const more = `… and ${String(rest.length)} more: see the log, the summary, or the output plan.`;
  return { shown: [...shown.slice(0, most - 1), more], rest };
}

function cut(sentence: string): string {
  return sentence.length <= LONGEST ? sentence : `${sentence.slice(0, LONGEST)} …`;
}

/** What drifted, one sentence each, most severe first; only where drift can fail the step. */
function driftSentences({ mode, plan }: RunReport): string[] {
  if (plan === undefined || !modes[mode].failsOnDrift) return [];
  return plan.steps
    .flatMap(({ address, differences }) => differences.map((difference) => ({ address, difference })))
    .filter(({ difference }) => isDrift(difference))
    .sort((one, other) => severityRank(one.difference) - severityRank(other.difference))
    .map(({ address, difference }) => `${differenceSentence(address, difference)} (${difference.kind}).`);
}

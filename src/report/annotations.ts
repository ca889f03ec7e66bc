import { isDrift } from '../engine/drift.ts';
import { modes } from '../inputs/modes.ts';
import type { Weight } from '../models/findings.ts';

import { spellPlace } from '../models/places.ts';
import { proofProblems } from '../verify/wording.ts';
import { noticeSentences, problemsTold } from './diagnostics.ts';
import { withHelp } from './help.ts';
import { differenceSentence, severityRank } from './differences.ts';
import { worthListing } from './models-table.ts';
import type { RunReport } from './run-report.ts';

/** What GitHub shows beside the log: errors and warnings, most severe first. Pure. */

/** GitHub shows ten annotations of a kind per step, and drops the rest without a word. */
const MOST = 10;
/** GitHub cuts a message at 4,096 characters. */
const LONGEST = 4_000;

/** What is annotated, and what is only logged. */
export interface Annotations {
  readonly errors: readonly Note[];
  readonly warnings: readonly Note[];
  readonly notices: readonly Note[];
  /** What found no place above. */
  readonly rest: readonly string[];
}

/** One annotation. */
export interface Note {
  readonly message: string;
  /** Where it belongs, if that is a line of a file. */
  readonly at?: { readonly title: string; readonly file: string; readonly line: number; readonly column: number };
}

export function annotationsOf(report: RunReport): Annotations {
  const { origin } = report;
  const problems = withHelp(problemsTold(report), origin);
  const found = [...withHelp(proofProblems(report.verification), origin), ...driftSentences(report)];
  const warnings = noticeSentences(report, 'warning');
  const { fails } = report.verdict;
  const would = (problem: string): string =>
    modes[report.mode].compares ? `Mode apply would refuse: ${problem}` : problem;
  const grave = [...found.map(bare), ...notesOf(report, 'error')];
  const tolerated = [...problems.map(would).map(bare), ...grave];
  const lighter = [...warnings.map(bare), ...notesOf(report, 'warning')];
  // One is left for the headline of a step that fails …
  const errors = fit(fails ? [...problems.map(bare), ...grave] : [], MOST - 1);
  // … and one for a comment that cannot be written.
  const lesser = fit(fails ? lighter : [...tolerated, ...lighter], MOST - 1);
  const least = fit(notesOf(report, 'notice'), MOST);
  const shown = { errors: errors.shown, warnings: lesser.shown, notices: least.shown };
  return { ...shown, rest: [...errors.rest, ...lesser.rest, ...least.rest] };
}

function bare(message: string): Note {
  return { message };
}

/** What is said of models, each beside its line. */
function notesOf({ models }: RunReport, wanted: Weight): Note[] {
  if (models === undefined) return [];
  return worthListing(models)
    .filter(({ weight }) => weight === wanted)
    .map(({ id, place, message }) => ({ message, at: { title: id, ...place } }));
}

function fit(notes: readonly Note[], most: number): { readonly shown: Note[]; readonly rest: string[] } {
  const shown = notes.map((note) => ({ ...note, message: cut(note.message) }));
  if (shown.length <= most) return { shown, rest: [] };
  const rest = notes
    .slice(most - 1)
    .map(({ message, at }) => (at === undefined ? message : `${spellPlace(at)}: ${message}`));
  const more = `… and ${String(rest.length)} more: see the log, the summary, or the output plan.`;
  return { shown: [...shown.slice(0, most - 1), { message: more }], rest };
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

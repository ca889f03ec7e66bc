import { isSameAddress, spell } from '../address.ts';
import type { Outcome } from '../engine/apply.ts';
import { isDrift } from '../engine/drift.ts';
import { isCarriedOut } from '../engine/plan.ts';
import type { StepView } from '../engine/plan.ts';
import type { Difference } from '../engine/resource.ts';
import type { Target } from '../inputs/target.ts';
import type { Proof } from '../verify/verification.ts';
import { excessProofs, failedProofs, notVerified, uncheckedProofs, worded } from '../verify/wording.ts';
import { severityRank } from './differences.ts';
import { counted } from './headlines.ts';
import { cell, details, table } from './markdown.ts';
import type { Limits } from './markdown.ts';
import type { RunReport } from './run-report.ts';

/** The two tables of a summary. Pure. */

/** One thing that differs, as a row of the table. */
interface Row {
  readonly rank: number;
  readonly cells: readonly string[];
}

const MOST_OPEN = 25;

/** What differs, most severe first; what is too much to read at once is folded. */
export function whatDiffers({ plan, outcomes, target }: RunReport, limits: Limits): string[] {
  const rows = (plan?.steps ?? [])
    .flatMap((step) => rowsOf(step, outcomes, plan?.prune === true))
    .sort((one, other) => one.rank - other.rank)
    .map(({ cells }) => cells.map((text) => shortened(text, target)));
  if (rows.length === 0) return [];
  const head = ['Resource', 'Field', 'Live', 'Desired', outcomes.length === 0 ? 'Difference' : 'Outcome'];
  const draw = (some: readonly (readonly string[])[]): string => table(head, some, { ...limits, code: [0, 1] });
  const shown = rows.slice(0, limits.rows);
  const [open, folded] = [shown.slice(0, MOST_OPEN), shown.slice(MOST_OPEN)];
  const cut = rows.length - shown.length;
  return [
    outcomes.length === 0 ? '### What differs' : '### What changed',
    ...(open.length === 0 ? [] : [draw(open)]),
    ...(folded.length === 0 ? [] : [details(`${String(folded.length)} more`, [draw(folded)])]),
    ...(cut > 0 ? [`… and ${String(cut)} more: the log and the output plan have them all.`] : []),
  ];
}

/** Without the domain of the account's e-mail: it is the project's, which the title names, and makes tables wide. */
export function shortened(text: string, { names }: Target): string {
  return text.replaceAll(names.email.slice(names.accountId.length), '@…');
}

/** What could not be read may hide anything, so it comes before all that is known. */
const UNREAD = -1;
const SIGNS = { missing: '🔴', changed: '🟠', surplus: '🟣' };

function rowsOf(step: StepView, outcomes: readonly Outcome[], prune: boolean): Row[] {
  const address = spell(step.address);
  const outcome = outcomes.find((candidate) => isSameAddress(candidate.step.address, step.address))?.result;
  if (step.action === 'unknown')
    return [{ rank: UNREAD, cells: [address, '', 'could not be read', '', `❔ ${outcome ?? 'unknown'}`] }];
  return step.differences.map((difference) => {
    const { field, live, desired, kind, exempt } = difference;
    const told =
      outcome === undefined ? `${signOf(difference)} ${exempt ?? kind}` : becameOf(difference, outcome, prune);
    return { rank: severityRank(difference), cells: [address, field, live, desired, told] };
  });
}

/** What became of a difference: what carrying it out did, unless its resource failed or was never reached. */
function becameOf(difference: Difference, outcome: Outcome['result'], prune: boolean): string {
  if (!isCarriedOut(difference, prune)) return `${signOf(difference)} kept (surplus)`;
  if (outcome === 'failed' || outcome === 'skipped') return `${signOf(difference)} ${outcome}`;
  return `✅ ${difference.makes}`;
}

function signOf(difference: Difference): string {
  return isDrift(difference) ? SIGNS[difference.kind] : '⚪';
}

const ACCESS = '### Access verification';

/** What was tried as the account; folded where all of it holds. */
export function whatWasVerified({ verification }: RunReport, limits: Limits): string[] {
  if (verification === undefined) return [];
  if (!verification.isVerified) return [ACCESS, cell(notVerified(verification.why), limits.cell)];
  const { how, proofs } = verification;
  const draw = (some: readonly Proof[]): string =>
    table(['The service account', 'Result', 'Details'], some.slice(0, limits.rows).map(proofCells), limits);
  const failed = [...failedProofs(verification), ...excessProofs(verification)];
  const unchecked = uncheckedProofs(verification);
  const held = [...proofs.filter(({ outcome }) => outcome === 'holds'), ...unchecked];
  const count = `${counted(proofs.length, 'access check')} as the service account, ${how}`;
  const passed =
    unchecked.length === 0 ? 'all passed' : `all passed but ${String(unchecked.length)} that could not be made`;
  if (failed.length === 0) return [ACCESS, details(`${count}: ${passed}`, [draw(held)])];
  return [
    ACCESS,
    `${cell(count)}: ${String(failed.length)} failed.`,
    draw(failed),
    details(`${String(held.length - unchecked.length)} passed`, [draw(held)]),
  ];
}

function proofCells(proof: Proof): string[] {
  const { outcome, words, diagnosis } = proof;
  const seen = [words?.replace(/\.$/, ''), diagnosis?.cause].filter((part) => part !== undefined);
  const sign = { holds: '✅', fails: '❌', 'not yet effective': '❌', 'not checked': '⚪' }[outcome];
  return [`${sign} ${worded(proof)}`, outcome, seen.join('; ')];
}

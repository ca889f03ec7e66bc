import { isSameAddress, spell } from '../address.ts';
import type { Outcome } from '../engine/apply.ts';
import { isDrift } from '../engine/drift.ts';
import { isCarriedOut } from '../engine/plan.ts';
import type { StepView } from '../engine/plan.ts';
import type { Difference } from '../engine/resource.ts';
import type { Target } from '../inputs/target.ts';
import type { Proof, Verification } from '../verify/verification.ts';
import { excessProofs, failedProofs, notVerified, uncheckedProofs, worded } from '../verify/wording.ts';
import { severityRank } from './differences.ts';
import { counted, isFirst } from './headlines.ts';
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
export function whatDiffers({ plan, outcomes, target, verdict }: RunReport, limits: Limits): string[] {
  const isNew = plan !== undefined && outcomes.length === 0 && isFirst(plan, verdict.drift);
  const rows = (plan?.steps ?? [])
    .flatMap((step) => rowsOf(step, { outcomes, prune: plan?.prune === true, isNew }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ cells }) => cells.map((text) => shortened(text, target)));
  if (rows.length === 0) return [];
  const head = isNew ? FIRST_HEAD : HEAD;
  const draw = (some: readonly (readonly string[])[]): string =>
    table(head, some, { ...limits, code: isNew ? [0] : [1, 2] });
  const shown = rows.slice(0, limits.rows);
  const [open, folded] = [shown.slice(0, MOST_OPEN), shown.slice(MOST_OPEN)];
  const cut = rows.length - shown.length;
  return [
    ...(isNew ? [] : [outcomes.length === 0 ? '### What differs' : '### What was done']),
    ...(open.length === 0 ? [] : [draw(open)]),
    ...(folded.length === 0 ? [] : [details(`${String(folded.length)} more`, [draw(folded)])]),
    ...(cut > 0 ? [`… and ${String(cut)} more: the log and the output plan have them all.`] : []),
  ];
}

/** The sign comes first: on a phone the rest is to be scrolled to. */
const HEAD = ['Status', 'Resource', 'What', 'Live → desired'];

/** Of a first set-up, which the headline names: everything is to be added. */
const FIRST_HEAD = ['Resource', 'To be added'];

/** Without what names the project, as the title does: it makes tables wide. */
export function shortened(text: string, { names, projectId }: Target): string {
  return text
    .replaceAll(names.email.slice(names.accountId.length), '@…')
    .replaceAll(`projects/${projectId}/roles/`, '');
}

/** What could not be read may hide anything, so it comes before all that is known. */
const UNREAD = -1;
/** A sign stays with its word. */
const BESIDE = '\u00A0';
const SIGNS = { missing: '🔴', changed: '🟠', surplus: '🟣' };

/** What is known of a run besides one step. */
interface Around {
  readonly outcomes: readonly Outcome[];
  readonly prune: boolean;
  /** Whether nothing was ever set up. */
  readonly isNew: boolean;
}

function rowsOf(step: StepView, { outcomes, prune, isNew }: Around): Row[] {
  const address = spell(step.address);
  const outcome = outcomes.find((candidate) => isSameAddress(candidate.step.address, step.address))?.result;
  if (step.action === 'unknown')
    return [{ rank: UNREAD, cells: [`❔${BESIDE}${outcome ?? 'could not be read'}`, address, '', 'unknown'] }];
  return step.differences.map((difference) => {
    const { field, live, desired, kind, exempt } = difference;
    const rank = severityRank(difference);
    if (isNew) return { rank, cells: [address, `${field}: ${desired}`] };
    const told =
      outcome === undefined ? `${signOf(difference)}${exempt ?? kind}` : becameOf(difference, outcome, prune);
    return { rank, cells: [told, address, field, `${live} → ${desired}`] };
  });
}

/** What became of a difference: what carrying it out did, unless its resource failed or was never reached. */
function becameOf(difference: Difference, outcome: Outcome['result'], prune: boolean): string {
  if (!isCarriedOut(difference, prune)) return `${signOf(difference)}kept (surplus)`;
  if (outcome === 'failed' || outcome === 'skipped') return `${signOf(difference)}${outcome}`;
  return `✅${BESIDE}${difference.makes}`;
}

function signOf(difference: Difference): string {
  return (isDrift(difference) ? SIGNS[difference.kind] : '⚪') + BESIDE;
}

const ACCESS = '### Access verification';

/** What of the access checks must be read: what failed, and why nothing was tried. */
export function whatFailed({ verification }: RunReport, limits: Limits): string[] {
  if (verification === undefined) return [];
  if (!verification.isVerified) return [ACCESS, cell(notVerified(verification.why), limits.cell)];
  const failed = [...failedProofs(verification), ...excessProofs(verification)];
  if (failed.length === 0) return [];
  return [ACCESS, `${cell(countOf(verification))}: ${String(failed.length)} failed.`, proofTable(failed, limits)];
}

/** What of them need not be read. */
export function whatHeld({ verification }: RunReport, limits: Limits): string[] {
  if (verification?.isVerified !== true) return [];
  const unchecked = uncheckedProofs(verification);
  const held = verification.proofs.filter(({ outcome }) => outcome === 'holds');
  const isAll = held.length + unchecked.length === verification.proofs.length;
  const passed = isAll ? 'all passed' : `${String(held.length)} passed`;
  const rest = unchecked.length === 0 ? '' : `, ${String(unchecked.length)} could not be made`;
  return [`**${cell(countOf(verification))}: ${passed}${rest}**`, proofTable([...held, ...unchecked], limits)];
}

function countOf({ how, proofs }: Extract<Verification, { readonly isVerified: true }>): string {
  return `${counted(proofs.length, 'access check')} as the service account, ${how}`;
}

function proofTable(some: readonly Proof[], limits: Limits): string {
  return table(['The service account', 'Result', 'Details'], some.slice(0, limits.rows).map(proofCells), limits);
}

function proofCells(proof: Proof): string[] {
  const { outcome, words, diagnosis } = proof;
  const seen = [words?.replace(/\.$/, ''), diagnosis?.cause].filter((part) => part !== undefined);
  const sign = { holds: '✅', fails: '❌', 'not yet effective': '❌', 'not checked': '⚪' }[outcome];
  return [`${sign} ${worded(proof)}`, outcome, seen.join('; ')];
}

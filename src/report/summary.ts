import type { Outcome } from '../engine/apply.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { cell, details, fitting, listOf, table } from './markdown.ts';
import type { Limits } from './markdown.ts';
import { isCarriedOut, isDrift } from '../engine/plan.ts';
import { renderPicture } from './diagram.ts';
import type { Plan, Step } from '../engine/plan.ts';
import { notProven, worded } from '../verify/wording.ts';
import type { Proofs } from '../verify/prove.ts';
import type { Difference } from '../engine/resource.ts';
import { remaining } from './verdict.ts';
import type { Ending } from './verdict.ts';

/** What the job summary, and the comment on a pull request, tell. */
export interface SummaryFacts {
  readonly inputs: Inputs;
  readonly plan: Plan;
  readonly digest: string | undefined;
  /** What lies outside, so that it could not be seen. */
  readonly notSeen: readonly string[];
  /** Empty where nothing was carried out. */
  readonly outcomes: readonly Outcome[];
  readonly proofs: Proofs | undefined;
  readonly ending: Ending;
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** What went on, without being a worry. */
  readonly remarks: readonly string[];
  /** What belongs into Segment, and where it is. */
  readonly handover: readonly (readonly [string, string])[];
}

/** GitHub drops a summary over 1 MiB whole; this leaves room for the steps around ours. */
const MOST_BYTES = 900_000;

/** The job summary: verdict first, what differs, what was proven, the rest folded; folds more until it fits. Pure. */
export function renderSummary(facts: SummaryFacts): string {
  return fitting(MOST_BYTES, (limits) => `${bodyOf(facts, limits).join('\n\n')}\n`);
}

/** The parts of a report, in the order of their weight. */
export function bodyOf(facts: SummaryFacts, limits: Limits): string[] {
  const { inputs, ending, refusals, warnings, remarks, handover, notSeen, digest, proofs } = facts;
  const icon = ending.red ? '❌' : ending.verdict === 'drift' ? '⚠️' : '✅';
  return [
    `## ${icon} Segment Reverse ETL on BigQuery: ${cell(inputs.mode)} of ${cell(inputs.projectId)}`,
    `**${cell(ending.headline, 2_000)}**`,
    ...listOf('What stands in the way', refusals, limits),
    ...whatDiffers(facts, limits),
    ...(limits.picture ? ['### Who can do what', renderPicture(inputs, pictured(facts))] : []),
    ...proven(proofs, limits),
    ...listOf('To know', warnings, limits),
    ...listOf('Besides', remarks, limits),
    ...(handover.length > 0 ? ['### For Segment', table(['What', 'Where'], handover, limits)] : []),
    ...asDesired(facts, limits),
    details('What lies outside, and was not looked at', listOf(undefined, notSeen, limits)),
    ...(digest === undefined ? [] : [`Plan digest: <code>${digest}</code>`]),
  ];
}

/** As it is now: after apply, what is left. */
function pictured({ plan, outcomes }: SummaryFacts): Plan {
  return remaining(plan, outcomes);
}

/** One thing that differs, as a row of the table. */
interface Row {
  readonly severity: number;
  readonly cells: readonly string[];
}

const MOST_OPEN = 25;

function whatDiffers({ plan, outcomes }: SummaryFacts, limits: Limits): string[] {
  const rows = plan.steps
    .flatMap((step) => rowsOf(step, plan, outcomes))
    .sort((one, other) => one.severity - other.severity)
    .map(({ cells }) => cells.map((text) => narrow(text, plan)));
  if (rows.length === 0) return [];
  const head = ['Resource', 'Field', 'Live', 'Desired', outcomes.length === 0 ? 'Difference' : 'Outcome'];
  const shown = rows.slice(0, limits.rows);
  const [open, folded] = [shown.slice(0, MOST_OPEN), shown.slice(MOST_OPEN)];
  const cut = rows.length - shown.length;
  return [
    '### What differs',
    ...(open.length === 0 ? [] : [table(head, open, { ...limits, code: 2 })]),
    ...(folded.length === 0
      ? []
      : [details(`${String(folded.length)} more`, [table(head, folded, { ...limits, code: 2 })])]),
    ...(cut > 0 ? [`… and ${String(cut)} more: the log and the output plan have them all.`] : []),
  ];
}

/** Without the domain of the account's e-mail: it is the project's, which the title names, and makes tables wide. */
function narrow(text: string, plan: Plan): string {
  const email = plan.steps.map(({ facts }) => facts['service_account_email']).find((one) => one !== undefined);
  const domain = /@.+$/.exec(email ?? '')?.[0];
  return domain === undefined ? text : text.replaceAll(domain, '@…');
}

function rowsOf(step: Step, plan: Plan, outcomes: readonly Outcome[]): Row[] {
  const { address } = step.resource;
  const outcome = outcomes.find((candidate) => candidate.step === step)?.result;
  if (step.action === 'unknown')
    return [
      { severity: 0, cells: [address, 'everything', 'could not be looked at', 'known', `❔ ${outcome ?? 'unknown'}`] },
    ];
  return step.differences.map((difference): Row => {
    const { field, live, desired, kind } = difference;
    const left = isCarriedOut(difference, plan.prune) ? undefined : 'left (surplus)';
    const told = outcomes.length === 0 ? (difference.exempt ?? kind) : (left ?? outcome ?? kind);
    return {
      severity: severityOf(difference),
      cells: [address, field, live, desired, `${signOf(difference)} ${told}`],
    };
  });
}

/** What keeps Segment from working comes first; what is no drift comes last. */
function severityOf(difference: Difference): number {
  return isDrift(difference) ? { missing: 1, changed: 2, surplus: 3 }[difference.kind] : 4;
}

function signOf(difference: Difference): string {
  return isDrift(difference) ? { missing: '🔴', changed: '🟠', surplus: '🟣' }[difference.kind] : '⚪';
}

/** What was looked at and found to be right. */
function asDesired({ plan }: SummaryFacts, limits: Limits): string[] {
  const rows = plan.steps
    .filter(({ action, differences }) => action !== 'unknown' && differences.length === 0)
    .map(({ resource, remark }) => [
      narrow(resource.address, plan),
      remark ?? { present: 'as desired', absent: 'nothing of ours', 'left alone': 'left alone' }[resource.want],
    ]);
  if (rows.length === 0) return [];
  return [
    details(`${String(rows.length)} looked at, and as they should be`, [
      table(['Resource', 'Found'], rows.slice(0, limits.rows), { ...limits, code: 1 }),
    ]),
  ];
}

/** What was tried as the account; folded where all of it holds. */
function proven(proofs: Proofs | undefined, limits: Limits): string[] {
  if (proofs === undefined) return [];
  const title = '### What the account can do';
  if ('why' in proofs) return [title, cell(notProven(proofs.why), limits.cell)];
  const isOpen = ({ outcome }: (typeof proofs.proofs)[number]): boolean => outcome !== 'holds';
  const rowOf = (proof: (typeof proofs.proofs)[number]): string[] => [
    `${isOpen(proof) ? '❌' : '✅'} ${worded(proof)}`,
    proof.outcome,
    [proof.words?.replace(/\.$/, ''), proof.diagnosis?.cause].filter((part) => part !== undefined).join('; '),
  ];
  const claims = (rows: readonly string[][]): string =>
    table(['The account', 'Tried', 'What was seen'], rows.slice(0, limits.rows), limits);
  const failed = proofs.proofs.filter(isOpen).map(rowOf);
  const held = proofs.proofs.filter((proof) => !isOpen(proof)).map(rowOf);
  const count = `${String(proofs.proofs.length)} claims, tried ${proofs.how}`;
  if (failed.length === 0) return [title, details(`${count}: all hold`, [claims(held)])];
  const verb = failed.length === 1 ? 'does' : 'do';
  return [
    title,
    `${cell(count)}: ${String(failed.length)} ${verb} not hold.`,
    claims(failed),
    details(`${String(held.length)} hold`, [claims(held)]),
  ];
}

/** The job summary of a run that ended before there was a plan. Pure. */
export function renderFailure(sentences: readonly string[]): string {
  return fitting(MOST_BYTES, (limits) => {
    const parts = ['## ❌ Segment Reverse ETL on BigQuery', ...listOf('What stands in the way', sentences, limits)];
    return `${parts.join('\n\n')}\n`;
  });
}

/** What the job summary tells of a revocation. */
export interface RevocationFacts {
  readonly inputs: Inputs;
  readonly headline: string;
  readonly next: readonly string[];
  readonly warnings: readonly string[];
}

/** The job summary of mode revoke. Pure. */
export function renderRevocation({ inputs, headline, next, warnings }: RevocationFacts): string {
  return fitting(MOST_BYTES, (limits) => {
    const parts = [
      `## 🛑 Segment Reverse ETL on BigQuery: ${cell(inputs.mode)} of ${cell(inputs.projectId)}`,
      `**${cell(headline)}**`,
      ...listOf('To know', warnings, limits),
      ...listOf('What next', next, limits),
    ];
    return `${parts.join('\n\n')}\n`;
  });
}

/** The job summary of a run to which GitHub gives no identity: what could be checked, and what could not. Pure. */
export function renderOffline(inputs: Inputs, why: string, target: Readonly<Record<string, unknown>>): string {
  const wanted = Object.entries(target)
    .filter(([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return fitting(MOST_BYTES, (limits) => {
    const parts = [
      `## ⚪ Segment Reverse ETL on BigQuery: ${cell(inputs.mode)} of ${cell(inputs.projectId)}, not compared`,
      `**${cell(why)}**`,
      'The inputs are well-formed. Nothing in Google Cloud was looked at, so this says nothing about drift.',
      details('What the inputs ask for', [table(['Input', 'Value'], wanted, { ...limits, code: 1 })]),
    ];
    return `${parts.join('\n\n')}\n`;
  });
}

import type { Outcome } from './apply.ts';
import type { Inputs } from './inputs.ts';
import { cell, table } from './markdown.ts';
import { isCarriedOut } from './plan.ts';
import type { Plan } from './plan.ts';
import { notProven, worded } from './proof-report.ts';
import type { Proofs } from './proof/prove.ts';
import type { Ending } from './verdict.ts';

/** What the job summary tells. */
export interface SummaryFacts {
  readonly inputs: Inputs;
  readonly plan: Plan;
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
const FEWEST_ROWS = 20;

/** The job summary: verdict first, one table, the rest folded. Too long a table is cut, and says so. Pure. */
export function renderSummary(facts: SummaryFacts): string {
  const rows = rowsOf(facts);
  let shown = rows.length;
  for (;;) {
    const markdown = render(facts, rows.slice(0, shown), rows.length - shown);
    if (Buffer.byteLength(markdown) <= MOST_BYTES || shown <= FEWEST_ROWS) return markdown;
    shown = Math.max(FEWEST_ROWS, Math.floor(shown / 2));
  }
}

/** The job summary of a run that ended before there was a plan. Pure. */
export function renderFailure(sentences: readonly string[]): string {
  return `${['## ❌ Segment Reverse ETL on BigQuery', ...listOf('What stands in the way', sentences)].join('\n\n')}\n`;
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
  const parts = [
    `## 🛑 Segment Reverse ETL on BigQuery: ${cell(inputs.mode)} of ${cell(inputs.projectId)}`,
    `**${cell(headline)}**`,
    ...listOf('To know', warnings),
    ...listOf('What next', next),
  ];
  return `${parts.join('\n\n')}\n`;
}

type Row = readonly [string, string, string, string, string];

function rowsOf({ plan, outcomes }: SummaryFacts): Row[] {
  return plan.steps.flatMap((step): Row[] => {
    const address = step.resource.address;
    const outcome = outcomes.find((candidate) => candidate.step === step)?.result;
    if (step.action === 'unknown')
      return [[address, 'everything', 'could not be looked at', 'known', outcome ?? 'unknown']];
    if (step.differences.length === 0) return [[address, '', 'as desired', '', outcome ?? 'none']];
    return step.differences.map((difference): Row => {
      const left = isCarriedOut(difference, plan.prune) ? undefined : 'left (surplus)';
      return [address, difference.field, difference.live, difference.desired, left ?? outcome ?? difference.kind];
    });
  });
}

function render(facts: SummaryFacts, rows: readonly Row[], cut: number): string {
  const { inputs, ending, outcomes, proofs, refusals, warnings, remarks, handover } = facts;
  const icon = ending.red ? '❌' : ending.verdict === 'drift' ? '⚠️' : '✅';
  const head = ['Resource', 'Field', 'Live', 'Desired', outcomes.length === 0 ? 'Difference' : 'Outcome'];
  const parts = [
    `## ${icon} Segment Reverse ETL on BigQuery: ${cell(inputs.mode)} of ${cell(inputs.projectId)}`,
    `**${cell(ending.headline)}**`,
    ...listOf('What stands in the way', refusals),
    table(head, rows),
    ...(cut > 0 ? [`… and ${String(cut)} more; the output plan has them all.`] : []),
    ...proven(proofs),
    ...listOf('To know', warnings),
    ...listOf('Besides', remarks),
    ...(handover.length > 0 ? ['### For Segment', table(['What', 'Where'], handover)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What was tried as the account; folded where all of it holds. */
function proven(proofs: Proofs | undefined): string[] {
  if (proofs === undefined) return [];
  const title = '### What the account can do';
  if ('why' in proofs) return [title, cell(notProven(proofs.why))];
  const rows = proofs.proofs.map((proof) => [
    worded(proof),
    proof.outcome,
    [proof.words, proof.diagnosis?.cause].filter((part) => part !== undefined).join('; '),
  ]);
  const claims = table(['The account', 'Tried', 'What was seen'], rows);
  const failed = proofs.proofs.filter(({ outcome }) => outcome !== 'holds').length;
  const count = `${String(rows.length)} claims, tried ${proofs.how}`;
  if (failed > 0) return [title, `${cell(count)}: ${String(failed)} do not hold.`, claims];
  return [title, `<details><summary>${cell(count)}: all hold</summary>`, claims, '</details>'];
}

function listOf(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, lines.map((line) => `- ${cell(line)}`).join('\n')];
}

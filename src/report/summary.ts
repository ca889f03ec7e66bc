import { spell } from '../address.ts';
import type { Outputs } from '../engine/resource.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { modes } from '../inputs/modes.ts';
import { sentence } from '../errors/diagnostic.ts';
import { noticeSentences, notChecked, problemsTold } from './diagnostics.ts';
import { helpUrl } from './help.ts';
import { renderDiagram } from './diagram.ts';
import { counted, isFirst } from './headlines.ts';
import { inSync } from './log.ts';
import { cell, details, fitting, link, listOf, table } from './markdown.ts';
import type { Limits } from './markdown.ts';
import { digestIn } from './plan-json.ts';
import type { Origin, RunReport } from './run-report.ts';
import { whatModelsAre } from './models-table.ts';
import { modelCounts } from './models-verdict.ts';
import { shortened, whatDiffers, whatFailed, whatHeld } from './tables.ts';

/** The job summary: verdict first, what differs, what was verified, the rest folded. Pure. */

/** GitHub drops a summary over 1 MiB whole; this leaves room for the steps around ours. */
export const MOST_BYTES = 900_000;
export const TITLE = 'Segment Reverse ETL on BigQuery';

/** Folds more and more until it fits. */
export function renderSummary(report: RunReport): string {
  return fitting(MOST_BYTES, (limits) => summaryParts(report, limits, 'long'), '\n');
}

/** GitHub refuses comments and issues of more than 65,536 characters. A byte is never less than a character of it. */
export const MOST_OF_OUTPUT = 60_000;

/** The same for an issue, a comment or a chat: the output `report`. */
export function renderReport(report: RunReport): string {
  return fitting(MOST_OF_OUTPUT, (limits) => summaryParts(report, limits, 'short'));
}

/** `short`: among what others say, where a picture is opened by whoever wants it. */
type Length = 'short' | 'long';

/** The parts of a report, in the order of their weight. */
export function summaryParts(report: RunReport, limits: Limits, length: Length): string[] {
  const { mode, plan, target, verdict } = report;
  const drawn = limits.diagram ? renderDiagram(report) : '';
  const isOpen = length === 'long' && verdict.result === 'drift' && plan !== undefined && !isFirst(plan, verdict.drift);
  return [
    `## ${iconOf(report)} ${TITLE}: ${cell(mode)} of ${cell(target.projectId)}`,
    `**${cell(verdict.headline, 2_000)}**`,
    ...problemList(problemsTold(report), report.origin, limits),
    ...whatDiffers(report, limits),
    ...(isOpen && drawn !== '' ? ['### Who can do what', drawn] : []),
    ...whatModelsAre(report, limits),
    ...whatFailed(report, limits),
    ...listOf('Warnings', noticeSentences(report, 'warning'), limits),
    ...listOf('Next steps', verdict.next, limits),
    ...handover(report, limits),
    ...digestToUse(report),
    ...(plan === undefined ? whatWasAsked(report, limits) : [folded(report, limits, isOpen ? '' : drawn)]),
  ];
}

/** What stands in the way, each with a link to what to do about it. */
function problemList(problems: readonly Problem[], origin: Origin, limits: Limits): string[] {
  const told = new Map(problems.map((problem) => [sentence(problem), helpUrl(origin, problem)]));
  return listOf('Blocking problems', [...told.keys()], limits, (text) => [link('Help', told.get(text) ?? '')]);
}

/** What was not verified is no green tick. */
function iconOf({ mode, plan, models, verdict, verification }: RunReport): string {
  if (verdict.fails) return '❌';
  if (plan === undefined) return modes[mode].revokes ? '🛑' : modelsIcon(models);
  if (!modes[mode].writes && isFirst(plan, verdict.drift)) return '📝';
  if (verdict.result === 'drift') return '⚠️';
  return modes[mode].verifies && verification?.isVerified !== true ? '⚪' : '✅';
}

/** Models alone: tried, and nothing that must be looked at. */
function modelsIcon(models: RunReport['models']): string {
  if (models === undefined || 'whyNot' in models.trying) return '⚪';
  return modelCounts(models).errors + modelCounts(models).warnings > 0 ? '⚠️' : '✅';
}

/** What a person types into Segment, and where to find it: only in the run that issued the key. */
function handover({ verdict, target, plan, issuedKeyId, destinations }: RunReport, limits: Limits): string[] {
  if (verdict.fails || issuedKeyId === undefined) return [];
  const { location = '' } = Object.assign({}, ...(plan?.steps ?? []).map(({ outputs }) => outputs)) as Outputs;
  const rows = [
    ['Service account', target.names.email],
    ...(location === '' ? [] : [['Data Location', location]]),
    ...destinations.map((name) => ['Credentials', name]),
  ];
  return ['### For Segment', table(['What', 'Where'], rows, limits)];
}

/** What most people need not read, in one fold. @param drawn - a diagram that is not shown above; '' = none */
function folded(report: RunReport, limits: Limits, drawn: string): string {
  const held = whatHeld(report, limits);
  const inSyncs = whatIsInSync(report, limits);
  const notes = noticeSentences(report, 'note');
  return details('Details', [
    ...(drawn === '' ? [] : ['**Who can do what**', drawn]),
    ...held,
    ...inSyncs,
    ...(notes.length === 0 ? [] : ['**Notes**', ...listOf(undefined, notes, limits)]),
    '**Not checked**',
    ...listOf(undefined, notChecked(report), limits),
    ...digestOfRecord(report),
  ]);
}

function whatIsInSync({ plan, target }: RunReport, limits: Limits): string[] {
  const rows = (plan?.steps ?? [])
    .filter(({ action, differences }) => action !== 'unknown' && differences.length === 0)
    .map((step) => [shortened(spell(step.address), target), inSync(step)]);
  if (rows.length === 0) return [];
  const shown = table(['Resource', 'Found'], rows.slice(0, limits.rows), { ...limits, code: [0] });
  return [`**${counted(rows.length, 'resource')} without differences**`, shown];
}

/** Where a review may follow: in a block, which GitHub lets people copy. */
function digestToUse(report: RunReport): string[] {
  const digest = digestIn(report);
  if (digest === undefined || !isForReview(report)) return [];
  return [
    `To apply this and nothing else, give its digest to mode apply as \`expected_plan\`:`,
    `\`\`\`text\n${digest}\n\`\`\``,
  ];
}

function digestOfRecord(report: RunReport): string[] {
  const digest = digestIn(report);
  return digest === undefined || isForReview(report) ? [] : [`Plan digest: <code>${digest}</code>`];
}

/** Whether this run only shows what another would do, and there is something to do. */
function isForReview({ mode, plan }: RunReport): boolean {
  const { failsOnDrift, writes } = modes[mode];
  return !writes && !failsOnDrift && (plan?.steps ?? []).some(({ differences }) => differences.length > 0);
}

/** Where nothing was compared: what would have been. A revocation asks for nothing else. */
function whatWasAsked({ mode, reviewed }: RunReport, limits: Limits): string[] {
  if (modes[mode].revokes || !modes[mode].compares) return [];
  const wanted = Object.entries(reviewed)
    .filter(([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return [details('Inputs', [table(['Input', 'Value'], wanted, { ...limits, code: [0] })])];
}

/** The job summary of a run that ended before there was a report. */
export function renderFailure(problems: readonly Problem[], origin: Origin): string {
  return fitting(MOST_OF_OUTPUT, (limits) => [`## ❌ ${TITLE}`, ...problemList(problems, origin, limits)], '\n');
}

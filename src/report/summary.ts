import { spell } from '../address.ts';
import { digestOf, reviewable } from '../engine/digest.ts';
import type { Outputs } from '../engine/resource.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { modes } from '../inputs/modes.ts';
import { asSentences, noticeSentences, notChecked, problemSentences } from './diagnostics.ts';
import { renderDiagram } from './diagram.ts';
import { counted } from './headlines.ts';
import { inSync } from './log.ts';
import { cell, details, fitting, listOf, table } from './markdown.ts';
import type { Limits } from './markdown.ts';
import type { RunReport } from './run-report.ts';
import { whatModelsAre } from './models-table.ts';
import { modelCounts } from './models-verdict.ts';
import { shortened, whatDiffers, whatWasVerified } from './tables.ts';

/** The job summary: verdict first, what differs, what was verified, the rest folded. Pure. */

/** GitHub drops a summary over 1 MiB whole; this leaves room for the steps around ours. */
const MOST_BYTES = 900_000;
const TITLE = 'Segment Reverse ETL on BigQuery';

/** Folds more and more until it fits. */
export function renderSummary(report: RunReport): string {
  return fitting(MOST_BYTES, (limits) => `${summaryParts(report, limits).join('\n\n')}\n`);
}

/** GitHub refuses comments and issues of more than 65,536 characters. A byte is never less than a character of it. */
const MOST_OF_OUTPUT = 60_000;

/** The same for an issue, a comment or a chat: the output `report`. */
export function renderReport(report: RunReport): string {
  return fitting(MOST_OF_OUTPUT, (limits) => summaryParts(report, limits).join('\n\n'));
}

/** The parts of a report, in the order of their weight. */
export function summaryParts(report: RunReport, limits: Limits): string[] {
  const { mode, target, verdict } = report;
  return [
    `## ${iconOf(report)} ${TITLE}: ${cell(mode)} of ${cell(target.projectId)}`,
    `**${cell(verdict.headline, 2_000)}**`,
    ...listOf('Blocking problems', problemSentences(report), limits),
    ...whatDiffers(report, limits),
    ...diagram(report, limits),
    ...whatModelsAre(report, limits),
    ...whatWasVerified(report, limits),
    ...listOf('Warnings', noticeSentences(report, 'warning'), limits),
    ...listOf('Notes', noticeSentences(report, 'note'), limits),
    ...listOf('Next steps', verdict.next, limits),
    ...handover(report, limits),
    ...(report.plan === undefined ? whatWasAsked(report, limits) : folded(report, limits)),
  ];
}

/** What was not verified is no green tick. */
function iconOf({ mode, plan, models, verdict, verification }: RunReport): string {
  if (verdict.fails) return '❌';
  if (plan === undefined) return modes[mode].revokes ? '🛑' : modelsIcon(models);
  if (verdict.result === 'drift') return '⚠️';
  return modes[mode].verifies && verification?.isVerified !== true ? '⚪' : '✅';
}

/** Models alone: tried, and nothing that must be looked at. */
function modelsIcon(models: RunReport['models']): string {
  if (models === undefined || 'whyNot' in models.trying) return '⚪';
  return modelCounts(models).errors + modelCounts(models).warnings > 0 ? '⚠️' : '✅';
}

function diagram(report: RunReport, limits: Limits): string[] {
  const drawn = limits.diagram ? renderDiagram(report) : '';
  return drawn === '' ? [] : ['### Who can do what', drawn];
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

/** What most people need not read. */
function folded(report: RunReport, limits: Limits): string[] {
  return [
    ...whatIsInSync(report, limits),
    details('Not checked', listOf(undefined, notChecked(report), limits)),
    ...digest(report),
  ];
}

function whatIsInSync({ plan, target }: RunReport, limits: Limits): string[] {
  const rows = (plan?.steps ?? [])
    .filter(({ action, differences }) => action !== 'unknown' && differences.length === 0)
    .map((step) => [shortened(spell(step.address), target), inSync(step)]);
  if (rows.length === 0) return [];
  const shown = table(['Resource', 'Found'], rows.slice(0, limits.rows), { ...limits, code: [0] });
  return [details(`${counted(rows.length, 'resource')} without differences`, [shown])];
}

function digest({ plan, reviewed }: RunReport): string[] {
  if (plan === undefined) return [];
  const review = reviewable(plan, reviewed);
  return 'unread' in review ? [] : [`Plan digest: <code>${digestOf(review)}</code>`];
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
export function renderFailure(problems: readonly Problem[]): string {
  return fitting(MOST_OF_OUTPUT, (limits) => {
    const parts = [`## ❌ ${TITLE}`, ...listOf('Blocking problems', asSentences(problems), limits)];
    return `${parts.join('\n\n')}\n`;
  });
}

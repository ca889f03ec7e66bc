import { spellCost, spellReading } from '../models/amounts.ts';
import { findingsIn } from '../models/model.ts';
import type { Weight } from '../models/findings.ts';
import type { ModelFinding, ModelResult, ModelsReport, QueryFacts } from '../models/model.ts';
import { spellPlace } from '../models/places.ts';
import { counted } from './headlines.ts';
import { cell, details, listOf, table } from './markdown.ts';
import type { Limits } from './markdown.ts';
import type { RunReport } from './run-report.ts';

/** Models, as a summary and a comment show them. Pure. */

const SIGNS: Readonly<Record<Weight, string>> = { error: '❌', warning: '⚠️', notice: 'ℹ️' };
const RANKS: Readonly<Record<Weight, number>> = { error: 0, warning: 1, notice: 2 };
const MOST_OPEN = 25;
/** Columns that a cell names. */
const MOST_NAMED = 5;

export function whatModelsAre({ models: report }: RunReport, limits: Limits): string[] {
  if (report === undefined) return [];
  const rows = [...report.models].sort((one, other) => rankOf(one) - rankOf(other)).map((one) => rowOf(one, report));
  const shown = rows.slice(0, limits.rows);
  const [open, rest] = [shown.slice(0, MOST_OPEN), shown.slice(MOST_OPEN)];
  const head = [
    'Model',
    'Change',
    'Columns',
    'Bytes a sync',
    ...(report.pricePerTib === undefined ? [] : [costHead(report)]),
    'Findings',
  ];
  const draw = (some: readonly (readonly string[])[]): string => table(head, some, { ...limits, code: [] });
  const cut = rows.length - shown.length;
  return [
    '### Models',
    cell(conditions(report), limits.cell),
    ...(open.length === 0 ? [] : [draw(open)]),
    ...(rest.length === 0 ? [] : [details(`${String(rest.length)} more`, [draw(rest)])]),
    ...(cut > 0 ? [`… and ${counted(cut, 'more model')}: see the log and the output models.`] : []),
    ...listOf('Findings about models', worthListing(report).map(lineOf), limits),
    ...whatIsRead(report, limits),
  ];
}

function conditions({ trying, comparing, billed }: ModelsReport): string {
  const tried =
    'how' in trying ? `Tried as Segment's service account ${trying.how}` : `Not tried: ${bare(trying.whyNot)}`;
  const compared = 'with' in comparing ? `compared with ${comparing.with}` : `not compared: ${bare(comparing.whyNot)}`;
  if (billed === undefined) return `${tried}; ${compared}`;
  const cost = spellReading({ bytes: billed, accuracy: 'PRECISE' });
  return `${tried}; ${compared}. Counting identifiers was billed ${cost}.`;
}

function bare(text: string): string {
  return text.replace(/\.$/, '');
}

function rankOf({ findings }: ModelResult): number {
  return Math.min(3, ...findings.map(({ weight }) => RANKS[weight]));
}

function rowOf(model: ModelResult, { pricePerTib, models }: ModelsReport): string[] {
  const { name, place, change, facts, tried, findings } = model;
  const isMonthly = models.some(({ syncsAMonth }) => syncsAMonth !== undefined);
  const cost = pricePerTib === undefined ? [] : [costCell(model, pricePerTib, isMonthly)];
  return [
    `${name} (${place.file}:${String(place.line)})`,
    change.kind,
    columnsOf(facts, change),
    bytesOf({ facts, tried, change }),
    ...cost,
    findingsOf(findings),
  ];
}

/** A model that is gone reads nothing, and says nothing. */
function bytesOf({ facts, tried, change }: Pick<ModelResult, 'facts' | 'tried' | 'change'>): string {
  if (facts !== undefined) return readingOf(facts, change);
  if (change.kind === 'removed') return '';
  return tried ? 'refused' : 'not tried';
}

/** By the month where Segment told how often it syncs. */
function costHead({ models }: ModelsReport): string {
  return models.some(({ syncsAMonth }) => syncsAMonth !== undefined) ? 'Cost a month' : 'Cost a sync';
}

/** Each sync reads once, if not more often: so it is a lower bound. */
function costCell({ facts, syncsAMonth }: ModelResult, pricePerTib: number, isMonthly: boolean): string {
  if (facts === undefined) return '';
  if (syncsAMonth === undefined) return costOf(facts, pricePerTib) + (isMonthly ? ' a sync' : '');
  if (syncsAMonth === 0) return `no schedule; ${costOf(facts, pricePerTib)} a sync`;
  const bytes = facts.bytes * syncsAMonth;
  const syncs = counted(Math.max(1, Math.round(syncsAMonth)), 'sync');
  return `${costOf({ bytes, accuracy: 'LOWER_BOUND' }, pricePerTib)} (${syncs})`;
}

function costOf({ bytes, accuracy }: Pick<QueryFacts, 'bytes' | 'accuracy'>, pricePerTib: number): string {
  const qualifier = { PRECISE: '', LOWER_BOUND: 'at least ', UPPER_BOUND: 'at most ', UNKNOWN: 'about ' }[accuracy];
  const isNothing = bytes * pricePerTib < 2 ** 40 / 100; // Under a cent there is nothing to qualify.
  return (isNothing ? '' : qualifier) + spellCost(bytes, pricePerTib);
}

function columnsOf(facts: QueryFacts | undefined, { added, removed }: ModelResult['change']): string {
  const named = (names: readonly string[]): string => {
    const rest = names.length - MOST_NAMED;
    return names.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${String(rest)} more` : '');
  };
  const changes = [
    ...(added.length > 0 ? [`+${String(added.length)} (${named(added)})`] : []),
    ...(removed.length > 0 ? [`−${String(removed.length)} (${named(removed)})`] : []),
  ];
  return [...(facts === undefined ? [] : [String(facts.columns.length)]), ...changes].join(' ');
}

function readingOf(facts: QueryFacts, { bytesBefore }: ModelResult['change']): string {
  const now = spellReading(facts);
  if (bytesBefore === undefined || bytesBefore === facts.bytes) return now;
  const sign = facts.bytes > bytesBefore ? '+' : '−';
  return `${now} (${sign}${spellReading({ bytes: Math.abs(facts.bytes - bytesBefore), accuracy: 'PRECISE' })})`;
}

/** `❌ query, ⚠️ unstable-column ×2` */
function findingsOf(findings: readonly ModelFinding[]): string {
  const counts = new Map<string, number>();
  for (const { id, weight, isAllowed } of findings) {
    const key = `${SIGNS[weight]} ${id}${isAllowed === true ? ' (allowed)' : ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => (count === 1 ? key : `${key} ×${String(count)}`)).join(', ');
}

/** The gravest first. */
export function worthListing(report: ModelsReport): ModelFinding[] {
  return findingsIn(report)
    .filter(({ isAllowed }) => isAllowed !== true)
    .sort((one, other) => RANKS[one.weight] - RANKS[other.weight]);
}

function lineOf({ id, weight, place, message }: ModelFinding): string {
  return `${SIGNS[weight]} ${id} at ${spellPlace(place)}: ${message}`;
}

function whatIsRead({ models }: ModelsReport, limits: Limits): string[] {
  const rows = models.flatMap(({ name, facts }) => {
    if (facts === undefined) return [];
    const columns = facts.columns.map((column) => `${column.name} ${column.type}`).join(', ');
    return [[name, columns, [...facts.tables, ...facts.routines].join(', ')]];
  });
  const shown = rows.slice(0, limits.rows);
  if (shown.length === 0) return [];
  return [details('Columns, and what is read', [table(['Model', 'Columns', 'Reads'], shown, { ...limits, code: [] })])];
}

const LOG_SIGNS = { error: '✗', warning: '!', notice: '=' };

/** Each model and each finding, line by line, for the log. */
export function modelLines(report: ModelsReport): string[] {
  const detail = ({ id, weight, place, message, isAllowed }: ModelFinding): string =>
    `      ${isAllowed === true ? 'allowed' : weight} ${id} at ${spellPlace(place)}: ${message}`;
  const lines = report.models.flatMap((model) => {
    const { name, place, change, facts, tried, findings } = model;
    const worst = findings[0]?.weight;
    const read = [
      change.kind,
      ...(facts === undefined ? [] : [counted(facts.columns.length, 'column')]),
      bytesOf({ facts, tried, change }),
    ].filter((part) => part !== '');
    const sign = worst === undefined ? (tried ? '✓' : '?') : LOG_SIGNS[worst];
    return [`${sign} ${name} (${place.file}:${String(place.line)}): ${read.join(', ')}`, ...findings.map(detail)];
  });
  return [conditions(report), ...report.findings.map(detail), ...lines];
}

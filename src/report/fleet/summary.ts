import { age } from '../../time.ts';
import { counted } from '../headlines.ts';
import { cell, code, details, fitting, listOf, table } from '../markdown.ts';
import type { Limits } from '../markdown.ts';
import { MOST_BYTES, MOST_OF_OUTPUT, TITLE, summaryParts } from '../summary.ts';
import { bySeverity, stateOf, states } from './fleet-report.ts';
import type { FleetEntry, FleetReport, State } from './fleet-report.ts';
import { factsOf, fleetDigest } from './outputs.ts';

/** The summary of a run over many targets: the verdict, a table, then what somebody has to look at, folded per target. Pure. */

const SIGNS: Readonly<Record<State, string>> = {
  failed: '❌',
  drift: '⚠️',
  changed: '✅',
  'not compared': '⚪',
  'in sync': '✅',
};
/** Nobody has to look at these. */
const QUIET: readonly State[] = ['not compared', 'in sync'];

export function renderFleetSummary(fleet: FleetReport): string {
  return fitting(MOST_BYTES, (limits) => fleetParts(fleet, limits), '\n');
}

/** The same for an issue, a comment or a chat. */
export function renderFleetReport(fleet: FleetReport): string {
  return fitting(MOST_OF_OUTPUT, (limits) => fleetParts(fleet, limits));
}

/** The parts of the report, in the order of their weight: each is made when it is asked for. */
function* fleetParts(fleet: FleetReport, limits: Limits): Generator<string> {
  const { entries, file, mode, part, verdict } = fleet;
  const all = bySeverity(entries);
  const isQuiet = ({ report }: FleetEntry): boolean => QUIET.includes(stateOf(report));
  const [loud, quiet] = [all.filter((one) => !isQuiet(one)), all.filter(isQuiet)];
  const some = part === '' ? '' : ` (${cell(part, 200)})`;
  yield `## ${iconOf(fleet)} ${TITLE}: ${cell(mode)} of ${code(file)}${some}`;
  yield `**${cell(verdict.headline, 2_000)}**`;
  yield* targetsTable(loud, fleet, limits);
  if (quiet.length > 0)
    yield details(`${counted(quiet.length, 'target')} without findings`, targetsTable(quiet, fleet, limits));
  yield* detailsOf(loud, limits);
  yield* listOf('Next steps', verdict.next, limits);
  const digest = fleetDigest(entries);
  if (digest !== undefined) yield `Plan digest: <code>${digest}</code>`;
}

function iconOf({ entries, verdict }: FleetReport): string {
  const worst = states.find((state) => entries.some(({ report }) => stateOf(report) === state));
  if (verdict.fails) return '❌';
  return worst === undefined ? '⚪' : SIGNS[worst];
}

function targetsTable(entries: readonly FleetEntry[], { now }: FleetReport, limits: Limits): string[] {
  if (entries.length === 0) return [];
  const head = ['Target', 'Verdict', 'Missing', 'Changed', 'Surplus', 'Key', 'Location'];
  const rows = entries.slice(0, limits.rows).map(({ name, report }) => rowOf(name, report, now));
  const cut = entries.length - rows.length;
  const shown = rows.length === 0 ? [] : [table(head, rows, { ...limits, code: [0] })];
  return cut > 0 ? [...shown, `… and ${counted(cut, 'more target')}: see the log and the output results.`] : shown;
}

function rowOf(name: string, report: FleetEntry['report'], now: number): string[] {
  const { drift } = report.verdict;
  const state = stateOf(report);
  const isKnown = report.plan !== undefined;
  const amount = (count: number): string => (count > 0 ? String(count) : isKnown ? '–' : '');
  const key = report.keyMadeAt === undefined ? '' : age(Math.max(0, now - report.keyMadeAt));
  return [
    name,
    `${SIGNS[state]} ${state}${drift.unknown && isKnown ? ' (not all could be read)' : ''}`,
    amount(drift.missing),
    amount(drift.changed),
    amount(drift.surplus),
    key,
    factsOf(report).location ?? '',
  ];
}

/** A diagram for each target would be too much to draw. */
function* detailsOf(entries: readonly FleetEntry[], limits: Limits): Generator<string> {
  for (const { name, report } of entries.slice(0, limits.rows)) {
    const [, ...parts] = summaryParts(report, { ...limits, diagram: false }, 'short');
    yield details(`${SIGNS[stateOf(report)]} ${name}`, parts);
  }
}

/** What a file holds. */
export function renderFleetList(file: string, names: readonly string[]): string {
  return fitting(
    MOST_BYTES,
    (limits) => [
      `## ✅ ${TITLE}: ${code(file)}`,
      details(counted(names.length, 'target'), listOf(undefined, names, limits)),
    ],
    '\n',
  );
}

import { isAnyDrift } from '../../engine/drift.ts';
import type { Drift } from '../../engine/drift.ts';
import type { Mode } from '../../inputs/modes.ts';
import type { Reporting, RunOptions } from '../../inputs/options.ts';
import type { Place } from '../../models/model.ts';
import type { Origin, RunReport, Verdict } from '../run-report.ts';

/** What became of one target of a file. */
export interface FleetEntry {
  readonly name: string;
  /** In the file. */
  readonly place: Place;
  readonly report: RunReport;
}

/** Everything that renderers see of a run over many targets: plain data. */
export interface FleetReport {
  /** Path of the file. */
  readonly file: string;
  /** Which of its targets were chosen: what tells comments and alerts of several steps apart. `` = all of them. */
  readonly part: string;
  readonly mode: Mode;
  readonly reporting: Reporting;
  readonly origin: Origin;
  /** In the order of the file. */
  readonly entries: readonly FleetEntry[];
  /** When it ended, in milliseconds since 1970. */
  readonly now: number;
  readonly verdict: Verdict;
}

/** What a report is made of. */
export interface FleetFacts extends Pick<FleetReport, 'entries' | 'origin' | 'now'> {
  readonly path: string;
  readonly options: RunOptions;
}

export function fleetReportOf({ path, options, entries, origin, now }: FleetFacts): FleetReport {
  const { mode, reporting, fleet } = options;
  const shard = fleet.shard === undefined ? [] : [`shard ${String(fleet.shard.part)} of ${String(fleet.shard.of)}`];
  const part = [...fleet.targets, ...shard].join(', ');
  return { file: path, part, mode, reporting, origin, entries, now, verdict: conclude(entries) };
}

/** What a target comes to, the worst first. */
export const states = ['failed', 'drift', 'changed', 'not compared', 'in sync'] as const;
export type State = (typeof states)[number];

export function stateOf({ verdict, plan, models }: RunReport): State {
  if (verdict.fails || verdict.result === 'failed') return verdict.result === 'drift' ? 'drift' : 'failed';
  if (verdict.result === 'drift') return 'drift';
  if (verdict.result === 'changed') return 'changed';
  return plan === undefined && models === undefined ? 'not compared' : 'in sync';
}

/** The worst first; else in the order of the file. */
export function bySeverity(entries: readonly FleetEntry[]): FleetEntry[] {
  const rank = ({ report }: FleetEntry): number => states.indexOf(stateOf(report));
  return [...entries].sort((one, other) => rank(one) - rank(other));
}

const RESULTS: readonly Verdict['result'][] = ['failed', 'drift', 'changed', 'unchanged'];

function conclude(entries: readonly FleetEntry[]): Verdict {
  const verdicts = entries.map(({ report }) => report.verdict);
  return {
    result: RESULTS.find((result) => verdicts.some((one) => one.result === result)) ?? 'unchanged',
    drift: sumOf(verdicts.map(({ drift }) => drift)),
    fails: verdicts.some(({ fails }) => fails),
    headline: headlineOf(entries),
    next: [...new Set(verdicts.flatMap(({ next }) => next))],
  };
}

function sumOf(drifts: readonly Drift[]): Drift {
  const sum = (kind: 'missing' | 'changed' | 'surplus'): number => drifts.reduce((all, one) => all + one[kind], 0);
  return {
    missing: sum('missing'),
    changed: sum('changed'),
    surplus: sum('surplus'),
    unknown: drifts.some(({ unknown }) => unknown),
  };
}

const WORDS: Readonly<Record<State, string>> = {
  failed: 'failed',
  drift: 'with drift',
  changed: 'changed',
  'not compared': 'not compared',
  'in sync': 'in sync',
};

function headlineOf(entries: readonly FleetEntry[]): string {
  if (entries.length === 0) return 'No target of the file is in this part.';
  const count = (state: State): number => entries.filter(({ report }) => stateOf(report) === state).length;
  const counts = states.flatMap((state) => (count(state) > 0 ? [`${String(count(state))} ${WORDS[state]}`] : []));
  const targets = entries.length === 1 ? '1 target' : `${String(entries.length)} targets`;
  return `${targets}: ${counts.join(', ')}.`;
}

/** `true`, `false` or `unknown`, as outputs say it. */
export function driftWord(drift: Drift): string {
  return drift.unknown ? 'unknown' : String(isAnyDrift(drift));
}

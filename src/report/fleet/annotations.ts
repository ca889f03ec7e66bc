import { annotationsOf } from '../annotations.ts';
import { bySeverity, stateOf } from './fleet-report.ts';
import type { FleetEntry, FleetReport } from './fleet-report.ts';
import type { Annotation } from '../../runner/runner.ts';

/** What GitHub shows beside the file: one annotation for each target that is not in order, the worst first. Pure. */

/** GitHub shows ten annotations of a kind per step; one is left for the headline. */
const MOST = 9;
const LONGEST = 4_000;

export interface FleetAnnotations {
  readonly shown: readonly Annotation[];
  /** How many found no place. */
  readonly more: number;
}

export function fleetAnnotations({ entries }: FleetReport): FleetAnnotations {
  const due = bySeverity(entries).filter(({ report }) => ['failed', 'drift'].includes(stateOf(report)));
  const errors = due.filter(({ report }) => report.verdict.fails);
  const warnings = due.filter(({ report }) => !report.verdict.fails);
  const shown = [...errors.slice(0, MOST).map(asAnnotation), ...warnings.slice(0, MOST).map(asAnnotation)];
  return { shown, more: due.length - shown.length };
}

function asAnnotation({ name, place, report }: FleetEntry): Annotation {
  const { errors, warnings } = annotationsOf(report);
  const found = [...errors, ...warnings].map(({ message }) => message);
  const { headline, fails } = report.verdict;
  const lines = [...new Set([headline, ...found])].join(' ');
  const message = lines.length <= LONGEST ? lines : `${lines.slice(0, LONGEST)} …`;
  return { level: fails ? 'error' : 'warning', title: name, message: `${name}: ${message}`, ...place };
}

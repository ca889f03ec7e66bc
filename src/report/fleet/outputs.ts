import { createHash } from 'node:crypto';
import { canonical } from '../../engine/digest.ts';
import type { Outputs } from '../../engine/resource.ts';
import { inertJson } from '../../runner/inert.ts';
import { modelCounts } from '../models-verdict.ts';
import { digestIn, planJson } from '../plan-json.ts';
import type { RunReport } from '../run-report.ts';
import { driftWord } from './fleet-report.ts';
import type { FleetEntry, FleetReport } from './fleet-report.ts';

/** The step outputs of a run over many targets, by their names. Pure. */

/** GitHub drops a job's outputs over 1 MiB, counted in UTF-16; others share that. */
const MOST_CHARACTERS = 400_000;

export function fleetOutputs(fleet: FleetReport): Record<string, string> {
  const { entries, verdict } = fleet;
  const { drift, result } = verdict;
  return {
    ...listOutputs(entries),
    ...{ result, drift: driftWord(drift) },
    ...{
      drift_missing: String(drift.missing),
      drift_changed: String(drift.changed),
      drift_surplus: String(drift.surplus),
    },
    plan_digest: fleetDigest(entries) ?? '',
    plan: fittingPlan(fleet),
    ...modelsOutputs(entries),
  };
}

/** Those that a run over one target sets besides all others. */
export function listOutputs(entries: readonly FleetEntry[]): Record<string, string> {
  return {
    targets: JSON.stringify(entries.map(({ name }) => name)),
    results: inertJson(Object.fromEntries(entries.map(({ name, report }) => [name, resultJson(report)]))),
  };
}

/** One entry of the output `results`. */
interface ResultJson {
  readonly result: string;
  readonly drift: string;
  readonly drift_missing: number;
  readonly drift_changed: number;
  readonly drift_surplus: number;
  readonly project_id: string;
  readonly service_account_email: string;
  readonly location: string;
  readonly key_id: string;
  readonly digest: string;
  readonly headline: string;
}

/** Of a headline that is a whole error: enough to tell what it is about. */
const LONGEST_HEADLINE = 300;

function resultJson(report: RunReport): ResultJson {
  const { verdict, target, issuedKeyId } = report;
  const { drift, headline, result } = verdict;
  const facts = factsOf(report);
  return {
    ...{ result, drift: driftWord(drift) },
    ...{ drift_missing: drift.missing, drift_changed: drift.changed, drift_surplus: drift.surplus },
    project_id: target.projectId,
    service_account_email: target.names.email,
    location: facts.location ?? '',
    key_id: issuedKeyId ?? facts.key_id ?? '',
    digest: digestIn(report) ?? '',
    headline: headline.length <= LONGEST_HEADLINE ? headline : `${headline.slice(0, LONGEST_HEADLINE)}…`,
  };
}

export function factsOf({ plan }: RunReport): Outputs {
  return Object.assign({}, ...(plan?.steps ?? []).map(({ outputs }) => outputs)) as Outputs;
}

/** SHA-256 of the canonical JSON (RFC 8785) of name → digest; undefined where one of them has none. */
export function fleetDigest(entries: readonly FleetEntry[]): string | undefined {
  const digests = entries.map(({ name, report }) => [name, digestIn(report)] as const);
  if (digests.length === 0 || digests.some(([, digest]) => digest === undefined)) return undefined;
  return createHash('sha256')
    .update(canonical(Object.fromEntries(digests)))
    .digest('hex');
}

/** The plans by the names of targets, as JSON; a target that could not be looked at has none. */
export function fleetPlan({ entries }: FleetReport): string {
  const plans = entries.flatMap(({ name, report }) =>
    report.plan === undefined ? [] : [[name, planJson(report, report.plan)] as const],
  );
  return inertJson(Object.fromEntries(plans));
}

function fittingPlan(fleet: FleetReport): string {
  const json = fleetPlan(fleet);
  if (json.length <= MOST_CHARACTERS) return json;
  const { planFile } = fleet.reporting;
  const omitted =
    planFile === undefined
      ? 'It is too long for an output: set plan_file to have it in a file.'
      : 'It is too long for an output: it is in the file of plan_file.';
  return inertJson(planFile === undefined ? { omitted } : { omitted, plan_file: planFile });
}

/** Sums; what was found of each model is in the log and in the summary. */
function modelsOutputs(entries: readonly FleetEntry[]): Record<string, string> {
  const counts = entries.flatMap(({ report }) => (report.models === undefined ? [] : [modelCounts(report.models)]));
  if (counts.length === 0) return {};
  const sum = (of: 'errors' | 'warnings' | 'breaking'): string => String(counts.reduce((all, one) => all + one[of], 0));
  return { models_errors: sum('errors'), models_warnings: sum('warnings'), models_breaking: sum('breaking') };
}

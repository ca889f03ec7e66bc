import { isAnyDrift } from '../engine/drift.ts';
import type { Drift } from '../engine/drift.ts';
import type { PlanView } from '../engine/plan.ts';
import type { Outputs } from '../engine/resource.ts';
import { inert, inertJson } from '../runner/inert.ts';
import { modelsOutputs } from './models-json.ts';
import { planJson } from './plan-json.ts';
import type { RunReport } from './run-report.ts';
import { renderReport } from './summary.ts';

/** The step outputs that a report sets, by their names: all of action.yml but the key, which goes where keys go. Pure. */
export function outputsOf(report: RunReport): Record<string, string> {
  const { plan, verdict, target } = report;
  const { result } = verdict;
  const rest = { result, report: renderReport(report), ...modelsOutputs(report.models) };
  if (plan === undefined) return { service_account_email: target.names.email, drift: 'unknown', ...rest };
  return { ...plannedOutputs(report, plan), ...driftOutputs(verdict.drift), ...rest };
}

function plannedOutputs(report: RunReport, plan: PlanView): Record<string, string> {
  const told = Object.assign({}, ...plan.steps.map(({ outputs }) => outputs)) as Outputs;
  // Workflows print outputs: what a service told is as inert there as in the log.
  const facts: Outputs = Object.fromEntries(Object.entries(told).map(([name, value]) => [name, inert(value)]));
  const json = planJson(report, plan);
  return {
    ...facts,
    ...{ segment_source_id: report.consumer?.madeId ?? facts.segment_source_id ?? '' },
    ...{ consumer: report.consumer?.state ?? '', last_sync: report.consumer?.lastSync ?? '' },
    ...(report.issuedKeyId === undefined ? {} : { key_id: report.issuedKeyId }),
    plan: inertJson(json),
    plan_digest: json.digest ?? '',
  };
}

/** `unknown` wins over both. */
function driftOutputs(drift: Drift): Record<string, string> {
  return {
    drift: drift.unknown ? 'unknown' : String(isAnyDrift(drift)),
    drift_missing: String(drift.missing),
    drift_changed: String(drift.changed),
    drift_surplus: String(drift.surplus),
  };
}

import type { Accuracy, Column, ModelFinding, ModelResult, ModelsReport } from '../models/model.ts';
import { inertJson } from '../runner/inert.ts';
import { modelCounts } from './models-verdict.ts';

/** The output `models`: documented by docs/models-result.schema.json. Pure. */

interface FindingJson {
  readonly id: string;
  readonly weight: ModelFinding['weight'];
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** Set where the model allows it. */
  readonly allowed?: true;
}

interface ModelJson {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly change: ModelResult['change']['kind'];
  readonly tried: boolean;
  /** null = not known. */
  readonly columns: readonly Column[] | null;
  readonly bytes: number | null;
  readonly accuracy: Accuracy | null;
  /** At least; not there where it is not known. */
  readonly syncs_a_month?: number;
  readonly columns_added: readonly string[];
  readonly columns_removed: readonly string[];
  readonly findings: readonly FindingJson[];
}

/** How much of each model is told. */
interface Cut {
  readonly columns: number;
  readonly findings: number;
  readonly message: number;
}

/** GitHub drops a job's outputs over 1 MiB, counted in UTF-16; others share that. */
const MOST_CHARACTERS = 300_000;
const LEVELS: readonly Cut[] = [
  { columns: Infinity, findings: Infinity, message: Infinity },
  { columns: 100, findings: 50, message: 500 },
  { columns: 20, findings: 20, message: 300 },
  { columns: 0, findings: 10, message: 200 },
  { columns: 0, findings: 3, message: 100 },
  { columns: 0, findings: 1, message: 60 },
];

/** The fullest that fits. With `cut`, something is left out: counts are those of the other outputs. */
export function modelsJson(report: ModelsReport): string {
  let json = '';
  for (const [index, level] of LEVELS.entries()) {
    json = inertJson({
      version: 1,
      ...(index === 0 ? {} : { cut: true }),
      models: report.models.map((model) => modelJson(model, level)),
      findings: findingsJson(report.findings, level),
    });
    if (json.length <= MOST_CHARACTERS) return json;
  }
  return json.length <= 3 * MOST_CHARACTERS ? json : inertJson({ version: 1, cut: true, models: [], findings: [] });
}

function modelJson({ name, place, change, tried, facts, findings, ...model }: ModelResult, level: Cut): ModelJson {
  const { syncsAMonth } = model;
  return {
    ...{ name, file: place.file, line: place.line, change: change.kind, tried },
    columns: facts === undefined || facts.columns.length > level.columns ? null : facts.columns,
    bytes: facts?.bytes ?? null,
    accuracy: facts?.accuracy ?? null,
    ...(syncsAMonth === undefined ? {} : { syncs_a_month: Math.round(syncsAMonth * 100) / 100 }),
    columns_added: change.added.slice(0, level.columns),
    columns_removed: change.removed.slice(0, level.columns),
    findings: findingsJson(findings, level),
  };
}

function findingsJson(findings: readonly ModelFinding[], { findings: most, message: longest }: Cut): FindingJson[] {
  return findings.slice(0, most).map(({ id, weight, place, message, isAllowed }) => ({
    ...{ id, weight, ...place },
    message: message.length <= longest ? message : `${message.slice(0, longest)}…`,
    ...(isAllowed === true ? { allowed: true } : {}),
  }));
}

/** The outputs about models, by their names. */
export function modelsOutputs(report: ModelsReport | undefined): Record<string, string> {
  if (report === undefined) return {};
  const { errors, warnings, breaking } = modelCounts(report);
  return {
    models: modelsJson(report),
    models_errors: String(errors),
    models_warnings: String(warnings),
    models_breaking: String(breaking),
  };
}

/** The same, of a run that ended before any model was read. */
export const NO_MODELS: Readonly<Record<string, string>> = {
  models: inertJson({ version: 1, models: [], findings: [] }),
  models_errors: '0',
  models_warnings: '0',
  models_breaking: '0',
};

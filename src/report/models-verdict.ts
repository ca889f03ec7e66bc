import type { Problem } from '../errors/diagnostic.ts';
import type { ModelsFailOn } from '../inputs/options.ts';
import { findingsIn } from '../models/model.ts';
import type { Weight } from '../models/findings.ts';
import type { ModelFinding, ModelsReport } from '../models/model.ts';
import type { Verification } from '../verify/verification.ts';
import { failedProofs } from '../verify/wording.ts';
import { counted, failedProofsLine } from './headlines.ts';
import type { Verdict } from './run-report.ts';

/** What the models of a run come to. Pure. */

const BREAKING: readonly ModelFinding['id'][] = [
  ...(['breaks-mapping', 'identifier-changed', 'model-removed', 'model-disabled', 'column-removed'] as const),
];

/** How many findings there are of each weight, and how many changes can break a sync. */
export interface ModelCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly breaking: number;
}

export function modelCounts(report: ModelsReport): ModelCounts {
  const findings = findingsIn(report);
  const count = (wanted: Weight): number => findings.filter(({ weight }) => weight === wanted).length;
  const breaking = findings.filter(({ id, weight }) => weight !== 'notice' && BREAKING.includes(id)).length;
  return { errors: count('error'), warnings: count('warning'), breaking };
}

export function doModelsFail(report: ModelsReport, failOn: ModelsFailOn): boolean {
  const { errors, warnings } = modelCounts(report);
  return { error: errors > 0, warning: errors + warnings > 0, never: false }[failOn];
}

/** `40 models: 1 error, 2 warnings.` */
export function modelsLine(report: ModelsReport): string {
  const { errors, warnings, breaking } = modelCounts(report);
  const parts = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  const isTried = 'how' in report.trying;
  const nothing = isTried ? 'nothing is wrong' : 'nothing is wrong as far as can be said offline';
  const found = parts.length === 0 ? nothing : parts.join(', ');
  const breaks = breaking > 0 ? ` ${counted(breaking, 'change')} can break a sync.` : '';
  const untried = isTried ? '' : ' They were not tried.';
  return `${counted(report.models.length, 'model')}: ${found}.${breaks}${untried}`;
}

/** What else was found in a run that looks at models alone. */
export interface Beside {
  /** What kept models from being tried or compared. */
  readonly problems: readonly Problem[];
  /** Of the models that run in Segment. */
  readonly verification: Verification | undefined;
}

/** What a run comes to that looks at models alone. */
export function concludeModels(
  report: ModelsReport,
  failOn: ModelsFailOn,
  { problems, verification }: Beside,
): Verdict {
  const failed = failedProofs(verification);
  const isFailing = doModelsFail(report, failOn) || (failed.length > 0 && failOn !== 'never');
  const fails = isFailing || problems.length > 0;
  const { errors, warnings } = modelCounts(report);
  const isTolerated = !fails && errors + (failOn === 'warning' ? warnings : 0) > 0;
  const tolerated = isTolerated ? ` The step does not fail: models_fail_on is ${failOn}.` : '';
  return {
    result: fails ? 'failed' : 'unchanged',
    drift: { missing: 0, changed: 0, surplus: 0, unknown: true },
    headline: [modelsLine(report) + tolerated, ...(failed.length > 0 ? [failedProofsLine(failed)] : [])].join(' '),
    next: [],
    fails,
  };
}

/** The verdict of a run that looked at models besides. */
export function withModels(verdict: Verdict, report: ModelsReport | undefined, failOn: ModelsFailOn): Verdict {
  if (report === undefined) return verdict;
  const fails = doModelsFail(report, failOn);
  const headline = `${verdict.headline} ${modelsLine(report)}`;
  return { ...verdict, headline, ...(fails ? { fails, result: 'failed' } : {}) };
}

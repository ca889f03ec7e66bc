import { spell } from '../address.ts';
import { modes } from '../inputs/modes.ts';
import { problemsIn } from '../engine/plan.ts';
import type { PlanView } from '../engine/plan.ts';
import { sentence } from '../errors/diagnostic.ts';
import type { DiagnosticCode } from '../errors/codes.ts';
import type { Diagnostic, Notice, Problem } from '../errors/diagnostic.ts';
import { shell } from '../errors/shell.ts';
import type { Target } from '../inputs/target.ts';
import type { RunReport } from './run-report.ts';

/** Everything that a report tells in sentences, from wherever it is known. Pure. */

/** Why something was not done, or could not be: plan first, then what else was found before writing, then what failed. */
export function problemsTold({ plan, diagnostics, outcomes, target }: RunReport): Problem[] {
  const problems = [
    ...(plan === undefined ? [] : problemsIn(plan)),
    ...diagnostics.filter((one) => one.severity === 'error'),
    ...outcomes.flatMap((outcome) => outcome.problems),
  ];
  return gathered(problems, target.projectId);
}

/** Why a run that writes would not get beyond its plan. */
export function refusalsIn(
  plan: PlanView,
  diagnostics: readonly Diagnostic[],
  { projectId }: Pick<Target, 'projectId'>,
): Problem[] {
  return gathered([...problemsIn(plan), ...diagnostics.filter((one) => one.severity === 'error')], projectId);
}

/** Each cause once: what else it stopped is named with the first. */
export function gathered(problems: readonly Problem[], projectId: string): Problem[] {
  const groups = new Map<string, readonly Problem[]>();
  for (const problem of problems) {
    const cause = causeOf(problem);
    groups.set(cause, [...(groups.get(cause) ?? []), problem]);
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [together(first, others, projectId)],
  );
}

/** What stops whatever is asked of a service, each time in other words. */
const OF_SERVICES: readonly DiagnosticCode[] = [
  ...(['api.disabled', 'project.deleted', 'project.perimeter', 'project.no-billing'] as const),
  ...(['service.rate-limited', 'service.unauthenticated', 'service.unavailable', 'service.unreachable'] as const),
];

const IN_THE_PROJECT: readonly DiagnosticCode[] = ['bigquery.api-disabled', 'preflight.api-disabled'];

function causeOf({ code, because, remedy }: Problem): string {
  if (code === 'service.permission-missing') return code;
  // What was read meets it, and so does who looks ahead; the command is the same.
  if (IN_THE_PROJECT.includes(code)) return JSON.stringify(['off in the project', remedy]);
  return JSON.stringify(OF_SERVICES.includes(code) ? [code, remedy] : [code, because, remedy]);
}

const MOST_NAMED = 3;

function together(first: Problem, others: readonly Problem[], projectId: string): Problem {
  const further = [...new Set(others.map(({ attempted }) => attempted))].filter((one) => one !== first.attempted);
  if (further.length === 0) return first;
  const rest = further.length - MOST_NAMED;
  const named = [
    ...further.slice(0, MOST_NAMED),
    ...(rest > 0 ? [rest === 1 ? 'one more thing' : `${String(rest)} more things`] : []),
  ];
  const remedy = others.every((one) => one.remedy === first.remedy) ? first.remedy : manyLacking(first, projectId);
  return { ...first, attempted: `${first.attempted}, nor ${named.join(', nor ')}`, remedy };
}

/** An identity that lacks several permissions has most often been given the wrong project, or one that does not exist. */
function manyLacking({ remedy }: Problem, projectId: string): string {
  const look = shell`gcloud projects describe ${projectId}`;
  return `Several permissions are missing, this one first. Check that project_id names the project that you mean: ${look} prints it, if it exists and you may see it. ${remedy}`;
}

/** Notices of one severity, each with what it is about. */
export function noticeSentences(report: RunReport, severity: Notice['severity']): string[] {
  const notices = [
    ...report.diagnostics.filter((one) => one.severity !== 'error'),
    ...(report.plan?.steps ?? []).flatMap((step) => step.notices),
    ...report.outcomes.flatMap((outcome) => outcome.notices),
  ];
  return [...new Set(notices.filter((notice) => notice.severity === severity).map(withSubject))];
}

function withSubject(notice: Notice): string {
  const { subject } = notice;
  if (subject === undefined) return sentence(notice);
  return `${'input' in subject ? subject.input : spell(subject)}: ${sentence(notice)}`;
}

/** What no run of this action can see. */
const NEVER_CHECKED = [
  'permissions granted on the folder, on the organization, or through a group',
  'who may act as the service account through a role on the folder or the organization, a custom role on the project, or a group',
  'owners, editors and IAM administrators of the project, who can act as any account in it',
  'access that tables, views, routines, connections and row access policies grant themselves',
  'datasets, roles and bindings in other projects, except for datasets in source_datasets',
  'what the account may do in services other than BigQuery, by grants on their own resources',
  'API keys bound to the service account, its HMAC keys for Cloud Storage, and domain-wide delegation',
  'deny policies, principal access boundaries and VPC Service Controls',
  'who may read the destinations that keys are delivered to',
];

/** What only a run that writes can see, because it is about its own identity and tokens. */
const NOT_FORESEEN = [
  'whether the identity and the tokens of mode apply may do what it would do: only mode apply itself can ask, and does so before its first write',
];

/** What no run can check, and what this one could not. */
export function notChecked(report: RunReport): string[] {
  const foreseen = modes[report.mode].writes ? [] : NOT_FORESEEN;
  return [...foreseen, ...NEVER_CHECKED, ...noticeSentences(report, 'unseen')];
}

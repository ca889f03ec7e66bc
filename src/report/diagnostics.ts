import { spell } from '../address.ts';
import { problemsIn } from '../engine/plan.ts';
import { sentence } from '../errors/diagnostic.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import type { RunReport } from './run-report.ts';

/** Everything that a report tells in sentences, from wherever it is known. Pure. */

/** Why something was not done, or could not be: plan first, then what else was found before writing, then what failed. */
export function problemSentences({ plan, diagnostics, outcomes }: RunReport): string[] {
  return asSentences([
    ...(plan === undefined ? [] : problemsIn(plan)),
    ...diagnostics.filter((one) => one.severity === 'error'),
    ...outcomes.flatMap(({ problems }) => problems),
  ]);
}

/** Each sentence once. */
export function asSentences(problems: readonly Problem[]): string[] {
  return [...new Set(problems.map(sentence))];
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

/** What no run can check, and what this one could not. */
export function notChecked(report: RunReport): string[] {
  return [...NEVER_CHECKED, ...noticeSentences(report, 'unseen')];
}

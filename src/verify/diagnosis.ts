import type { ApiError } from '../errors/api-error.ts';
import { isDrift } from '../engine/plan.ts';
import type { Plan } from '../engine/plan.ts';
import { adviseOn } from '../errors/explain.ts';
import type { Difference } from '../engine/resource.ts';
import type { Finding } from './attempts.ts';
import type { Attempt } from './claims.ts';

/** Why a claim does not hold, as far as it can be seen, and what to do. */
export interface Diagnosis {
  readonly cause: string;
  readonly remedy: string;
}

/** What is known besides the failure itself. */
export interface DiagnosisFacts {
  /** The plan, or what is left of it after apply. */
  readonly plan: Plan;
  readonly projectId: string;
  readonly email: string;
}

/**
 * Traces a failure to its cause where one can be seen: first in what the service said, where that leaves no doubt, then in
 * what the plan found to be off. undefined = nothing is off, so access may just not have spread yet. Pure.
 */
export function diagnose(finding: Finding, facts: DiagnosisFacts): Diagnosis | undefined {
  if (finding.holds) return undefined;
  // What is missing never explains a right that is too much.
  if (finding.claim.expected === 'cannot') return ofSurplus(facts);
  return inWords(finding, facts) ?? inPlan(finding, facts) ?? ofDeadKey(finding, facts);
}

/** How a warning of the plan begins that is about the key with which the account is tried. */
export const KEY_IN_USE = 'credentials_json holds the key';

/** Failures that name their own cause. */
function inWords({ claim, error, seen }: Finding, facts: DiagnosisFacts): Diagnosis | undefined {
  const { attempt } = claim;
  if (attempt.kind === 'dataset' && seen !== undefined) {
    return {
      cause: `the state dataset is not where it should be: ${seen}`,
      remedy: `Set location to where it lies, if your data lies there too; BigQuery never moves a dataset.`,
    };
  }
  if (error === undefined) return undefined;
  const { remedy } = adviseOn(error);
  if (error.reason === 'SERVICE_DISABLED' || error.reason === 'accessNotConfigured')
    return { cause: 'an API is off in the project that the account belongs to', remedy };
  if (error.service === 'oauth2' && !/invalid jwt signature/i.test(error.words)) return { cause: error.words, remedy };
  return attempt.kind === 'statement' && attempt.table !== undefined ? inTable(error, attempt.table, facts) : undefined;
}

/** Why a table cannot be read. */
function inTable(error: ApiError, table: string, { projectId, email }: DiagnosisFacts): Diagnosis | undefined {
  const { words } = error;
  const tag = /policy tag "?([^"\s]+)"?/i.exec(words)?.[1];
  if (tag !== undefined || /policy tag/i.test(words)) {
    return {
      cause: `a policy tag protects columns of ${table}${tag === undefined ? '' : `: ${tag}`}`,
      remedy:
        `Grant roles/datacatalog.categoryFineGrainedReader on the policy tag to serviceAccount:${email}, or leave those columns ` +
        'out of the model.',
    };
  }
  const elsewhere = /was not found in location (\S+)/.exec(words)?.[1];
  if (elsewhere !== undefined) {
    return {
      cause: `${table} does not exist, or does not lie in ${elsewhere}`,
      remedy: 'Check its name. One source of Segment has one location: tables elsewhere need a source of their own.',
    };
  }
  if (error.code === 404) return { cause: `${table} does not exist`, remedy: 'Check its name in proof_tables.' };
  if (error.code === 400)
    return { cause: `the statement cannot be run: ${words}`, remedy: 'Check the name in proof_tables.' };
  const named = /Table ([^\s:]+):([^\s.]+)\.([^\s:,]+)/.exec(words);
  const base = named === null ? undefined : `${named[1] ?? ''}.${named[2] ?? ''}.${named[3] ?? ''}`;
  const whole = table.split('.').length === 2 ? `${projectId}.${table}` : table;
  if (base !== undefined && base !== whole) {
    return {
      cause: `${table} is a view over ${base}, which the account may not read`,
      remedy: `Authorise the view on the dataset of ${base}, or grant roles/bigquery.dataViewer on that dataset to serviceAccount:${email}.`,
    };
  }
  if (!whole.startsWith(`${projectId}.`)) {
    return {
      cause: `${table} lies in another project, and the access mode gives access in ${projectId} alone`,
      remedy: `Grant roles/bigquery.dataViewer on its dataset to serviceAccount:${email}.`,
    };
  }
  return undefined;
}

/** Which of the plan's findings can make this kind of claim fail, most fundamental first. */
function inPlan({ claim, error }: Finding, { plan }: DiagnosisFacts): Diagnosis | undefined {
  const found = plan.steps.flatMap((step) =>
    step.differences
      .filter((difference) => isDrift(difference) && difference.kind !== 'surplus')
      .map((difference) => ({ address: step.resource.address, difference })),
  );
  for (const matches of causesOf(claim.attempt, error)) {
    const cause = found.find(({ address, difference }) => matches(address, difference));
    if (cause === undefined) continue;
    const { address, difference } = cause;
    return {
      cause: `${address}: ${difference.field} is ${difference.live}, and should be ${difference.desired}`,
      remedy: difference.field === 'disabled' ? 'Mode apply with restore: true mends it.' : 'Mode apply mends it.',
    };
  }
  return undefined;
}

type Matches = (address: string, difference: Difference) => boolean;

const isAccount: Matches = (address) => address.startsWith('service-account/');
const isKey: Matches = (address) => address.startsWith('credential/');
const isRole: Matches = (address) => address.startsWith('role/');
const isBinding: Matches = (address) => address.startsWith('project-policy/');
/** The state dataset: others are named with their project. */
const isDataset: Matches = (address) => /^dataset\/[^.]+$/.test(address);
const isSource =
  (name: string): Matches =>
  (address) =>
    address === `dataset/${name}`;
const isPermission =
  (permission: string): Matches =>
  (address, { field }) =>
    isRole(address, { field } as Difference) &&
    (field === `permission ${permission}` || !field.startsWith('permission '));

/** A role that lacks just this permission says more than a binding does; a whole role or binding that is gone says it all. */
function causesOf(attempt: Attempt, error: ApiError | undefined): readonly Matches[] {
  switch (attempt.kind) {
    case 'mint':
      return [isAccount, isKey];
    case 'permission':
      return [isAccount, isPermission(attempt.permission), isBinding];
    case 'tables':
      return [isAccount, isSource(attempt.dataset)];
    case 'dataset':
      return [isAccount, isDataset, isPermission('bigquery.datasets.get'), isBinding];
    case 'statement': {
      const permission = /\b(bigquery\.[a-z]+\.[a-zA-Z]+)\b/.exec(error?.words ?? '')?.[1];
      const lacks = permission ?? (attempt.table === undefined ? 'bigquery.jobs.create' : 'bigquery.tables.getData');
      const grants = [isPermission(lacks), isPermission('bigquery.jobs.create'), isBinding];
      return attempt.on === 'dataset' ? [isAccount, isDataset, ...grants] : [isAccount, ...grants];
    }
  }
}

/** The key with which the account is tried is not the one that was delivered last, and is dead. */
function ofDeadKey({ claim }: Finding, { plan }: DiagnosisFacts): Diagnosis | undefined {
  if (claim.attempt.kind !== 'mint') return undefined;
  const dead = plan.steps
    .flatMap((step) => step.warnings)
    .find((line) => line.startsWith(KEY_IN_USE) && line.endsWith('works no more'));
  if (dead === undefined) return undefined;
  return { cause: dead, remedy: 'Put the key that is delivered now where its consumer, and this input, take it from.' };
}

/** A right that should not be there comes from some other grant. */
function ofSurplus({ plan, projectId, email }: DiagnosisFacts): Diagnosis {
  const sources = plan.steps
    .filter(({ resource }) => /^(role|project-policy|dataset)\//.test(resource.address))
    .flatMap((step) => step.differences)
    .filter(({ desired, field }) => desired === 'absent' && !field.startsWith('member '));
  if (sources.length > 0) {
    const isPruned = sources.every(({ kind }) => kind === 'surplus');
    return {
      cause: `it comes from what is beyond the access mode: ${sources.map(({ field }) => field).join(', ')}`,
      remedy: isPruned ? 'Mode apply with prune: true removes what is surplus.' : 'Mode apply mends it.',
    };
  }
  return {
    cause:
      'it comes from no binding of the account on the project: from a group, the folder or the organisation, most likely',
    remedy: `Look for it: gcloud policy-intelligence query-policy or gcloud asset analyze-iam-policy --project ${projectId} --identity serviceAccount:${email}.`,
  };
}

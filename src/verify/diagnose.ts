import { spell } from '../address.ts';
import type { Address } from '../address.ts';
import { isDrift } from '../engine/drift.ts';
import type { FindingCode } from '../engine/finding.ts';
import type { PlanView } from '../engine/plan.ts';
import type { Difference } from '../engine/resource.ts';
import type { ApiError } from '../errors/api-error.ts';
import { isApiOff } from '../errors/api-off.ts';
import { explainApiError } from '../errors/explain.ts';
import { shell } from '../errors/shell.ts';
import { findings } from '../resources/findings.ts';
import type { Trial } from './attempts.ts';
import type { Attempt, Statement } from './claims.ts';
import { causeInTable } from './table-causes.ts';
import type { Diagnosis } from './verification.ts';
import { wordedDifference } from './wording.ts';

/** What is known besides the failure itself. */
export interface DiagnosisFacts {
  /** The plan, or what is left of it after apply. */
  readonly plan: PlanView;
  readonly projectId: string;
  readonly email: string;
}

/**
 * Traces a failure to its cause where one can be seen: first in what the service said, where that leaves no doubt, then in
 * what the plan found to be off. undefined = nothing is off, so access may just not have spread yet. Pure.
 */
export function diagnose(trial: Trial, facts: DiagnosisFacts): Diagnosis | undefined {
  if (trial.holds) return undefined;
  // What is missing never explains a right that is too much.
  if (trial.claim.expected === 'cannot') return causeOfExcess(facts);
  return causeInWords(trial, facts) ?? causeInPlan(trial, facts) ?? causeInKey(trial, facts);
}

/** Failures that name their own cause. */
function causeInWords({ claim, error, seen }: Trial, facts: DiagnosisFacts): Diagnosis | undefined {
  const { attempt } = claim;
  if (attempt.kind === 'dataset' && seen !== undefined) {
    return {
      code: 'verify.dataset-elsewhere',
      cause: `the state dataset is not in the location that was given: ${seen}`,
      remedy: 'Set `location` to where it is, if your data is there too; BigQuery never moves a dataset.',
    };
  }
  if (error === undefined) return undefined;
  const refused = causeInRefusal(error);
  if (refused !== undefined) return refused;
  return attempt.kind === 'statement' && attempt.table !== undefined
    ? causeInTable(error, attempt.table, facts)
    : undefined;
}

/** An API that is off, and a token that is refused for a reason that names itself. */
function causeInRefusal(error: ApiError): Diagnosis | undefined {
  const { code, remedy, letsWrite } = explainApiError(error);
  if (isApiOff({ code }) || error.reason === 'accessNotConfigured')
    return { code: 'verify.api-disabled', cause: 'an API is disabled in the project of the service account', remedy };
  // A signature that is not accepted says only that the key does not work: why, the plan or its notices may tell.
  const isNamed = error.service === 'oauth2' && letsWrite !== true && !/invalid jwt signature/i.test(error.words);
  return isNamed ? { code: 'verify.token-refused', cause: error.words, remedy } : undefined;
}

/** Which of the plan's differences can make this kind of claim fail, most fundamental first. */
function causeInPlan({ claim, error }: Trial, { plan }: DiagnosisFacts): Diagnosis | undefined {
  const found = plan.steps.flatMap(({ address, differences }) =>
    differences
      .filter((difference) => isDrift(difference) && difference.kind !== 'surplus')
      .map((difference) => ({ address, difference })),
  );
  for (const explains of causesOf(claim.attempt, error)) {
    const cause = found.find(explains);
    if (cause === undefined) continue;
    const { address, difference } = cause;
    return {
      code: 'verify.drift',
      cause: `${spell(address)}: ${wordedDifference(difference)}`,
      remedy: findings[difference.code].remedy,
    };
  }
  return undefined;
}

/** A difference, and what differs. */
interface Found {
  readonly address: Address;
  readonly difference: Difference;
}
type Explains = (found: Found) => boolean;

const any =
  (...codes: readonly FindingCode[]): Explains =>
  ({ difference }) =>
    codes.includes(difference.code);

const isAccount = any('account.missing', 'account.disabled');
/** The recorded key does not work; whether it is where it should be is no matter to a token. */
const isKey = any('key.missing', 'key.invalid', 'key.in-doubt');
const isBinding = any('project-role.missing', 'project-role.conditional');
const isStateDataset = any('state-dataset.missing', 'state-dataset.elsewhere', 'state-dataset.access-missing');
const isWholeRole = any('role.missing', 'role.deleted', 'role.disabled');

/** The role lacks just this permission, or gives nothing at all. */
const lacks =
  (permission: string): Explains =>
  (found) =>
    isWholeRole(found) ||
    (found.difference.code === 'role.permission-missing' && isAdding(found.difference.change, permission));

/** What of `RoleChange` adds this permission. */
function isAdding(change: unknown, permission: string): boolean {
  return typeof change === 'object' && change !== null && 'add' in change && change.add === permission;
}

const isSource =
  (name: string): Explains =>
  ({ address, difference }) =>
    address.name === name &&
    (difference.code === 'source-dataset.missing' || difference.code === 'source-dataset.access-missing');

/** A role that lacks just this permission says more than a binding does; a whole role or binding that is gone says it all. */
function causesOf(attempt: Attempt, error: ApiError | undefined): readonly Explains[] {
  switch (attempt.kind) {
    case 'mint':
    case 'sync':
    case 'model':
      return [isAccount, isKey];
    case 'permission':
      return [isAccount, lacks(attempt.permission), isBinding];
    case 'tables':
      return [isAccount, isSource(attempt.dataset)];
    case 'dataset':
      return [isAccount, isStateDataset, lacks('bigquery.datasets.get'), isBinding];
    case 'statement':
      return causesOfStatement(attempt, error);
  }
}

function causesOfStatement(attempt: Statement, error: ApiError | undefined): readonly Explains[] {
  const named = /\b(bigquery\.[a-z]+\.[a-zA-Z]+)\b/.exec(error?.words ?? '')?.[1];
  const usual = attempt.table === undefined ? 'bigquery.jobs.create' : 'bigquery.tables.getData';
  const grants = [lacks(named ?? usual), lacks('bigquery.jobs.create'), isBinding];
  return attempt.on === 'dataset' ? [isAccount, isStateDataset, ...grants] : [isAccount, ...grants];
}

/** The key with which the account is tried is not the one that was delivered last, and works no longer. */
function causeInKey({ claim }: Trial, { plan }: DiagnosisFacts): Diagnosis | undefined {
  if (claim.attempt.kind !== 'mint') return undefined;
  const dead = plan.steps.flatMap(({ notices }) => notices).find(({ code }) => code === 'key.in-use-invalid');
  if (dead === undefined) return undefined;
  return {
    code: 'verify.key-in-use',
    cause: dead.because,
    remedy: dead.remedy ?? 'Put the key that is delivered now where its consumer, and credentials_json, take it from.',
  };
}

/** What gives the account more on the project than its access mode does: what a dataset grants is no right there. */
const isExcess = any('role.permission-excess', 'project-role.excess', 'project-role.surplus');

/** A right that should not be there comes from some other grant. */
function causeOfExcess({ plan, projectId, email }: DiagnosisFacts): Diagnosis {
  const sources = plan.steps
    .flatMap(({ address, differences }) => differences.map((difference) => ({ address, difference })))
    .filter(isExcess);
  if (sources.length > 0) {
    const isPruned = sources.every(({ difference }) => difference.kind === 'surplus');
    const named = sources.map(({ address, difference }) => `${spell(address)}: ${wordedDifference(difference)}`);
    return {
      code: 'verify.excess-in-plan',
      cause: `it comes from excess access: ${named.join('; ')}`,
      remedy: isPruned
        ? 'Run mode `apply` with `prune: true` to remove it, unless somebody needs it.'
        : 'Run mode `apply` to fix this.',
    };
  }
  const member = `serviceAccount:${email}`;
  return {
    code: 'verify.excess-inherited',
    cause:
      'no role of the service account on the project explains it: most likely it comes from a group, the folder or the ' +
      'organization',
    remedy:
      `Find out where it comes from: ${shell`gcloud asset analyze-iam-policy --project ${projectId} --identity ${member}`} ` +
      `(or ${shell`gcloud policy-intelligence query-policy`} with the same flags).`,
  };
}

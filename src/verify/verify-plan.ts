import type { Cloud } from '../cloud/google/clients.ts';
import { tablesWithRowPolicies } from '../cloud/google/queries.ts';
import type { PlanView } from '../engine/plan.ts';
import type { Notice } from '../errors/diagnostic.ts';
import { shell } from '../errors/shell.ts';
import type { Target } from '../inputs/target.ts';
import { claimsIn } from './claims.ts';
import { diagnose } from './diagnose.ts';
import type { SegmentAccount } from './segment-account.ts';
import type { Verification } from './verification.ts';
import { uncheckedProofs } from './wording.ts';

/** What is verified, by whom, and on what ground. */
export interface PlanVerification {
  readonly account: Pick<SegmentAccount, 'verify'>;
  /** As the identity of the workflow: what a verification cannot see is asked as this one. */
  readonly cloud: Cloud;
  readonly target: Target;
  /** The plan; after apply, what is left of it. */
  readonly plan: PlanView;
  /** Whether this run took rights away, which take minutes to go. */
  readonly tookAway: boolean;
}

/** Tries, as the account, what the access mode promises; failures are traced to what the plan knows to be off. */
export async function verifyPlan(
  options: PlanVerification,
): Promise<{ readonly verification: Verification; readonly notices: readonly Notice[] }> {
  const { account, cloud, target, plan, tookAway } = options;
  const { projectId, names, proofTables } = target;
  const facts = { plan, projectId, email: names.email };
  const tables = proofTables.map((table) => (table.split('.').length === 2 ? `${projectId}.${table}` : table));
  const [verification, filtered] = await Promise.all([
    account.verify(claimsIn(plan, target), { tookAway, diagnose: (trial) => diagnose(trial, facts) }),
    tablesWithRowPolicies(cloud, tables),
  ]);
  const notices = filtered.map((table) => rowPolicies(table, names.member));
  return { verification, notices: [...notices, ...unchecked(verification, projectId)] };
}

/** One for all of them: what could not be asked is no failure, and no proof either. */
function unchecked(verification: Verification, projectId: string): Notice[] {
  const proofs = uncheckedProofs(verification);
  const [first] = proofs;
  if (first === undefined) return [];
  return [
    {
      severity: 'unseen',
      code: 'verify.not-checked',
      because: `${String(proofs.length)} access checks were not made, because the service account may not ask for its permissions: ${first.words ?? ''}`,
      remedy:
        'Segment does not need that question answered. To have it checked all the same, enable the API in the project of the ' +
        `service account: ${shell`gcloud services enable cloudresourcemanager.googleapis.com --project ${projectId}`}.`,
    },
  ];
}

/** Row-level security gives no error at all, neither to a dry run nor to a query. */
function rowPolicies(table: string, member: string): Notice {
  return {
    severity: 'warning',
    code: 'verify.row-policies',
    subject: { input: 'proof_tables' },
    because:
      `${table} has row access policies: models get only the rows that one of them grants to ${member}, and no error for the ` +
      'rest',
    remedy: `Make sure that a policy of ${table} grants ${member} the rows that your models need.`,
  };
}

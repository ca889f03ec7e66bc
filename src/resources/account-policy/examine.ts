import type { Address } from '../../address.ts';
import { conditionOf } from '../../cloud/google/bindings.ts';
import type { Binding, Policy } from '../../cloud/google/project-policies.ts';
import type { Difference, Examination } from '../../engine/resource.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import type { Names } from '../../inputs/names.ts';
import { distinct } from '../distinct.ts';
import { isDeleted, isEverybody, isSameMember } from '../members.ts';
import { impersonationEdge } from '../picture.ts';

/** Who may act as the account. Pure. */

/** Who is asked for. */
export interface AccountPolicyDesign {
  readonly address: Address;
  readonly names: Names;
  /** What is to be deleted takes its policy along; what was adopted keeps it. */
  readonly want: 'present' | 'absent';
  /** Members that may, by whatever role. */
  readonly impersonators: readonly string[];
  /** Whether this mode changes anything: only then the identity that runs has to act as the account, and may. */
  readonly writes: boolean;
}

/** The account's own policy, and who reads it. */
export interface AccountPolicyLive {
  readonly policy: Policy;
  /** Who runs, as policies name it; undefined when the credential does not tell. */
  readonly principal: string | undefined;
}

/** One member to be taken out of one binding; `condition` as `conditionOf` names it. */
export interface AccountPolicyChange {
  readonly revoke: { readonly role: string; readonly member: string; readonly condition?: string };
}

/** Roles that let nobody become the account, make its keys, or give others the right to: they only read. */
const ONLY_READ = ['roles/viewer', 'roles/browser', 'roles/iam.serviceAccountViewer', 'roles/iam.securityReviewer'];

/**
 * All that a run that writes does as the account: it mints tokens. Whoever may also make keys or set the policy could let
 * itself and others in for good, so that has to be said in `impersonators`.
 */
const ONLY_ACT = [
  'roles/iam.serviceAccountTokenCreator',
  'roles/iam.serviceAccountOpenIdTokenCreator',
  'roles/iam.serviceAccountUser',
  'roles/iam.workloadIdentityUser',
];

/** Whether the identity that runs may hold this role without being named in `impersonators`. Also for roles on the project. */
export function isExemptFor(
  { role, member }: { readonly role: string; readonly member: string },
  { principal, writes }: { readonly principal: string | undefined; readonly writes: boolean },
): boolean {
  return writes && principal !== undefined && isSameMember(principal, member) && ONLY_ACT.includes(role);
}

export function examineAccountPolicy(
  design: AccountPolicyDesign,
  live: AccountPolicyLive | undefined,
): Examination<AccountPolicyChange> {
  const diagnostics = design.want === 'present' ? warnOfPools(design) : [];
  if (live === undefined) return { differences: [], diagnostics };
  const differences = surplusIn(live, design).map((revoke) => surplus(design, revoke));
  return {
    differences: distinct(differences),
    diagnostics: [...diagnostics, ...noteDeleted(design, live)],
    remark: 'nobody else may act as the account',
  };
}

function surplus(
  { names }: AccountPolicyDesign,
  revoke: AccountPolicyChange['revoke'],
): Difference<AccountPolicyChange> {
  const { role, member, condition } = revoke;
  const suffix = condition === undefined ? '' : ` if "${condition}"`;
  return {
    code: 'impersonation.surplus',
    ...{ field: `binding ${role} for ${member}${suffix}`, live: 'present', desired: 'absent', kind: 'surplus' },
    ...{ phase: 'narrow', makes: 'access revoked', edge: impersonationEdge(names, member, `${role}${suffix}`) },
    change: { revoke },
  };
}

function surplusIn(
  { policy, principal }: AccountPolicyLive,
  { impersonators, writes }: AccountPolicyDesign,
): AccountPolicyChange['revoke'][] {
  const isAllowed = (role: string, member: string): boolean => {
    if (isEverybody(member)) return false;
    if (isDeleted(member) || impersonators.some((one) => isSameMember(one, member))) return true;
    return isExemptFor({ role, member }, { principal, writes });
  };
  return actingIn(policy).flatMap((binding) => {
    const condition = conditionOf(binding);
    const role = binding.role ?? '';
    return (binding.members ?? [])
      .filter((member) => !isAllowed(role, member))
      .map((member) => ({ role, member, ...(condition === undefined ? {} : { condition }) }));
  });
}

function actingIn({ bindings = [] }: Policy): Binding[] {
  return bindings.filter(({ role }) => !ONLY_READ.includes(role ?? ''));
}

/** They count again as soon as they are undeleted. */
function noteDeleted({ address }: AccountPolicyDesign, { policy }: AccountPolicyLive): Notice[] {
  const deleted = [...new Set(actingIn(policy).flatMap(({ members }) => (members ?? []).filter(isDeleted)))];
  if (deleted.length === 0) return [];
  const because = `members that were deleted are still bound, and could act as the account again if they are undeleted: ${deleted.join(', ')}`;
  return [{ severity: 'note', code: 'account-policy.deleted-members', subject: address, because }];
}

function warnOfPools({ address, impersonators }: AccountPolicyDesign): Notice[] {
  return impersonators.filter(isEverybody).map((member) => ({
    severity: 'warning',
    code: 'account-policy.whole-pool',
    subject: address,
    because: `impersonators: ${member} is a whole pool, so whoever can sign in by it still counts as surplus`,
    remedy: 'Name the principals that may act as the account.',
  }));
}

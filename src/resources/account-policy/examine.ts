import type { Address } from '../../address.ts';
import { conditionOf } from '../../cloud/google/bindings.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { Difference, Examination } from '../../engine/resource.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import type { Names } from '../../inputs/names.ts';
import { distinct } from '../distinct.ts';
import { impersonationEdge } from '../picture.ts';

/** Who may act as the account. Pure. */

/** Who is asked for. */
export interface AccountPolicyDesign {
  readonly address: Address;
  readonly names: Names;
  /** What is to be deleted takes its policy along; what was adopted keeps it. */
  readonly want: 'present' | 'absent';
  /** Members that may, besides the identity that runs. */
  readonly impersonators: readonly string[];
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

export function examineAccountPolicy(
  design: AccountPolicyDesign,
  live: AccountPolicyLive | undefined,
): Examination<AccountPolicyChange> {
  const diagnostics = design.want === 'present' ? warnOfPools(design) : [];
  if (live === undefined) return { differences: [], diagnostics };
  const allowed = [live.principal, ...design.impersonators].flatMap((member) => (member === undefined ? [] : [member]));
  const differences = surplusIn(live.policy, allowed).map((revoke) => surplus(design, revoke));
  return { differences: distinct(differences), diagnostics, remark: 'nobody else may act as the account' };
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

function surplusIn(policy: Policy, allowed: readonly string[]): AccountPolicyChange['revoke'][] {
  return (policy.bindings ?? [])
    .filter(({ role }) => !ONLY_READ.includes(role ?? ''))
    .flatMap((binding) => {
      const condition = conditionOf(binding);
      return (binding.members ?? [])
        .filter((member) => !isAllowed(member, allowed))
        .map((member) => ({ role: binding.role ?? '', member, ...(condition === undefined ? {} : { condition }) }));
    });
}

function isAllowed(member: string, allowed: readonly string[]): boolean {
  if (isEverybody(member)) return false;
  if (member.startsWith('deleted:')) return true; // Who is deleted can do nothing.
  return allowed.some((one) => spelled(one) === spelled(member));
}

/** IAM lower-cases e-mails; the subjects of a pool it does not. */
function spelled(member: string): string {
  return member.startsWith('principal') ? member : member.toLowerCase();
}

/** Whether whoever signs in by a pool, or anybody at all, is meant: even the run's own pool holds its pull requests. */
function isEverybody(member: string): boolean {
  return (
    /^principalSet:\/\/.*\/workloadIdentityPools\/[^/]+\/\*$/.test(member) || /^all(Authenticated)?Users$/.test(member)
  );
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

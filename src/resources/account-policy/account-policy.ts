import { ApiError } from '../../errors/api-error.ts';
import type { Clock } from '../../time.ts';
import { untilVisible } from '../../cloud/document.ts';
import type { Document } from '../../cloud/document.ts';
import type { Binding, Policy } from '../../cloud/google/project-policies.ts';
import type { Account } from '../../cloud/google/service-accounts.ts';
import type { Difference, Resource } from '../../engine/resource.ts';
import { conditionOf, removeMember } from '../../cloud/google/bindings.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';

/** Who may act as the account: by its own policy. What is held on the project, the folder or the organisation is not seen here. */
export interface AccountPolicyOptions {
  readonly email: string;
  readonly want: 'present' | 'absent';
  readonly document: Document<Policy>;
  readonly account: Document<Account>;
  readonly clock: Clock;
  /** Who runs, as policies name it; undefined when the credential does not tell. */
  readonly principal: () => string | undefined;
  /** Members that may, besides. */
  readonly impersonators: readonly string[];
}

/** Roles that let nobody become the account, make its keys, or give others the right to: they only look. */
const ONLY_LOOK = ['roles/viewer', 'roles/browser', 'roles/iam.serviceAccountViewer', 'roles/iam.securityReviewer'];

export function accountPolicy(options: AccountPolicyOptions): Resource<Policy> {
  const { document, want } = options;
  return {
    address: `account-policy/${options.email}`,
    want: 'left alone',
    // What is to be deleted takes its policy along; what was adopted keeps it.
    read: async () => (want === 'absent' ? undefined : readPolicy(options)),
    diff: (live) => diffMembers(options, live),
    refuse: () => [],
    warn: () =>
      options.impersonators
        .filter(isEverybody)
        .map(
          (member) => `impersonators: ${member} is a whole pool: whoever gets in there counts as surplus all the same`,
        ),
    facts: () => ({}),
    remark: (live) => (live === undefined ? undefined : 'nobody else may act as the account'),
    change: async (_live, chosen) => {
      const fields = new Set(chosen.map(({ field }) => field));
      await document.edit((before) =>
        surplusIn(options, before).reduce(
          (policy, { member, field, isIt }) => (fields.has(field) ? removeMember(policy, isIt, member) : policy),
          before,
        ),
      );
      return [];
    },
  };
}

/** IAM answers 404 or 403 for an account that it does not show yet: where the account itself was read, it is waited for. */
async function readPolicy({ document, account, clock }: AccountPolicyOptions): Promise<Policy | undefined> {
  const [found, live] = await Promise.allSettled([document.read(), account.read()]);
  const isThere = live.status === 'fulfilled' && live.value !== undefined;
  if (found.status === 'rejected') {
    if (live.status === 'fulfilled' && live.value === undefined && isDenied(found.reason)) return undefined;
    throw found.reason;
  }
  if (found.value !== undefined || !isThere) return found.value;
  const isInvisible = (error: unknown): boolean => error instanceof Invisible;
  return untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible }, async () => {
    const again = await document.reread();
    if (again === undefined) throw new Invisible('the service account is there, and its policy is not shown yet');
    return again;
  });
}

class Invisible extends Error {}

const isDenied = (error: unknown): boolean => error instanceof ApiError && error.code === 403;

/** One member of one binding that nobody asked for. */
interface Surplus {
  readonly member: string;
  readonly field: string;
  readonly isIt: (binding: Binding) => boolean;
}

function diffMembers(options: AccountPolicyOptions, live: Policy | undefined): Difference[] {
  const fields = new Set(surplusIn(options, live ?? {}).map(({ field }) => field));
  return [...fields].map((field) => ({
    field,
    live: 'present',
    desired: 'absent',
    kind: 'surplus',
    phase: 'narrow',
  }));
}

function surplusIn(options: AccountPolicyOptions, policy: Policy): Surplus[] {
  return (policy.bindings ?? [])
    .filter(({ role }) => !ONLY_LOOK.includes(role ?? ''))
    .flatMap((binding) =>
      (binding.members ?? [])
        .filter((member) => !isExempt(options, member))
        .map((member) => {
          const condition = conditionOf(binding);
          const suffix = condition === undefined ? '' : ` if "${condition}"`;
          const isIt = (one: Binding): boolean => one.role === binding.role && conditionOf(one) === condition;
          return { member, field: `binding ${binding.role ?? ''} for ${member}${suffix}`, isIt };
        }),
    );
}

function isExempt({ principal, impersonators }: AccountPolicyOptions, member: string): boolean {
  if (isEverybody(member)) return false;
  if (member.startsWith('deleted:')) return true; // Who is gone can do nothing.
  return [principal(), ...impersonators].some((one) => one !== undefined && spell(one) === spell(member));
}

/** IAM lower-cases e-mails; the subjects of a pool it does not. */
function spell(member: string): string {
  return member.startsWith('principal') ? member : member.toLowerCase();
}

/** Whether whoever signs in by a pool, or anybody at all, is meant: even the run's own pool holds its pull requests. */
function isEverybody(member: string): boolean {
  return (
    /^principalSet:\/\/.*\/workloadIdentityPools\/[^/]+\/\*$/.test(member) || /^all(Authenticated)?Users$/.test(member)
  );
}

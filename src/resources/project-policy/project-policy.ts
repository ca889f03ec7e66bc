import { ApiError } from '../../errors/api-error.ts';
import type { Clock } from '../../time.ts';
import { untilVisible } from '../../cloud/document.ts';
import type { Document } from '../../cloud/document.ts';
import type { Binding, Policy } from '../../cloud/google/project-policies.ts';
import type { Account } from '../../cloud/google/service-accounts.ts';
import { readDescription } from '../../ownership/record.ts';
import type { Difference, Resource } from '../../engine/resource.ts';
import { addGrant, conditionOf, grantsOf, removeMember, twinsOf } from '../../cloud/google/bindings.ts';
import type { Grant } from '../../cloud/google/bindings.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';

/** What our account may do on the project. */
export interface ProjectPolicyOptions {
  readonly projectId: string;
  /** `serviceAccount:…` */
  readonly member: string;
  /** Roles that the access mode gives, without a condition. */
  readonly roles: readonly string[];
  /** Roles that are ours to take away, in whatever form: those of every access mode. */
  readonly ours: readonly string[];
  readonly want: 'present' | 'absent';
  readonly document: Document<Policy>;
  readonly account: Document<Account>;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Addresses of what a grant stands on: the account, and the role if it is a custom one. */
  readonly needs: readonly string[];
}

/** The policy, and whether the account it speaks of is ours (or gone, so that what is left of it is). */
export interface PolicyLive {
  readonly policy: Policy;
  readonly owned: boolean;
}

export function projectPolicy(options: ProjectPolicyOptions): Resource<PolicyLive> {
  const { document, want, member, clock } = options;
  return {
    address: `project-policy/${options.projectId}`,
    want,
    read: async () => {
      const [policy, account] = await Promise.all([document.read(), options.account.read()]);
      if (policy === undefined) return undefined;
      return { policy, owned: account === undefined || readDescription(account.description).ownership !== undefined };
    },
    diff: (live) => (want === 'present' ? diffPresent(options, live) : diffAbsent(options, live)),
    refuse: () => [],
    warn: () => [],
    facts: () => ({}),
    change: async (_live, chosen, ready) => {
      if (want === 'present') await Promise.all(options.needs.map(ready));
      const fields = new Set(chosen.map((difference) => difference.field));
      const isChosen = (binding: Binding): boolean => {
        const grant = { role: binding.role ?? '', condition: conditionOf(binding) };
        return !isDesired(options, grant) && fields.has(takenField(grant));
      };
      // A role or an account just made may not be known to Resource Manager yet: this run has seen both.
      const onWait = (): void =>
        options.say('Resource Manager does not know the new account or role yet; trying again …');
      await untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible, onWait }, () =>
        document.edit((before) => {
          let policy = before;
          for (const twin of twinsOf(policy, member)) {
            if (fields.has(`member ${twin}`)) policy = removeMember(policy, () => true, twin);
          }
          for (const role of options.roles) {
            if (fields.has(grantField(role))) policy = addGrant(policy, role, member);
          }
          return removeMember(policy, isChosen, member);
        }),
      );
      return [];
    },
  };
}

/** Whether the service does not know the role or the account yet. */
function isInvisible(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.code === 400 &&
    /(service account|role)\b.*(does not exist|not supported)/is.test(error.words)
  );
}

function isDesired(options: ProjectPolicyOptions, grant: Grant): boolean {
  return options.roles.includes(grant.role) && grant.condition === undefined;
}

const grantField = (role: string): string => `binding ${role}`;

const takenField = (grant: Grant): string =>
  grant.condition === undefined ? grantField(grant.role) : `binding ${grant.role} if "${grant.condition}"`;

function diffPresent(options: ProjectPolicyOptions, live: PolicyLive | undefined): Difference[] {
  const grants = grantsOf(live?.policy ?? {}, options.member);
  const differences: Difference[] = leftovers(options, live);
  for (const role of options.roles) {
    if (grants.some((grant) => grant.role === role && grant.condition === undefined)) continue;
    const conditional = grants.find((grant) => grant.role === role);
    differences.push({
      field: grantField(role),
      live: conditional === undefined ? 'absent' : `only if "${conditional.condition ?? ''}"`,
      desired: 'present',
      kind: conditional === undefined ? 'missing' : 'changed',
      phase: 'grant',
      right: 'given',
    });
  }
  for (const grant of grants) {
    if (isDesired(options, grant)) continue;
    const kind = options.ours.includes(grant.role) ? 'changed' : 'surplus';
    differences.push(taken(takenField(grant), kind));
  }
  return unique(differences);
}

function diffAbsent(options: ProjectPolicyOptions, live: PolicyLive | undefined): Difference[] {
  if (live?.owned !== true) return [];
  const grants = grantsOf(live.policy, options.member);
  const differences = grants.map((grant) =>
    taken(takenField(grant), options.ours.includes(grant.role) ? 'changed' : 'surplus'),
  );
  return unique([...leftovers(options, live).map((twin) => ({ ...twin, phase: 'narrow' as const })), ...differences]);
}

/** A deleted account's twin grants nothing, but a policy that holds both is refused: it goes before ours comes. */
function leftovers(options: ProjectPolicyOptions, live: PolicyLive | undefined): Difference[] {
  return twinsOf(live?.policy ?? {}, options.member).map((twin) => ({
    field: `member ${twin}`,
    live: 'left over from a deleted account',
    desired: 'absent',
    kind: 'changed',
    phase: 'grant',
  }));
}

function taken(field: string, kind: 'changed' | 'surplus'): Difference {
  return { field, live: 'present', desired: 'absent', kind, phase: 'narrow', right: 'taken' };
}

function unique(differences: readonly Difference[]): Difference[] {
  return [...new Map(differences.map((difference) => [difference.field, difference])).values()];
}

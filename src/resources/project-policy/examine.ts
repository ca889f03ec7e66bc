import type { Address } from '../../address.ts';
import { grantsOf, leftoversOf } from '../../cloud/google/bindings.ts';
import type { Grant } from '../../cloud/google/bindings.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { Difference, Edge, Examination } from '../../engine/resource.ts';
import type { Names } from '../../inputs/names.ts';
import { distinct } from '../distinct.ts';
import { projectEdge } from '../picture.ts';

/** What is to be said of the account's roles on the project. Pure. */

/** The roles as they should be. */
export interface ProjectPolicyDesign {
  readonly address: Address;
  readonly names: Names;
  readonly projectId: string;
  /** Roles that the access mode grants, without a condition. */
  readonly roles: readonly string[];
  /** Roles that are ours to revoke, in whatever form: those of every access mode. */
  readonly ours: readonly string[];
  readonly want: 'present' | 'absent';
  /** What a grant stands on: the account, and the role if it is a custom one. */
  readonly grantAfter: readonly Address[];
}

/** The policy, and whether the account it speaks of is ours (or gone, so that what is left of it is). */
export interface ProjectPolicyLive {
  readonly policy: Policy;
  readonly isOurs: boolean;
}

/** One thing to be done for our account; roles by their full names, `condition` as `conditionOf` names it. */
export type ProjectPolicyChange =
  | { readonly grant: string }
  | { readonly revoke: { readonly role: string; readonly condition?: string } }
  | { readonly dropLeftover: string };

type PolicyDifference = Difference<ProjectPolicyChange>;

export function examineProjectPolicy(
  design: ProjectPolicyDesign,
  live: ProjectPolicyLive | undefined,
): Examination<ProjectPolicyChange> {
  const differences = design.want === 'present' ? diffPresent(design, live) : diffAbsent(design, live);
  return { differences: distinct(differences), diagnostics: [] };
}

function diffPresent(design: ProjectPolicyDesign, live: ProjectPolicyLive | undefined): PolicyDifference[] {
  const grants = grantsOf(live?.policy ?? {}, design.names.member);
  return [
    ...leftovers(design, live, 'grant'),
    ...design.roles.flatMap((role) => diffRole(design, role, grants)),
    ...grants.filter((grant) => !isDesired(design, grant)).map((grant) => excess(design, grant)),
  ];
}

function isDesired({ roles }: ProjectPolicyDesign, { role, condition }: Grant): boolean {
  return roles.includes(role) && condition === undefined;
}

function diffRole(design: ProjectPolicyDesign, role: string, grants: readonly Grant[]): PolicyDifference[] {
  const held = grants.filter((grant) => grant.role === role);
  if (held.some(({ condition }) => condition === undefined)) return [];
  const conditional = held[0];
  const grant = { phase: 'grant', right: 'given', makes: 'access granted', after: design.grantAfter } as const;
  const common = { field: `binding ${role}`, desired: 'present', ...grant, edge: edgeOf(design, role) };
  return [
    conditional === undefined
      ? { code: 'project-role.missing', ...common, live: 'absent', kind: 'missing', change: { grant: role } }
      : {
          code: 'project-role.conditional',
          ...{ ...common, live: `only if "${conditional.condition ?? ''}"`, kind: 'changed', change: { grant: role } },
        },
  ];
}

function excess(design: ProjectPolicyDesign, grant: Grant): PolicyDifference {
  return design.ours.includes(grant.role)
    ? { ...revoked(design, grant), code: 'project-role.excess' }
    : { ...revoked(design, grant), code: 'project-role.surplus', kind: 'surplus' };
}

/** Where our account should hold nothing: what is not ours goes only with `prune`. */
function diffAbsent(design: ProjectPolicyDesign, live: ProjectPolicyLive | undefined): PolicyDifference[] {
  if (live?.isOurs !== true) return [];
  return [
    ...leftovers(design, live, 'narrow'),
    ...grantsOf(live.policy, design.names.member).map((grant): PolicyDifference =>
      design.ours.includes(grant.role)
        ? { ...revoked(design, grant), code: 'project-role.to-revoke' }
        : { ...revoked(design, grant), code: 'project-role.surplus', kind: 'surplus' },
    ),
  ];
}

/**
 * A member that is left over from a deleted account grants nothing (so it has no edge), but a policy that holds both is
 * rejected: it goes before ours comes, in the same write.
 */
function leftovers(
  { names, grantAfter }: ProjectPolicyDesign,
  live: ProjectPolicyLive | undefined,
  phase: 'grant' | 'narrow',
): PolicyDifference[] {
  return leftoversOf(live?.policy ?? {}, names.member).map((member) => ({
    code: 'project-role.leftover',
    ...{ field: `member ${member}`, live: 'left over from a deleted account', desired: 'absent', kind: 'changed' },
    ...{ phase, makes: 'leftovers removed', change: { dropLeftover: member } },
    ...(phase === 'grant' ? { after: grantAfter } : {}),
  }));
}

function revoked(design: ProjectPolicyDesign, { role, condition }: Grant): Omit<PolicyDifference, 'code'> {
  const suffix = condition === undefined ? '' : ` if "${condition}"`;
  return {
    ...{ field: `binding ${role}${suffix}`, live: 'present', desired: 'absent', kind: 'changed' },
    ...{ phase: 'narrow', right: 'taken', makes: 'access revoked', edge: edgeOf(design, role, condition) },
    change: { revoke: { role, ...(condition === undefined ? {} : { condition }) } },
  };
}

function edgeOf({ names, projectId }: ProjectPolicyDesign, role: string, condition?: string): Edge {
  return projectEdge(names, projectId, role, condition);
}

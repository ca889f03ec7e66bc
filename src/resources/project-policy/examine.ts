import { grantsOf, leftoversOf } from '../../cloud/google/bindings.ts';
import type { Grant } from '../../cloud/google/bindings.ts';
import type { Difference, Edge, Examination } from '../../engine/resource.ts';
import { distinct } from '../distinct.ts';
import { projectEdge } from '../picture.ts';
import type { ProjectPolicyChange, ProjectPolicyDesign, ProjectPolicyLive } from './design.ts';
import { diffOthers, noteOthers } from './others.ts';

/** What is to be said of the account's roles on the project. Pure. */

export type { ProjectPolicyChange, ProjectPolicyDesign, ProjectPolicyLive } from './design.ts';

type PolicyDifference = Difference<ProjectPolicyChange>;

export function examineProjectPolicy(
  design: ProjectPolicyDesign,
  live: ProjectPolicyLive | undefined,
): Examination<ProjectPolicyChange> {
  const isPresent = design.want === 'present';
  const differences = isPresent
    ? [...diffPresent(design, live), ...diffOthers(design, live)]
    : diffAbsent(design, live);
  return { differences: distinct(differences), diagnostics: isPresent ? noteOthers(design, live) : [] };
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

/**
 * Where our account should hold nothing: what is not ours goes only with `prune`. The binding that confirms the account's mark
 * goes after all that the mark is needed for, so that a run that dies in between can be run again.
 */
function diffAbsent(design: ProjectPolicyDesign, live: ProjectPolicyLive | undefined): PolicyDifference[] {
  if (live?.isOurs !== true) return [];
  const { deleted, released } = design.revokeAfter;
  const last = { phase: 'remove', after: live.isCreated ? deleted : released } as const;
  return [
    ...leftovers(design, live, 'narrow'),
    ...grantsOf(live.policy, design.names.member).map((grant): PolicyDifference =>
      design.ours.includes(grant.role)
        ? { ...revoked(design, grant), ...last, code: 'project-role.to-revoke' }
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

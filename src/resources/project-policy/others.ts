import { conditionOf } from '../../cloud/google/bindings.ts';
import type { Binding, Policy } from '../../cloud/google/project-policies.ts';
import type { Difference } from '../../engine/resource.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { isExemptFor } from '../account-policy/examine.ts';
import { unbindCommand } from '../command.ts';
import { includesAccount, isDeleted, isEverybody, isSameMember, isServiceAgent } from '../members.ts';
import { impersonationEdge, projectEdge } from '../picture.ts';
import type { ProjectPolicyChange, ProjectPolicyDesign, ProjectPolicyLive } from './design.ts';

/** What the project's policy gives others over our account, and our account without naming it. Pure. */

/** Roles by which whoever holds them on a project can become any account of it, make its keys, or let others in. */
const ACTING = [
  'roles/iam.serviceAccountTokenCreator',
  'roles/iam.serviceAccountOpenIdTokenCreator',
  'roles/iam.workloadIdentityUser',
  'roles/iam.serviceAccountUser',
  'roles/iam.serviceAccountKeyAdmin',
  'roles/iam.serviceAccountAdmin',
];

interface Held {
  readonly role: string;
  readonly member: string;
  readonly condition: string | undefined;
}

function heldIn({ bindings = [] }: Policy): Held[] {
  return bindings.flatMap((binding: Binding) =>
    (binding.members ?? []).map((member) => ({ role: binding.role ?? '', member, condition: conditionOf(binding) })),
  );
}

/** Who may act as the account by a role on the project, and what everybody holds, the account included. */
export function diffOthers(
  design: ProjectPolicyDesign,
  live: ProjectPolicyLive | undefined,
): Difference<ProjectPolicyChange>[] {
  if (live === undefined) return [];
  const held = heldIn(live.policy);
  return [
    ...held.filter((one) => isSurplus(one, design, live)).map((one) => impersonator(design, one)),
    ...held
      .filter(({ role, member }) => includesAccount(member, design.names) && !design.roles.includes(role))
      .map((one) => everybody(design, one)),
  ];
}

function isSurplus(
  { role, member }: Held,
  { impersonators, names, writes }: ProjectPolicyDesign,
  { principal }: ProjectPolicyLive,
): boolean {
  if (!ACTING.includes(role) || isDeleted(member) || isServiceAgent(member)) return false;
  if (isEverybody(member)) return true;
  if (isSameMember(member, names.member) || impersonators.some((one) => isSameMember(one, member))) return false;
  return !isExemptFor({ role, member }, { principal, writes });
}

type Plain = Omit<Difference<ProjectPolicyChange>, 'code' | 'edge'>;

function byHand({ projectId }: ProjectPolicyDesign, { role, member, condition }: Held): Plain {
  const suffix = condition === undefined ? '' : ` if "${condition}"`;
  const command = unbindCommand(projectId, { role, member }, condition);
  return {
    ...{ field: `binding ${role} for ${member}${suffix}`, live: 'present', desired: 'absent', kind: 'surplus' },
    ...{ phase: 'narrow', makes: 'access revoked' },
    change: { byHand: { role, member, ...(condition === undefined ? {} : { condition }), command } },
  };
}

function impersonator(design: ProjectPolicyDesign, held: Held): Difference<ProjectPolicyChange> {
  const edge = impersonationEdge(design.names, held.member, `${held.role} on the project`);
  return { ...byHand(design, held), code: 'project-role.impersonator', edge };
}

function everybody(design: ProjectPolicyDesign, held: Held): Difference<ProjectPolicyChange> {
  const edge = projectEdge(design.names, design.projectId, `${held.role} as ${held.member}`, held.condition);
  return { ...byHand(design, held), code: 'project-role.everybody', edge };
}

/** Who could act as the account, and is nobody's to judge: Google's own services, and members that were deleted. */
export function noteOthers(
  { address: subject, names }: ProjectPolicyDesign,
  live: ProjectPolicyLive | undefined,
): Notice[] {
  const acting = heldIn(live?.policy ?? {}).filter(({ role }) => ACTING.includes(role));
  const named = (all: readonly Held[]): string =>
    [...new Set(all.map(({ member, role }) => `${member} (${role})`))].join(', ');
  const agents = acting.filter(({ member }) => isServiceAgent(member));
  const deleted = acting.filter(({ member }) => isDeleted(member) && !member.startsWith(`deleted:${names.member}?`));
  const because = (what: string, all: readonly Held[]): string => `${what} by a role on the project: ${named(all)}`;
  return [
    ...(agents.length === 0
      ? []
      : [
          {
            ...({ severity: 'note', code: 'project-policy.service-agents', subject } as const),
            because: because("services of Google's may act as the account", agents),
          },
        ]),
    ...(deleted.length === 0
      ? []
      : [
          {
            ...({ severity: 'note', code: 'project-policy.deleted-members', subject } as const),
            because: because('members that were deleted could act as the account again if they are undeleted', deleted),
          },
        ]),
  ];
}

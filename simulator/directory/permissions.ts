/** Who may do what: evaluated for whoever calls, from the policies of this world. */
import { denied } from '../engine/refusal.ts';
import type { Caller, Context } from '../engine/route.ts';
import { isEffective } from './grants.ts';
import type { Grant } from './grants.ts';
import { iamState } from './iam.ts';
import { PREDEFINED, isIn } from './predefined-roles.ts';
import { resourceManagerState } from './projects.ts';

/** What is acted upon. */
export interface Target {
  /** Id of the project it belongs to, whose policy counts in any case. */
  readonly project: string;
  /** What its own policy adds: of a dataset, an account, a secret. */
  readonly grants?: readonly Grant[] | undefined;
  /** As a refusal names it; the project otherwise. */
  readonly name?: string;
}

/** The basic role behind a group of a project's members. */
const GROUPS: Readonly<Record<string, string>> = {
  projectOwners: 'roles/owner',
  projectEditors: 'roles/editor',
  projectWriters: 'roles/editor',
  projectReaders: 'roles/viewer',
  projectViewers: 'roles/viewer',
};

/** Whether the caller holds the permission on the target. */
export function holds(context: Context, caller: Caller, permission: string, target: Target): boolean {
  context.onNeed?.(caller, permission);
  const ofProject = resourceManagerState(context.live).projects[target.project]?.grants ?? [];
  const isMe = (member: string): boolean => {
    const basic = GROUPS[member];
    if (basic === undefined) return isCaller(caller, member);
    return ofProject.some(
      (grant) => grant.role === basic && isCaller(caller, grant.member) && isEffective(grant, context),
    );
  };
  const inherited = resourceManagerState(context.live).projects[target.project]?.inherited ?? [];
  return [...ofProject, ...inherited, ...(target.grants ?? [])].some(
    (grant) =>
      isMe(grant.member) && isEffective(grant, context) && isIn(permissionsOf(context, grant.role), permission),
  );
}

function isCaller(caller: Caller, member: string): boolean {
  const lower = member.toLowerCase();
  return lower === caller.principal.toLowerCase() || caller.memberships.some((one) => one.toLowerCase() === lower);
}

function permissionsOf({ live }: Context, role: string): readonly string[] {
  const custom = iamState(live).roles[role];
  if (custom === undefined) return PREDEFINED[role] ?? [];
  return custom.deletedAt !== undefined || custom.stage === 'DISABLED' ? [] : custom.includedPermissions;
}

/** Throws IAM's 403 unless the caller holds it. */
export function requirePermission(context: Context, permission: string, target: Target): void {
  if (holds(context, context.caller(), permission, target)) return;
  throw denied(permission, target.name ?? `projects/${target.project}`);
}

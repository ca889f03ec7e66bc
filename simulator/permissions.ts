/** Who may do what: evaluated for whoever calls, from the policies of this world, after its lag. */
import { isEffective } from './grants.ts';
import type { Grant } from './grants.ts';
import { PREDEFINED_ROLES } from './predefined/roles.ts';
import { denied } from './refusal.ts';
import type { Caller, Context, Refusal } from './route.ts';
import type { World } from './world.ts';

export { PREDEFINED_ROLES } from './predefined/roles.ts';

/** What is acted upon. A dataset or an account adds the grants of its own policy to those of its project. */
export interface Resource {
  /** Project id. */
  readonly project: string;
  /** As refusals name it; by default `projects/PROJECT`. */
  readonly name?: string;
  /** Of the resource itself: kept with `trackGrants`. */
  readonly grants?: readonly Grant[];
}

/** What the legacy words of a dataset's access list mean. */
const LEGACY: Readonly<Record<string, string>> = {
  OWNER: 'roles/bigquery.dataOwner',
  WRITER: 'roles/bigquery.dataEditor',
  READER: 'roles/bigquery.dataViewer',
};

/** The basic role whose holders `projectOwner:P` and its kin stand for. */
const BASIC: Readonly<Record<string, string>> = {
  projectOwner: 'roles/owner',
  projectEditor: 'roles/editor',
  projectViewer: 'roles/viewer',
};

/** Whether the caller holds the permission on the resource, now and in effect. */
export function holds(context: Context, caller: Caller, permission: string, resource: Resource): boolean {
  return grantsOf(context, caller, resource).some(({ role }) =>
    permissionsOfRole(context.world, role).includes(permission),
  );
}

/** The grants of this caller that have effect on the resource, its own and those of its project. */
export function grantsOf(context: Context, caller: Caller, resource: Resource): Grant[] {
  const { world, now } = context;
  const ofProject = world.resourceManager.projects[resource.project]?.grants ?? [];
  const isHeld = (grant: Grant): boolean => isEffective(grant, world, now) && isMember(context, caller, grant.member);
  return [...ofProject, ...(resource.grants ?? [])].filter(isHeld);
}

/** Throws unless the caller holds it; `refuse` makes the refusal where the service has words of its own. */
export function requirePermission(
  context: Context,
  permission: string,
  resource: Resource,
  refuse: (permission: string, resource: string) => Refusal = denied,
): void {
  if (holds(context, context.caller(), permission, resource)) return;
  throw refuse(permission, resource.name ?? `projects/${resource.project}`);
}

/** What a role gives: predefined, custom (nothing while deleted or disabled), or a dataset's OWNER, WRITER, READER. */
export function permissionsOfRole(world: World, role: string): readonly string[] {
  const name = LEGACY[role] ?? role;
  const predefined = PREDEFINED_ROLES[name];
  if (predefined !== undefined) return predefined.permissions;
  const custom = world.iam.roles[name];
  if (custom === undefined || custom.deletedAt !== undefined || custom.stage === 'DISABLED') return [];
  return custom.includedPermissions;
}

function isMember(context: Context, caller: Caller, member: string): boolean {
  const { world, now } = context;
  const lower = member.toLowerCase();
  if (lower === 'allusers' || lower === 'allauthenticatedusers') return true;
  if (lower === caller.principal.toLowerCase()) return true;
  // Claims that a principal set names are case-sensitive.
  if (caller.memberships.includes(member)) return true;
  const [kind = '', project = ''] = member.split(/:(.*)/s);
  const role = BASIC[kind];
  if (role === undefined) return false;
  return (world.resourceManager.projects[project]?.grants ?? []).some(
    (grant) => grant.role === role && isEffective(grant, world, now) && isMember(context, caller, grant.member),
  );
}

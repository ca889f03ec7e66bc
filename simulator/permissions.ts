/** Who may do what: evaluated for whoever calls, from the policies of this world. */
import { isEffective } from './grants.ts';
import type { Grant } from './grants.ts';
import { PREDEFINED, isIn } from './predefined-roles.ts';
import { bigQuery, denied } from './refusal.ts';
import type { Caller, Context } from './route.ts';

/** What is acted upon. A dataset, an account or a secret adds its own policy to that of its project. */
export interface Target {
  readonly project: string;
  readonly dataset?: string;
  /** E-mail. */
  readonly account?: string;
  /** `projects/ID/secrets/S`. */
  readonly secret?: string;
}

const BASIC: Readonly<Record<string, string>> = {
  OWNER: 'roles/bigquery.dataOwner',
  WRITER: 'roles/bigquery.dataEditor',
  READER: 'roles/bigquery.dataViewer',
};

/** Whether the caller holds the permission on the target. */
export function holds(context: Context, caller: Caller, permission: string, target: Target): boolean {
  const { world, now } = context;
  const policies: Grant[][] = [world.resourceManager.projects[target.project]?.grants ?? []];
  if (target.account !== undefined) policies.push(world.iam.accounts[target.account]?.grants ?? []);
  if (target.secret !== undefined) policies.push(world.secretManager.secrets[target.secret]?.grants ?? []);
  if (target.dataset !== undefined)
    policies.push(world.bigQuery.datasets[`${target.project}:${target.dataset}`]?.grants ?? []);
  const projectGrants = policies[0] ?? [];
  const isMe = (member: string): boolean => {
    const group = /^project(Owners|Editors|Writers|Readers|Viewers)$/.exec(member)?.[1];
    if (group !== undefined) {
      const role = {
        Owners: 'roles/owner',
        Editors: 'roles/editor',
        Writers: 'roles/editor',
        Readers: 'roles/viewer',
        Viewers: 'roles/viewer',
      }[group];
      return projectGrants.some(
        (grant) => grant.role === role && isCaller(caller, grant.member) && isEffective(grant, world, now),
      );
    }
    return isCaller(caller, member);
  };
  return policies.some((grants) =>
    grants.some(
      (grant) =>
        isMe(grant.member) && isEffective(grant, world, now) && isIn(permissionsOf(context, grant.role), permission),
    ),
  );
}

function isCaller(caller: Caller, member: string): boolean {
  const lower = member.toLowerCase();
  return lower === caller.principal.toLowerCase() || caller.memberships.some((one) => one.toLowerCase() === lower);
}

function permissionsOf(context: Context, role: string): readonly string[] {
  const name = BASIC[role] ?? role;
  const custom = context.world.iam.roles[name];
  if (custom === undefined) return PREDEFINED[name] ?? [];
  return custom.deletedAt !== undefined || custom.stage === 'DISABLED' ? [] : custom.includedPermissions;
}

/** Throws IAM's 403 unless the caller holds it. */
export function requirePermission(context: Context, permission: string, target: Target): void {
  if (holds(context, context.caller(), permission, target)) return;
  const resource =
    target.account === undefined
      ? `projects/${target.project}`
      : `projects/${target.project}/serviceAccounts/${target.account}`;
  throw denied(permission, resource);
}

/** Throws BigQuery's 403 for a dataset unless the caller holds it. */
export function requireOnDataset(
  context: Context,
  permission: string,
  target: { project: string; dataset: string },
): void {
  if (holds(context, context.caller(), permission, target)) return;
  const name = `${target.project}:${target.dataset}`;
  throw bigQuery(
    403,
    'accessDenied',
    `Access Denied: Dataset ${name}: Permission ${permission} denied on dataset ${name} (or it may not exist).`,
  );
}

/** Throws BigQuery's 403 for a project unless the caller holds it. */
export function requireOnProject(context: Context, permission: string, project: string): void {
  if (holds(context, context.caller(), permission, { project })) return;
  throw bigQuery(
    403,
    'accessDenied',
    `Access Denied: Project ${project}: User does not have ${permission} permission in project ${project}.`,
  );
}

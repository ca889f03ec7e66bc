/** Custom roles come, change and go, with their three states of being deleted. */
import { iamState } from '../directory/iam.ts';
import type { RoleState } from '../directory/iam.ts';
import { requirePermission } from '../directory/permissions.ts';
import { list, record, text } from '../engine/json.ts';
import { nextEtag } from '../engine/random.ts';
import { google, invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request } from '../engine/route.ts';
import { DAY, answer, checkRole, findRole, guard, isRoleId, notNow } from './roles.ts';

export function createRole(request: Request, context: Context): Reply {
  const { world, now } = context;
  const project = request.params['project'] ?? '';
  requirePermission(context, 'iam.roles.create', { project });
  const body = record(request.body);
  const roleId = text(body['roleId']) ?? '';
  if (!isRoleId(roleId)) throw invalid(`Invalid role id: ${roleId}`);
  const role = record(body['role']);
  if (role['name'] !== undefined) throw invalid('The role name must not be set.');
  checkRole(role, context);
  const { roles } = iamState(world);
  const name = `projects/${project}/roles/${roleId}`;
  checkFree(roles[name], { roleId, project, now });
  const made: RoleState = {
    name,
    title: text(role['title']) ?? '',
    description: text(role['description']) ?? '',
    includedPermissions: list(role['includedPermissions']).map(String),
    stage: text(role['stage']) ?? 'ALPHA',
    etag: nextEtag(world),
    createdAt: now,
  };
  roles[name] = made;
  return { status: 200, body: answer(made) };
}

/** A name is taken for 7 days by a role that can come back, and for 37 more by one that cannot. */
function checkFree(
  existing: RoleState | undefined,
  { roleId, project, now }: { readonly roleId: string; readonly project: string; readonly now: number },
): void {
  if (existing === undefined) return;
  if (existing.deletedAt === undefined)
    throw google(409, 'ALREADY_EXISTS', `A role named ${roleId} in projects/${project} already exists.`, {
      reason: 'alreadyExists',
    });
  if (existing.deletedAt + 7 * DAY >= now)
    throw notNow(
      `You can't create a role with role_id (${roleId}) where there is an existing role with that role_id in a deleted state.`,
    );
  if (existing.deletedAt + 44 * DAY >= now)
    throw notNow(`You can't create a role_id (${roleId}) which has been marked for deletion.`);
}

export function patchRole(request: Request, context: Context): Reply {
  const role = findRole(request, context, 'iam.roles.update');
  const body = record(request.body);
  checkRole(body, context);
  guard(role, text(body['etag']));
  if (role.deletedAt !== undefined) throw notNow(`The role ${role.name} is deleted.`);
  const mask = maskOf(request.query.get('updateMask')?.split(',') ?? Object.keys(body));
  if (mask.includes('title')) role.title = text(body['title']) ?? '';
  if (mask.includes('description')) role.description = text(body['description']) ?? '';
  if (mask.includes('stage')) role.stage = text(body['stage']) ?? 'ALPHA';
  if (mask.includes('includedPermissions')) role.includedPermissions = list(body['includedPermissions']).map(String);
  role.etag = nextEtag(context.world);
  return { status: 200, body: answer(role) };
}

const IN_MASKS = ['title', 'description', 'includedPermissions', 'stage', 'name', 'etag'];

function maskOf(fields: readonly string[]): readonly string[] {
  const wrong = fields.find((field) => !IN_MASKS.includes(field));
  if (wrong !== undefined) throw invalid(`Invalid field in update mask: ${wrong}`);
  return fields;
}

export function deleteRole(request: Request, context: Context): Reply {
  const role = findRole(request, context, 'iam.roles.delete');
  guard(role, request.query.get('etag') ?? undefined);
  if (role.deletedAt !== undefined) throw notNow(`The role ${role.name} is already deleted.`);
  role.deletedAt = context.now;
  role.etag = nextEtag(context.world);
  return { status: 200, body: answer(role) };
}

export function undeleteRole(request: Request, context: Context): Reply {
  const role = findRole(request, context, 'iam.roles.undelete');
  guard(role, text(record(request.body)['etag']));
  if (role.deletedAt === undefined) throw notNow(`The role ${role.name} is not deleted.`);
  delete role.deletedAt;
  role.etag = nextEtag(context.world);
  return { status: 200, body: answer(role) };
}

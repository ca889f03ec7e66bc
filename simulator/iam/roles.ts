/** Custom roles of a project as they are found, checked and answered. */
import { iamState } from '../directory/iam.ts';
import type { RoleState } from '../directory/iam.ts';
import { requirePermission } from '../directory/permissions.ts';
import { isIn } from '../directory/predefined-roles.ts';
import { list, text } from '../engine/json.ts';
import { sightOf } from '../engine/lag.ts';
import { isSameEtag } from '../engine/random.ts';
import { denied, google, invalid } from '../engine/refusal.ts';
import type { Context, Request } from '../engine/route.ts';

export const DAY = 86_400_000;

/** The role of a path, for who may do this with it. Throws 404 also for one that was deleted so long ago that it cannot come back. */
export function findRole({ params }: Request, context: Context, permission: string): RoleState {
  const { world, now } = context;
  const { project = '', role: id = '' } = params;
  requirePermission(context, permission, { project });
  const name = `projects/${project}/roles/${id}`;
  if (!isRoleId(id)) {
    throw invalid(
      'The role name must be in the form "roles/{role}", "organizations/{organization_id}/roles/{role}", or "projects/{project_id}/roles/{role}".',
    );
  }
  const role = iamState(world).roles[name];
  if (role === undefined || (role.deletedAt !== undefined && role.deletedAt + 7 * DAY < now)) {
    throw missing(name);
  }
  const sight = sightOf({ ...role, id: name }, 'role', context);
  if (sight === 'denied') throw denied(permission, name);
  if (sight === 'missing') throw missing(name);
  return role;
}

function missing(name: string): Error {
  return google(404, 'NOT_FOUND', `The role named ${name} was not found.`, { reason: 'notFound' });
}

export function isRoleId(id: string): boolean {
  return /^[A-Za-z0-9_.]{3,64}$/.test(id);
}

/** A role as IAM answers it: ALPHA and empty lists are left out. */
export function answer(role: RoleState): Record<string, unknown> {
  const { name, title, description, includedPermissions, stage, etag, deletedAt } = role;
  return {
    name,
    ...(title === '' ? {} : { title }),
    ...(description === '' ? {} : { description }),
    ...(includedPermissions.length === 0 ? {} : { includedPermissions }),
    ...(stage === 'ALPHA' ? {} : { stage }),
    etag,
    ...(deletedAt === undefined ? {} : { deleted: true }),
  };
}

/** Throws for texts that are too long, and permissions that no custom role may hold. */
export function checkRole(body: Record<string, unknown>, { permissions }: Context): void {
  const bytes = (field: string): number => Buffer.byteLength(text(body[field]) ?? '');
  if (bytes('title') > 100) throw invalid('The role title must be at most 100 bytes.');
  if (bytes('description') > 300) throw invalid('The role description must be at most 300 bytes.');
  for (const permission of list(body['includedPermissions'])) {
    if (!isIn(permissions, String(permission))) throw invalid(`Permission ${String(permission)} is not valid.`);
  }
}

/** Throws 409 for an etag that was sent and is not the role's. */
export function guard(role: RoleState, etag: string | undefined): void {
  if (etag === undefined || etag === '' || isSameEtag(etag, role.etag)) return;
  throw google(
    409,
    'ABORTED',
    'There were concurrent changes to the role. Please retry the whole read-modify-write with exponential backoff.',
    { reason: 'aborted' },
  );
}

export function notNow(message: string): Error {
  return google(400, 'FAILED_PRECONDITION', message, { reason: 'failedPrecondition' });
}

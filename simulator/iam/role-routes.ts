import { iamState } from '../directory/iam.ts';
import { requirePermission } from '../directory/permissions.ts';
import { PREDEFINED, isIn } from '../directory/predefined-roles.ts';
import { record, text } from '../engine/json.ts';
import { sightOf } from '../engine/lag.ts';
import { google, invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { serveMethod } from './method.ts';
import { createRole, deleteRole, patchRole, undeleteRole } from './role-life.ts';
import { answer, findRole } from './roles.ts';

function getRole(request: Request, context: Context): Reply {
  return { status: 200, body: answer(findRole(request, context, 'iam.roles.get')) };
}

function listRoles(request: Request, context: Context): Reply {
  const project = request.params['project'] ?? '';
  requirePermission(context, 'iam.roles.list', { project });
  const isFull = request.query.get('view') === 'FULL';
  const isShown = request.query.get('showDeleted') === 'true';
  const roles = Object.values(iamState(context.world).roles)
    .filter((role) => role.name.startsWith(`projects/${project}/roles/`) && (isShown || role.deletedAt === undefined))
    .filter((role) => sightOf({ ...role, id: role.name }, 'role', context) === 'shown')
    .map((role) =>
      Object.fromEntries(Object.entries(answer(role)).filter(([field]) => isFull || field !== 'includedPermissions')),
    );
  return { status: 200, body: roles.length === 0 ? {} : { roles } };
}

function queryTestable({ body }: Request, { permissions }: Context): Reply {
  // Any host: a client that was pointed elsewhere names that host here.
  const name = text(record(body)['fullResourceName']) ?? '';
  if (!/^\/\/[^/]+\/projects\/[^/]+$/.test(name)) throw invalid(`Invalid resource name: ${name}`);
  return { status: 200, body: { permissions: permissions.map((permission) => ({ name: permission, stage: 'GA' })) } };
}

function getPredefined({ params }: Request, { permissions: all }: Context): Reply {
  const name = `roles/${params['role'] ?? ''}`;
  const permissions = PREDEFINED[name];
  if (permissions === undefined)
    throw google(404, 'NOT_FOUND', `The role named ${name} was not found.`, { reason: 'notFound' });
  const includedPermissions = all.filter((permission) => isIn(permissions, permission));
  return { status: 200, body: { name, title: name, stage: 'GA', includedPermissions, etag: 'AA==' } };
}

export const roleRoutes: Route[] = [
  serveMethod('projects.roles.create', createRole),
  serveMethod('projects.roles.list', listRoles),
  serveMethod('projects.roles.get', getRole),
  serveMethod('projects.roles.patch', patchRole),
  serveMethod('projects.roles.delete', deleteRole),
  serveMethod('projects.roles.undelete', undeleteRole),
  serveMethod('permissions.queryTestablePermissions', queryTestable),
  serveMethod('roles.get', getPredefined),
];

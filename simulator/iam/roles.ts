/** Custom roles of a project, and the three states of one that was deleted. */
import { record, text } from '../json.ts';
import { requirePermission } from '../permissions.ts';
import { nextEtag } from '../random.ts';
import { google, invalid } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../strict.ts';
import { readRole, requireRoleEtag, ROLE_SHAPE, showRole } from './role-fields.ts';
import type { RoleState } from './state.ts';

const DAY = 86_400_000;
/** So long a deleted role can be undeleted. */
const UNDELETABLE = 7 * DAY;
/** So long its name is taken. */
const RESERVED = 44 * DAY;
const MOST_ROLES = 300;
const ID = /^[A-Za-z0-9_.]{3,64}$/;
const FORMS = '"roles/{role}", "organizations/{organization_id}/roles/{role}", or "projects/{project_id}/roles/{role}"';

const projectOf = ({ params }: Request): string => params['project'] ?? '';
const unmet = (message: string): Error => google(400, 'FAILED_PRECONDITION', message, { errors: true });

function find(request: Request, { world, now }: Context): RoleState {
  const id = request.params['role'] ?? '';
  if (!ID.test(id)) throw invalid(`The role name must be in the form ${FORMS}.`);
  const name = `projects/${projectOf(request)}/roles/${id}`;
  const role = world.iam.roles[name];
  if (role === undefined || (role.deletedAt !== undefined && now > role.deletedAt + RESERVED)) {
    throw google(404, 'NOT_FOUND', `The role named ${name} was not found.`, { errors: true });
  }
  return role;
}

function change(role: RoleState, context: Context): Reply {
  role.etag = nextEtag(context.world);
  return { status: 200, body: showRole(role) };
}

function get(request: Request, context: Context): Reply {
  requirePermission(context, 'iam.roles.get', { project: projectOf(request) });
  checkQuery(request);
  return { status: 200, body: showRole(find(request, context)) };
}

function create(request: Request, context: Context): Reply {
  const project = projectOf(request);
  requirePermission(context, 'iam.roles.create', { project });
  checkQuery(request);
  checkBody(request.body, { roleId: 'string', role: ROLE_SHAPE });
  const { roleId, role } = record(request.body);
  const id = text(roleId) ?? '';
  if (!ID.test(id)) throw invalid(`The role_id ("${id}") must match the pattern [a-zA-Z0-9_.]{3,64}.`);
  if (record(role)['name'] !== undefined) throw invalid('The role name must be empty.');
  const fields = readRole(role);
  requireFree(id, project, context);
  const name = `projects/${project}/roles/${id}`;
  const made: RoleState = { name, ...fields, etag: '' };
  context.world.iam.roles[name] = made;
  return change(made, context);
}

function requireFree(id: string, project: string, { world, now }: Context): void {
  const prefix = `projects/${project}/roles/`;
  const existing = world.iam.roles[prefix + id];
  const age = existing?.deletedAt === undefined ? undefined : now - existing.deletedAt;
  if (age === undefined && existing !== undefined) {
    throw google(409, 'ALREADY_EXISTS', `A role named ${id} in projects/${project} already exists.`, { errors: true });
  }
  if (age !== undefined && age <= UNDELETABLE) {
    throw unmet(
      `You can't create a role with role_id (${id}) where there is an existing role with that role_id in a deleted state.`,
    );
  }
  if (age !== undefined && age <= RESERVED) {
    throw unmet(`You can't create a role_id (${id}) which has been marked for deletion.`);
  }
  const count = Object.values(world.iam.roles).filter(({ name }) => name.startsWith(prefix)).length;
  if (count >= MOST_ROLES) {
    const message = `The maximum number of custom roles (${String(MOST_ROLES)}) has been reached.`;
    throw google(429, 'RESOURCE_EXHAUSTED', message, { errors: true });
  }
}

function patch(request: Request, context: Context): Reply {
  requirePermission(context, 'iam.roles.update', { project: projectOf(request) });
  checkQuery(request, 'updateMask');
  checkBody(request.body, ROLE_SHAPE);
  const role = find(request, context);
  const body = record(request.body);
  const { name, etag } = body;
  if (name !== undefined && name !== role.name) throw invalid('The role name in the body is not the one in the path.');
  const fields = readRole(body);
  requireRoleEtag(role, text(etag));
  if (role.deletedAt !== undefined) throw unmet(`You can't update a role which is in a deleted state.`);
  // Without a mask, what the body carries is replaced.
  const mask = request.query.get('updateMask')?.split(',') ?? Object.keys(body);
  for (const field of mask.map((one) => one.trim())) {
    const camel = field.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
    if (camel === 'title' || camel === 'description' || camel === 'stage') role[camel] = fields[camel];
    else if (camel === 'includedPermissions') role[camel] = fields[camel];
    else if (request.query.has('updateMask')) throw invalid(`Invalid field in update mask: ${field}`);
  }
  return change(role, context);
}

function remove(request: Request, context: Context): Reply {
  requirePermission(context, 'iam.roles.delete', { project: projectOf(request) });
  checkQuery(request, 'etag');
  const role = find(request, context);
  requireRoleEtag(role, request.query.get('etag'));
  if (role.deletedAt !== undefined) throw unmet(`The role ${role.name} is already in a deleted state.`);
  role.deletedAt = context.now;
  return change(role, context);
}

function undelete(request: Request, context: Context): Reply {
  requirePermission(context, 'iam.roles.undelete', { project: projectOf(request) });
  checkQuery(request);
  checkBody(request.body, { etag: 'string' });
  const role = find(request, context);
  requireRoleEtag(role, text(record(request.body)['etag']));
  if (role.deletedAt === undefined) throw unmet(`The role ${role.name} is not in a deleted state.`);
  if (context.now > role.deletedAt + UNDELETABLE) {
    throw unmet(`You can't undelete a role (${role.name}) which has been marked for deletion.`);
  }
  delete role.deletedAt;
  return change(role, context);
}

function listAll(request: Request, context: Context): Reply {
  const project = projectOf(request);
  requirePermission(context, 'iam.roles.list', { project });
  checkQuery(request, 'view', 'showDeleted', 'pageSize', 'pageToken');
  const isFull = request.query.get('view') === 'FULL';
  const isDeletedShown = request.query.get('showDeleted') === 'true';
  const roles = Object.values(context.world.iam.roles)
    .filter(({ name }) => name.startsWith(`projects/${project}/roles/`))
    .filter(({ deletedAt }) => deletedAt === undefined || (isDeletedShown && context.now <= deletedAt + RESERVED))
    .map((role) => {
      const { includedPermissions, ...basic } = showRole(role);
      return isFull && includedPermissions !== undefined ? { ...basic, includedPermissions } : basic;
    });
  return { status: 200, body: roles.length === 0 ? {} : { roles } };
}

export const roleRoutes: Route[] = [
  { on: 'GET /v1/projects/{project}/roles', handle: listAll },
  { on: 'POST /v1/projects/{project}/roles', handle: create },
  { on: 'GET /v1/projects/{project}/roles/{role}', handle: get },
  { on: 'PATCH /v1/projects/{project}/roles/{role}', handle: patch },
  { on: 'DELETE /v1/projects/{project}/roles/{role}', handle: remove },
  { on: 'POST /v1/projects/{project}/roles/{role}:undelete', handle: undelete },
];

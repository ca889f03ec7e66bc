/** Custom roles of a project, with their three states of being deleted. */
import { record, list, text } from '../json.ts';
import { requirePermission } from '../permissions.ts';
import { PREDEFINED, TESTABLE, isIn } from '../predefined-roles.ts';
import { isSameEtag, nextEtag } from '../random.ts';
import { google, invalid } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../shape.ts';
import type { RoleState } from './state.ts';

const DAY = 86_400_000;
const ROLE = {
  name: true,
  title: true,
  description: true,
  includedPermissions: true,
  stage: true,
  etag: true,
  deleted: true,
} as const;
const STAGES = ['ALPHA', 'BETA', 'GA', 'DEPRECATED', 'DISABLED', 'EAP'];

const nameOf = ({ params }: Request): string => `projects/${params['project'] ?? ''}/roles/${params['role'] ?? ''}`;

function found(request: Request, { world, now }: Context): RoleState {
  const name = nameOf(request);
  if (!/^[A-Za-z0-9_.]{3,64}$/.test(request.params['role'] ?? '')) {
    throw invalid(
      'The role name must be in the form "roles/{role}", "organizations/{organization_id}/roles/{role}", or "projects/{project_id}/roles/{role}".',
    );
  }
  const role = world.iam.roles[name];
  if (role === undefined || (role.deletedAt !== undefined && role.deletedAt + 7 * DAY < now)) {
    throw google(404, 'NOT_FOUND', `The role named ${name} was not found.`, { reason: 'notFound' });
  }
  return role;
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

function check(body: Record<string, unknown>): void {
  const bytes = (field: string): number => Buffer.byteLength(text(body[field]) ?? '');
  if (bytes('title') > 100) throw invalid('The role title must be at most 100 bytes.');
  if (bytes('description') > 300) throw invalid('The role description must be at most 300 bytes.');
  if (body['stage'] !== undefined && !STAGES.includes(text(body['stage']) ?? ''))
    throw invalid(`Invalid value at 'role.stage': "${text(body['stage']) ?? ''}"`);
  for (const permission of list(body['includedPermissions'])) {
    if (!isIn(TESTABLE, String(permission))) throw invalid(`Permission ${String(permission)} is not valid.`);
  }
}

function create(request: Request, context: Context): Reply {
  const { world, now } = context;
  const project = request.params['project'] ?? '';
  requirePermission(context, 'iam.roles.create', { project });
  checkQuery(request);
  checkBody(request.body, { roleId: true, role: ROLE });
  const body = record(request.body);
  const roleId = text(body['roleId']) ?? '';
  if (!/^[A-Za-z0-9_.]{3,64}$/.test(roleId)) throw invalid(`Invalid role id: ${roleId}`);
  const role = record(body['role']);
  if (role['name'] !== undefined) throw invalid('The role name must not be set.');
  check(role);
  const name = `projects/${project}/roles/${roleId}`;
  const existing = world.iam.roles[name];
  if (existing?.deletedAt !== undefined) {
    if (existing.deletedAt + 7 * DAY >= now) {
      throw google(
        400,
        'FAILED_PRECONDITION',
        `You can't create a role with role_id (${roleId}) where there is an existing role with that role_id in a deleted state.`,
        { reason: 'failedPrecondition' },
      );
    }
    if (existing.deletedAt + 44 * DAY >= now) {
      throw google(
        400,
        'FAILED_PRECONDITION',
        `You can't create a role_id (${roleId}) which has been marked for deletion.`,
        { reason: 'failedPrecondition' },
      );
    }
  } else if (existing !== undefined) {
    throw google(409, 'ALREADY_EXISTS', `A role named ${roleId} in projects/${project} already exists.`, {
      reason: 'alreadyExists',
    });
  }
  const made: RoleState = {
    name,
    title: text(role['title']) ?? '',
    description: text(role['description']) ?? '',
    includedPermissions: list(role['includedPermissions']).map(String),
    stage: text(role['stage']) ?? 'ALPHA',
    etag: nextEtag(world),
  };
  world.iam.roles[name] = made;
  return { status: 200, body: answer(made) };
}

function patch(request: Request, context: Context): Reply {
  requirePermission(context, 'iam.roles.update', { project: request.params['project'] ?? '' });
  checkQuery(request, 'updateMask');
  checkBody(request.body, ROLE);
  const role = found(request, context);
  const body = record(request.body);
  check(body);
  guard(role, text(body['etag']));
  if (role.deletedAt !== undefined)
    throw google(400, 'FAILED_PRECONDITION', `The role ${role.name} is deleted.`, { reason: 'failedPrecondition' });
  const mask = request.query.get('updateMask')?.split(',') ?? Object.keys(body);
  for (const field of mask) {
    if (!['title', 'description', 'includedPermissions', 'stage'].includes(field)) {
      if (field === 'name' || field === 'etag') continue;
      throw invalid(`Invalid field in update mask: ${field}`);
    }
  }
  if (mask.includes('title')) role.title = text(body['title']) ?? '';
  if (mask.includes('description')) role.description = text(body['description']) ?? '';
  if (mask.includes('stage')) role.stage = text(body['stage']) ?? 'ALPHA';
  if (mask.includes('includedPermissions')) role.includedPermissions = list(body['includedPermissions']).map(String);
  role.etag = nextEtag(context.world);
  return { status: 200, body: answer(role) };
}

function guard(role: RoleState, etag: string | undefined): void {
  if (etag !== undefined && etag !== '' && !isSameEtag(etag, role.etag)) {
    throw google(
      409,
      'ABORTED',
      'There were concurrent changes to the role. Please retry the whole read-modify-write with exponential backoff.',
      { reason: 'aborted' },
    );
  }
}

function remove(request: Request, context: Context): Reply {
  requirePermission(context, 'iam.roles.delete', { project: request.params['project'] ?? '' });
  checkQuery(request, 'etag');
  const role = found(request, context);
  guard(role, request.query.get('etag') ?? undefined);
  if (role.deletedAt !== undefined)
    throw google(400, 'FAILED_PRECONDITION', `The role ${role.name} is already deleted.`, {
      reason: 'failedPrecondition',
    });
  role.deletedAt = context.now;
  role.etag = nextEtag(context.world);
  return { status: 200, body: answer(role) };
}

function undelete(request: Request, context: Context): Reply {
  requirePermission(context, 'iam.roles.undelete', { project: request.params['project'] ?? '' });
  checkBody(request.body, { etag: true });
  const role = found(request, context);
  guard(role, text(record(request.body)['etag']));
  if (role.deletedAt === undefined)
    throw google(400, 'FAILED_PRECONDITION', `The role ${role.name} is not deleted.`, { reason: 'failedPrecondition' });
  delete role.deletedAt;
  role.etag = nextEtag(context.world);
  return { status: 200, body: answer(role) };
}

function listRoles(request: Request, context: Context): Reply {
  const project = request.params['project'] ?? '';
  requirePermission(context, 'iam.roles.list', { project });
  checkQuery(request, 'view', 'showDeleted', 'pageSize', 'pageToken');
  const isFull = request.query.get('view') === 'FULL';
  const isShown = request.query.get('showDeleted') === 'true';
  const roles = Object.values(context.world.iam.roles)
    .filter((role) => role.name.startsWith(`projects/${project}/roles/`) && (isShown || role.deletedAt === undefined))
    .map((role) =>
      Object.fromEntries(Object.entries(answer(role)).filter(([field]) => isFull || field !== 'includedPermissions')),
    );
  return { status: 200, body: roles.length === 0 ? {} : { roles } };
}

function testable(request: Request, context: Context): Reply {
  checkBody(request.body, { fullResourceName: true, pageSize: true, pageToken: true });
  // Any host: a client that was pointed elsewhere names that host here.
  const name = text(record(request.body)['fullResourceName']) ?? '';
  const project = /^\/\/[^/]+\/projects\/([^/]+)$/.exec(name)?.[1];
  if (project === undefined) throw invalid(`Invalid resource name: ${name}`);
  context.caller();
  return { status: 200, body: { permissions: TESTABLE.map((permission) => ({ name: permission, stage: 'GA' })) } };
}

function getPredefined(request: Request, context: Context): Reply {
  context.caller();
  const name = `roles/${request.params['role'] ?? ''}`;
  const permissions = PREDEFINED[name];
  if (permissions === undefined)
    throw google(404, 'NOT_FOUND', `The role named ${name} was not found.`, { reason: 'notFound' });
  const includedPermissions = TESTABLE.filter((permission) => isIn(permissions, permission));
  return { status: 200, body: { name, title: name, stage: 'GA', includedPermissions, etag: 'AA==' } };
}

export const roleRoutes: Route[] = [
  { on: 'POST /v1/projects/{project}/roles', handle: create },
  { on: 'GET /v1/projects/{project}/roles', handle: listRoles },
  {
    on: 'GET /v1/projects/{project}/roles/{role}',
    handle: (request, context) => {
      requirePermission(context, 'iam.roles.get', { project: request.params['project'] ?? '' });
      checkQuery(request);
      return { status: 200, body: answer(found(request, context)) };
    },
  },
  { on: 'PATCH /v1/projects/{project}/roles/{role}', handle: patch },
  { on: 'DELETE /v1/projects/{project}/roles/{role}', handle: remove },
  { on: 'POST /v1/projects/{project}/roles/{role}:undelete', handle: undelete },
  { on: 'POST /v1/permissions:queryTestablePermissions', handle: testable },
  { on: 'GET /v1/roles/{role}', handle: getPredefined },
];

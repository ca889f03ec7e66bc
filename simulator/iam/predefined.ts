/** What IAM tells about roles and permissions that nobody here made. */
import type { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { record, text } from '../json.ts';
import { holds } from '../permissions.ts';
import { PREDEFINED_ROLES, PROJECT_PERMISSIONS } from '../predefined/roles.ts';
import { denied, google, invalid } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../strict.ts';

/** Every predefined role has it: they are not for editing. */
const ETAG = 'AA==';

function show(name: string, isFull: boolean): iam_v1.Schema$Role | undefined {
  const role = PREDEFINED_ROLES[name];
  if (role === undefined) return undefined;
  const included = isFull && role.permissions.length > 0 ? { includedPermissions: [...role.permissions] } : {};
  return { name, title: role.title, ...included, stage: 'GA', etag: ETAG };
}

function get(request: Request): Reply {
  checkQuery(request);
  const name = `roles/${request.params['role'] ?? ''}`;
  const role = show(name, true);
  if (role === undefined) throw google(404, 'NOT_FOUND', `The role named ${name} was not found.`, { errors: true });
  return { status: 200, body: role };
}

function listAll(request: Request): Reply {
  checkQuery(request, 'parent', 'view', 'showDeleted', 'pageSize', 'pageToken');
  if ((request.query.get('parent') ?? '') !== '')
    throw invalid('The simulator lists predefined roles without a parent.');
  const isFull = request.query.get('view') === 'FULL';
  return { status: 200, body: { roles: Object.keys(PREDEFINED_ROLES).map((name) => show(name, isFull)) } };
}

/** Project of a full resource name. Any host: a client that was pointed elsewhere names that host. */
function projectIn(body: unknown): string {
  const name = text(record(body)['fullResourceName']) ?? '';
  const project = /^\/\/[^/]+\/projects\/([^/]+)$/.exec(name)?.[1];
  if (project === undefined) throw invalid(`Invalid full resource name: ${name}`);
  return project;
}

function queryTestable(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { fullResourceName: 'string', pageSize: 'number', pageToken: 'string' });
  requireVisible(projectIn(request.body), context);
  const permissions = PROJECT_PERMISSIONS.map((name): iam_v1.Schema$Permission => ({ name, stage: 'GA' }));
  const unsupported = { name: 'resourcemanager.projects.list', stage: 'GA', customRolesSupportLevel: 'NOT_SUPPORTED' };
  return { status: 200, body: { permissions: [...permissions, unsupported] } };
}

function queryGrantable(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { fullResourceName: 'string', view: 'string', pageSize: 'number', pageToken: 'string' });
  requireVisible(projectIn(request.body), context);
  const isFull = record(request.body)['view'] === 'FULL';
  return { status: 200, body: { roles: Object.keys(PREDEFINED_ROLES).map((name) => show(name, isFull)) } };
}

function requireVisible(project: string, context: Context): void {
  const permission = 'resourcemanager.projects.get';
  if (!holds(context, context.caller(), permission, { project })) throw denied(permission, `projects/${project}`);
}

export const predefinedRoutes: Route[] = [
  { on: 'GET /v1/roles', handle: listAll },
  { on: 'GET /v1/roles/{role}', handle: get },
  { on: 'POST /v1/roles:queryGrantableRoles', handle: queryGrantable },
  { on: 'POST /v1/permissions:queryTestablePermissions', handle: queryTestable },
];

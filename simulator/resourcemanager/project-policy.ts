/** The policy of a project. */
import { requireRole } from '../iam/bindable.ts';
import { list, record } from '../json.ts';
import { holds } from '../permissions.ts';
import { requestedVersion, showPolicy } from '../policy-view.ts';
import { writePolicy } from '../policy-write.ts';
import { google, invalid } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../strict.ts';
import { requireProject } from './projects.ts';

function get(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { options: { requestedPolicyVersion: 'number' } });
  const project = requireProject('resourcemanager.projects.getIamPolicy', request, context);
  return { status: 200, body: showPolicy(project.policy, requestedVersion(request)) };
}

function set(request: Request, context: Context): Reply {
  checkQuery(request);
  const project = requireProject('resourcemanager.projects.setIamPolicy', request, context);
  requireOwners(request, ownersIn(project.policy.bindings));
  writePolicy(project, request, context, (role) => requireRole(role, project.projectId, context));
  return { status: 200, body: showPolicy(project.policy, 3) };
}

function ownersIn(bindings: unknown): string[] {
  const owners = list(bindings).filter((binding) => record(binding)['role'] === 'roles/owner');
  return owners.flatMap((binding) => list(record(binding)['members']).map(String));
}

/** Nobody can leave a project without an owner, and people become owners by invitation only. */
function requireOwners(request: Request, stored: readonly string[]): void {
  const { policy, updateMask } = record(request.body);
  if (typeof updateMask === 'string' && !updateMask.split(',').includes('bindings')) return;
  const owners = ownersIn(record(policy)['bindings']);
  if (stored.length > 0 && owners.length === 0) {
    const message = 'The policy must keep an owner of the project.';
    throw google(400, 'FAILED_PRECONDITION', message, { errors: true });
  }
  const added = owners.find((member) => /^user:/i.test(member) && !stored.includes(member.toLowerCase()));
  if (added !== undefined) throw invalid(`${added} cannot be made an owner by setIamPolicy: invite it in the console.`);
}

function test(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { permissions: ['string'] });
  const { projectId } = requireProject(undefined, request, context);
  const asked = list(record(request.body)['permissions']).map(String);
  const wild = asked.find((permission) => permission.includes('*'));
  if (wild !== undefined) throw invalid(`Invalid permission: ${wild}`);
  const permissions = asked.filter((one) => holds(context, context.caller(), one, { project: projectId }));
  return { status: 200, body: permissions.length === 0 ? {} : { permissions } };
}

export const projectPolicyRoutes: Route[] = ['v1', 'v3'].flatMap((version) => [
  { on: `POST /${version}/projects/{project}:getIamPolicy`, handle: get },
  { on: `POST /${version}/projects/{project}:setIamPolicy`, handle: set },
  { on: `POST /${version}/projects/{project}:testIamPermissions`, handle: test },
]);

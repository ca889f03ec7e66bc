/** Organization policies of a project: looked at only, because this world's control sets them. */
import { createHash } from 'node:crypto';
import { holds } from '../directory/permissions.ts';
import { projectOf } from '../directory/projects.ts';
import type { ProjectState } from '../directory/projects.ts';
import { pageOf } from '../engine/paging.ts';
import { google } from '../engine/refusal.ts';
import type { Context, Refusal, Reply, Request } from '../engine/route.ts';
import { constraintsOn, isConstraint, ruleOf } from './constraints.ts';

/** The project of a path, by id or number; a missing one and a forbidden one look alike. */
function openProject({ params }: Request, context: Context, permission: string): ProjectState {
  const given = params['project'] ?? '';
  const project = projectOf(context.world, given);
  if (project !== undefined && holds(context, context.caller(), permission, { project: project.projectId }))
    return project;
  const resource = `//cloudresourcemanager.googleapis.com/projects/${given}`;
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'IAM_PERMISSION_DENIED',
    domain: 'cloudresourcemanager.googleapis.com',
    metadata: { permission, resource: `projects/${given}` },
  };
  const message = `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`;
  throw google(403, 'PERMISSION_DENIED', message, { details: [info] });
}

/** The constraint of a path. Throws 404 for one that Google does not have; as far as this world can tell. */
function constraintOf(request: Request): string {
  const { policy: constraint = '' } = request.params;
  if (!isConstraint(constraint))
    throw google(404, 'NOT_FOUND', `Constraint 'constraints/${constraint}' was not found.`);
  return constraint;
}

/** A policy that is set on the project itself. Its etag is made from what it says, as Google's is. */
function answer(project: ProjectState, constraint: string, { world }: Context): Record<string, unknown> {
  const rules = [ruleOf(world, project.projectId, constraint)];
  const digest = createHash('sha256').update(JSON.stringify(rules)).digest();
  const etag = digest.subarray(0, 12).toString('base64');
  return { name: `projects/${project.projectNumber}/policies/${constraint}`, spec: { etag, rules }, etag };
}

/** GET …/policies/{constraint}: what is set on the project itself. */
export function getPolicy(request: Request, context: Context): Reply {
  const project = openProject(request, context, 'orgpolicy.policy.get');
  const constraint = constraintOf(request);
  if (!constraintsOn(context.world, project.projectId).includes(constraint)) {
    const name = `projects/${project.projectNumber}/policies/${constraint}`;
    throw google(404, 'NOT_FOUND', `The policy '${name}' was not found.`);
  }
  return { status: 200, body: answer(project, constraint, context) };
}

/** GET …/policies/{constraint}:getEffectivePolicy: what holds there in the end, which has no etag. */
export function getEffectivePolicy(request: Request, context: Context): Reply {
  const project = openProject(request, context, 'orgpolicy.policy.get');
  const constraint = constraintOf(request);
  const rules = [ruleOf(context.world, project.projectId, constraint)];
  return {
    status: 200,
    body: { name: `projects/${project.projectNumber}/policies/${constraint}`, spec: { rules } },
  };
}

/** GET …/policies: those that are set on the project itself. */
export function listPolicies(request: Request, context: Context): Reply {
  const project = openProject(request, context, 'orgpolicy.policies.list');
  const constraints = constraintsOn(context.world, project.projectId);
  const { found, next } = pageOf(constraints, request, { usual: constraints.length, wrong });
  const policies = found.map((constraint) => answer(project, constraint, context));
  return { status: 200, body: { ...(policies.length === 0 ? {} : { policies }), ...next } };
}

function wrong(message: string): Refusal {
  return google(400, 'INVALID_ARGUMENT', message);
}

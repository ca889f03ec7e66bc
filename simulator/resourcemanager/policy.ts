/** The project's IAM policy: read whole or not, written under its etag. */
import { createHash } from 'node:crypto';
import { list, record, text } from '../json.ts';
import { holds } from '../permissions.ts';
import { PREDEFINED } from '../predefined-roles.ts';
import { isSameEtag, nextEtag } from '../random.ts';
import { google, invalid } from '../refusal.ts';
import type { Context, Reply, Request } from '../route.ts';
import { checkBody } from '../shape.ts';
import { checkMembers, followPolicy } from './members.ts';
import { findProject } from './projects.ts';
import type { BindingState, ProjectState } from './state.ts';

const MOST_PRINCIPALS = 1500;

/** The policy as a client of that version sees it: older ones get made-up role names for conditional bindings. */
function answer(project: ProjectState, version: number): Record<string, unknown> {
  const { policy } = project;
  const isConditional = policy.bindings.some((binding) => binding.condition !== undefined);
  if (version >= 3 || !isConditional) return { ...policy, version: isConditional ? 3 : Math.min(policy.version, 1) };
  const bindings = policy.bindings.map(({ condition, ...binding }) => {
    if (condition === undefined) return binding;
    const hash = createHash('sha256').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
    return { ...binding, role: `${binding.role}_withcond_${hash}` };
  });
  return { ...policy, version: 1, bindings };
}

/** POST …:getIamPolicy */
export function getPolicy(request: Request, context: Context): Reply {
  const project = findProject(request, context, 'resourcemanager.projects.getIamPolicy');
  checkBody(request.body, { options: { requestedPolicyVersion: true } });
  const options = record(record(request.body)['options']);
  const version = Number(options['requestedPolicyVersion'] ?? 0);
  if (![0, 1, 3].includes(version)) throw google(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.');
  return { status: 200, body: answer(project, version) };
}

/** POST …:setIamPolicy */
export function setPolicy(request: Request, context: Context): Reply {
  const project = findProject(request, context, 'resourcemanager.projects.setIamPolicy');
  checkBody(request.body, {
    policy: { version: true, bindings: true, etag: true, auditConfigs: true },
    updateMask: true,
  });
  const body = record(request.body);
  const policy = record(body['policy']);
  const mask = (text(body['updateMask']) ?? 'bindings,etag').split(',').map((field) => field.trim());
  const etag = text(policy['etag']);
  // Google lets a write without an etag overwrite everything; nobody who means well does that.
  if (etag === undefined)
    throw invalid('This simulator refuses a policy without an etag: it would overwrite the changes of others.');
  if (!isSameEtag(etag, project.policy.etag)) {
    throw google(
      409,
      'ABORTED',
      `There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag '${etag}' did not match the current policy's ETag '${project.policy.etag}'.`,
      { reason: 'aborted' },
    );
  }
  const bindings = list(policy['bindings']).map((binding) => checkBinding(record(binding), project, context));
  const version = Number(policy['version'] ?? 0);
  const isConditional = [...bindings, ...project.policy.bindings].some((binding) => binding.condition !== undefined);
  if (isConditional && version !== 3) throw invalid('A policy with conditions must be written with version 3.');
  if (!bindings.some((binding) => binding.role === 'roles/owner')) throw invalid('A project must keep an owner.');
  if (bindings.flatMap((binding) => binding.members).length > MOST_PRINCIPALS) {
    const count = bindings.flatMap((binding) => binding.members).length.toLocaleString('en-US');
    throw invalid(`The number of members in the policy (${count}) is larger than the maximum allowed size 1,500.`);
  }
  checkMembers(bindings, context);
  project.policy = {
    ...project.policy,
    version: bindings.some((binding) => binding.condition !== undefined) ? 3 : 1,
    etag: nextEtag(context.world),
    ...(mask.includes('bindings') ? { bindings: bindings.filter(({ members }) => members.length > 0) } : {}),
  };
  if (mask.includes('auditConfigs')) {
    if (policy['auditConfigs'] === undefined) delete project.policy.auditConfigs;
    else project.policy.auditConfigs = list(policy['auditConfigs']);
  }
  followPolicy(project, context.now);
  return { status: 200, body: answer(project, 3) };
}

function checkBinding(binding: Record<string, unknown>, project: ProjectState, { world }: Context): BindingState {
  checkBody(
    binding,
    { role: true, members: true, condition: { title: true, description: true, expression: true, location: true } },
    'policy.bindings',
  );
  const role = text(binding['role']) ?? '';
  const members = list(binding['members']).map(String);
  if (members.length === 0) throw invalid('A binding must have at least one member.');
  const custom = world.iam.roles[role];
  if (role.startsWith('projects/') || role.startsWith('organizations/')) {
    const isHere = role.startsWith(`projects/${project.projectId}/roles/`) || role.startsWith('organizations/');
    const isBound = project.policy.bindings.some((one) => one.role === role);
    if (custom === undefined || !isHere) throw invalid(`Role (${role}) does not exist in the resource's hierarchy.`);
    if (custom.deletedAt !== undefined && !isBound) throw invalid(`Role ${role} is deleted and cannot be bound.`);
  } else if (
    PREDEFINED[role] === undefined &&
    !/^roles\/([a-z][A-Za-z0-9]*\.[A-Za-z0-9.]+|admin|writer|reader|browser)$/.test(role)
  ) {
    throw invalid(`Role ${role} is not supported for this resource.`);
  }
  const condition = record(binding['condition']);
  if (binding['condition'] !== undefined && (text(condition['expression']) ?? '') === '')
    throw invalid('A condition needs an expression.');
  return { ...binding, role, members };
}

/** POST …:testIamPermissions */
export function testPermissions(request: Request, context: Context): Reply {
  const project = findProject(request, context, undefined);
  checkBody(request.body, { permissions: true });
  const permissions = list(record(request.body)['permissions']).map(String);
  if (permissions.some((permission) => permission.includes('*')))
    throw invalid('Permissions with wildcards are not allowed.');
  const held = permissions.filter((permission) =>
    holds(context, context.caller(), permission, { project: project.projectId }),
  );
  return { status: 200, body: held.length === 0 ? {} : { permissions: held } };
}

/** Who may do what with a secret: its own policy, next to that of its project. */
import { trackGrants } from '../grants.ts';
import { list, record, text } from '../json.ts';
import { holds } from '../permissions.ts';
import { PREDEFINED } from '../predefined-roles.ts';
import { isSameEtag, nextEtag } from '../random.ts';
import { google } from '../refusal.ts';
import { checkMembers } from '../resourcemanager/members.ts';
import type { BindingState, PolicyState } from '../resourcemanager/state.ts';
import type { Context, Reply, Request } from '../route.ts';
import { checkBody, checkQuery } from '../shape.ts';
import { findSecret, openSecret } from './find.ts';
import { inOwnEnvelope, wrong } from './refusals.ts';
import type { SecretState } from './state.ts';

/** A secret that nobody was let to has a policy with nothing but an etag. */
function answer({ version, etag, bindings, auditConfigs }: PolicyState): Record<string, unknown> {
  const audits = auditConfigs === undefined ? {} : { auditConfigs };
  return bindings.length === 0 && auditConfigs === undefined ? { etag } : { version, etag, bindings, ...audits };
}

export function getPolicy(request: Request, context: Context): Reply {
  const { secret } = openSecret(request, context, 'secretmanager.secrets.getIamPolicy');
  checkQuery(request, 'options.requestedPolicyVersion');
  const version = request.query.get('options.requestedPolicyVersion') ?? '0';
  if (!['0', '1', '3'].includes(version)) throw wrong(`Invalid policy version ${version}.`);
  return { status: 200, body: answer(secret.policy) };
}

export function setPolicy(request: Request, context: Context): Reply {
  const { secret } = openSecret(request, context, 'secretmanager.secrets.setIamPolicy');
  checkQuery(request);
  checkBody(request.body, {
    policy: { version: true, bindings: true, etag: true, auditConfigs: true },
    updateMask: true,
  });
  const body = record(request.body);
  const policy = record(body['policy']);
  const mask = (text(body['updateMask']) ?? 'bindings,etag').split(',').map((field) => field.trim());
  checkEtag(policy['etag'], secret);
  const bindings = list(policy['bindings']).map((binding) => readBinding(record(binding), secret, context));
  checkBindings(bindings, policy, { secret, context });
  secret.policy = {
    ...secret.policy,
    version: bindings.some(({ condition }) => condition !== undefined) ? 3 : 1,
    etag: nextEtag(context.world),
    ...(mask.includes('bindings') ? { bindings } : {}),
    ...(mask.includes('auditConfigs') ? { auditConfigs: list(policy['auditConfigs']) } : {}),
  };
  followPolicy(secret, context.now);
  return { status: 200, body: answer(secret.policy) };
}

function checkEtag(sent: unknown, { policy }: SecretState): void {
  if (sent === undefined || isSameEtag(text(sent) ?? '', policy.etag)) return;
  throw google(
    409,
    'ABORTED',
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
  );
}

function readBinding(binding: Record<string, unknown>, { project }: SecretState, { world }: Context): BindingState {
  checkBody(
    binding,
    { role: true, members: true, condition: { title: true, description: true, expression: true, location: true } },
    'policy.bindings',
  );
  const role = text(binding['role']) ?? '';
  const custom = world.iam.roles[role];
  const isHere = role.startsWith(`projects/${project}/roles/`) || role.startsWith('organizations/');
  const isKnown = PREDEFINED[role] !== undefined || /^roles\/[a-z][A-Za-z0-9]*\.[A-Za-z0-9.]+$/.test(role);
  if (role.startsWith('roles/') ? !isKnown : !isHere || custom === undefined || custom.deletedAt !== undefined)
    throw wrong(`Role ${role} is not supported for this resource.`);
  const members = list(binding['members']).map(String);
  if (members.length === 0) throw wrong('A binding must have at least one member.');
  if (binding['condition'] !== undefined && (text(record(binding['condition'])['expression']) ?? '') === '')
    throw wrong('A condition needs an expression.');
  return { ...binding, role, members };
}

function checkBindings(
  bindings: readonly BindingState[],
  policy: Record<string, unknown>,
  { secret, context }: { readonly secret: SecretState; readonly context: Context },
): void {
  const isConditional = [...bindings, ...secret.policy.bindings].some(({ condition }) => condition !== undefined);
  if (isConditional && policy['version'] !== 3) throw wrong('A policy with conditions must be written with version 3.');
  inOwnEnvelope(() => {
    checkMembers(bindings, context);
  });
}

/** Brings the grants that permissions are evaluated from in line with the policy. */
function followPolicy({ policy, grants }: SecretState, now: number): void {
  const current = policy.bindings.flatMap(({ role, members, condition }) =>
    members.map((member) => ({
      role,
      member,
      condition: condition === undefined ? undefined : (text(condition['expression']) ?? ''),
    })),
  );
  trackGrants(grants, current, now);
}

/** A secret that does not exist answers that nothing is held: no 404. */
export function testPermissions(request: Request, context: Context): Reply {
  const caller = context.caller();
  checkQuery(request);
  checkBody(request.body, { permissions: true });
  const permissions = list(record(request.body)['permissions']).map(String);
  if (permissions.some((permission) => permission.includes('*')))
    throw wrong('Permissions with wildcards are not allowed.');
  const secret = findSecret(request, context);
  if (secret === undefined) return { status: 200, body: {} };
  const target = { project: secret.project, secret: `projects/${secret.project}/secrets/${secret.id}` };
  const held = permissions.filter((permission) => holds(context, caller, permission, target));
  return { status: 200, body: held.length === 0 ? {} : { permissions: held } };
}

/** Who may act as an account: its own policy, read whole or not, written under its etag. */
import { createHash } from 'node:crypto';
import { trackGrants } from '../grants.ts';
import { list, record, text } from '../json.ts';
import { holds } from '../permissions.ts';
import { PREDEFINED } from '../predefined-roles.ts';
import { isSameEtag, nextEtag } from '../random.ts';
import { google, invalid } from '../refusal.ts';
import { checkMembers } from '../resourcemanager/members.ts';
import type { BindingState } from '../resourcemanager/state.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../shape.ts';
import { findAccount } from './accounts.ts';
import type { AccountState } from './state.ts';

const ONE = '/v1/projects/{project}/serviceAccounts/{account}';
const VERSION = 'options.requestedPolicyVersion';

/** The policy as a client of that version sees it: older ones get made-up role names for conditional bindings. */
function answer({ policy }: AccountState, version: number): Record<string, unknown> {
  const isConditional = policy.bindings.some(({ condition }) => condition !== undefined);
  const { bindings, ...rest } = policy;
  const shown = bindings.length === 0 ? rest : policy; // An empty policy answers its etag alone.
  if (version >= 3 || !isConditional) return { ...shown, version: isConditional ? 3 : 1 };
  const renamed = bindings.map(({ condition, ...binding }) => {
    if (condition === undefined) return binding;
    const hash = createHash('sha256').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
    return { ...binding, role: `${binding.role}_withcond_${hash}` };
  });
  return { ...rest, version: 1, bindings: renamed };
}

function getPolicy(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccounts.getIamPolicy');
  checkQuery(request, VERSION);
  checkBody(request.body, {});
  const version = Number(request.query.get(VERSION) ?? 0);
  if (![0, 1, 3].includes(version)) throw invalid('Request contains an invalid argument.');
  return { status: 200, body: answer(account, version) };
}

function setPolicy(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccounts.setIamPolicy');
  checkQuery(request);
  checkBody(request.body, {
    policy: { version: true, bindings: true, etag: true, auditConfigs: true },
    updateMask: true,
  });
  const policy = record(record(request.body)['policy']);
  if (policy['etag'] !== undefined && !isSameEtag(text(policy['etag']) ?? '', account.policy.etag)) {
    throw google(
      409,
      'ABORTED',
      'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
      { reason: 'aborted' },
    );
  }
  const bindings = list(policy['bindings']).map((binding) => readBinding(record(binding), account, context));
  const isConditional = [...bindings, ...account.policy.bindings].some(({ condition }) => condition !== undefined);
  if (isConditional && policy['version'] !== 3)
    throw invalid('A policy with conditions must be written with version 3.');
  checkMembers(bindings, context);
  account.policy = { version: isConditional ? 3 : 1, bindings, etag: nextEtag(context.world) };
  followPolicy(account, context.now);
  return { status: 200, body: answer(account, 3) };
}

function readBinding(binding: Record<string, unknown>, { project }: AccountState, { world }: Context): BindingState {
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
    throw invalid(`Role ${role} is not supported for this resource.`);
  const members = list(binding['members']).map(String);
  if (members.length === 0) throw invalid('A binding must have at least one member.');
  if (binding['condition'] !== undefined && (text(record(binding['condition'])['expression']) ?? '') === '')
    throw invalid('A condition needs an expression.');
  return { ...binding, role, members };
}

/** Brings the grants that permissions are evaluated from in line with the policy. */
function followPolicy({ policy, grants }: AccountState, now: number): void {
  const current = policy.bindings.flatMap(({ role, members, condition }) =>
    members.map((member) => ({
      role,
      member,
      condition: condition === undefined ? undefined : (text(condition['expression']) ?? ''),
    })),
  );
  trackGrants(grants, current, now);
}

function testPermissions(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccounts.get');
  const permissions = list(record(request.body)['permissions']).map(String);
  const held = permissions.filter((permission) =>
    holds(context, context.caller(), permission, { project: account.project, account: account.email }),
  );
  return { status: 200, body: held.length === 0 ? {} : { permissions: held } };
}

export const accountPolicyRoutes: Route[] = [
  { on: `POST ${ONE}:getIamPolicy`, handle: getPolicy },
  { on: `POST ${ONE}:setIamPolicy`, handle: setPolicy },
  { on: `POST ${ONE}:testIamPermissions`, handle: testPermissions },
];

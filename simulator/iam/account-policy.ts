/** The policy of an account itself: who may act as it. */
import { list, record } from '../json.ts';
import { holds, permissionsOfRole } from '../permissions.ts';
import { showPolicy, requestedVersion } from '../policy-view.ts';
import { writePolicy } from '../policy-write.ts';
import { invalid } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../strict.ts';
import { requireRole } from './bindable.ts';
import { accountBy, requireAccount } from './find-account.ts';

function get(request: Request, context: Context): Reply {
  checkQuery(request, 'options.requestedPolicyVersion');
  checkBody(request.body, {});
  const account = requireAccount('iam.serviceAccounts.getIamPolicy', request, context);
  return { status: 200, body: showPolicy(account.policy, requestedVersion(request)) };
}

function set(request: Request, context: Context): Reply {
  checkQuery(request);
  const account = requireAccount('iam.serviceAccounts.setIamPolicy', request, context);
  writePolicy(account, request, context, (role) => {
    requireRole(role, account.project, context);
    const isFit = permissionsOfRole(context.world, role).some((permission) => permission.startsWith('iam.service'));
    if (!isFit) throw invalid(`Role ${role} is not supported for this resource.`);
  });
  return { status: 200, body: showPolicy(account.policy, 3) };
}

function test(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { permissions: ['string'] });
  const account = accountBy(request.params['account'] ?? '', context);
  const caller = context.caller();
  const asked = list(record(request.body)['permissions']).map(String);
  const wild = asked.find((permission) => permission.includes('*'));
  if (wild !== undefined) throw invalid(`Invalid permission: ${wild}`);
  if (account === undefined) return { status: 200, body: {} };
  const resource = { project: account.project, grants: account.grants };
  const permissions = asked.filter((permission) => holds(context, caller, permission, resource));
  return { status: 200, body: permissions.length === 0 ? {} : { permissions } };
}

export const accountPolicyRoutes: Route[] = [
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}:getIamPolicy', handle: get },
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}:setIamPolicy', handle: set },
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}:testIamPermissions', handle: test },
];

import { iamState } from '../directory/iam.ts';
import { requirePermission } from '../directory/permissions.ts';
import { sightOf } from '../engine/lag.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { policyRoutes } from '../iam-policy/methods.ts';
import type { PolicyKind } from '../iam-policy/methods.ts';
import { createAccount, deleteAccount, setDisabled, undeleteAccount } from './account-life.ts';
import { patchAccount, updateAccount } from './account-texts.ts';
import { answer, findAccount } from './accounts.ts';
import { serveMethod } from './method.ts';

function getAccount(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccounts.get');
  return { status: 200, body: answer(account) };
}

function listAccounts(request: Request, context: Context): Reply {
  const project = request.params['project'] ?? '';
  requirePermission(context, 'iam.serviceAccounts.list', { project });
  const accounts = Object.values(iamState(context.world).accounts)
    .filter(
      (account) =>
        account.project === project && sightOf({ ...account, id: account.uniqueId }, 'account', context) === 'shown',
    )
    .map(answer);
  return { status: 200, body: accounts.length === 0 ? {} : { accounts } };
}

const PERMISSIONS = {
  get: 'iam.serviceAccounts.getIamPolicy',
  set: 'iam.serviceAccounts.setIamPolicy',
  test: 'iam.serviceAccounts.get',
};

/** Who may act as an account stands in its own policy. */
const policies: PolicyKind = {
  resource: 'projects.serviceAccounts',
  find: (request, context, verb) => {
    const holder = findAccount(request, context, PERMISSIONS[verb]);
    return { holder, project: holder.project };
  },
  hasReasons: true,
  limits: { needsEtag: false, hasOwners: false, mostMembers: 1500 },
};

export const accountRoutes: Route[] = [
  serveMethod('projects.serviceAccounts.create', createAccount),
  serveMethod('projects.serviceAccounts.list', listAccounts),
  serveMethod('projects.serviceAccounts.get', getAccount),
  serveMethod('projects.serviceAccounts.patch', patchAccount),
  serveMethod('projects.serviceAccounts.update', updateAccount),
  serveMethod('projects.serviceAccounts.delete', deleteAccount),
  serveMethod('projects.serviceAccounts.undelete', undeleteAccount),
  serveMethod('projects.serviceAccounts.disable', setDisabled(true)),
  serveMethod('projects.serviceAccounts.enable', setDisabled(false)),
  ...policyRoutes(policies, serveMethod),
];

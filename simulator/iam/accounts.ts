/** Service accounts: made, read with lag, changed under a mask. */
import { record, text } from '../json.ts';
import { requirePermission } from '../permissions.ts';
import { nextEtag, nextNumber } from '../random.ts';
import { google, invalid } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../strict.ts';
import { ACCOUNT_SHAPE, accountName, emailOf, readAccount, showAccount } from './account-fields.ts';
import { isEnforced, violation } from './constraint.ts';
import { look, projectIdOf, requireAccount } from './find-account.ts';
import type { AccountState } from './state.ts';

const ID = /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/;

const projectOf = (request: Request, context: Context): string => projectIdOf(request.params['project'] ?? '', context);

function create(request: Request, context: Context): Reply {
  const { world, now } = context;
  const project = projectOf(request, context);
  requirePermission(context, 'iam.serviceAccounts.create', { project });
  checkQuery(request);
  checkBody(request.body, { accountId: 'string', serviceAccount: ACCOUNT_SHAPE });
  const { accountId, serviceAccount } = record(request.body);
  const id = text(accountId) ?? '';
  if (!ID.test(id)) {
    throw invalid(`Invalid account_id "${id}": it must be 6 to 30 characters and match ${ID.source}.`);
  }
  const fields = readAccount(serviceAccount);
  if (isEnforced('iam.disableServiceAccountCreation', project, context)) {
    const message = 'Service account creation is not allowed on this project.';
    throw violation('iam.disableServiceAccountCreation', `projects/${project}`, message);
  }
  const email = emailOf(id, project);
  if (Object.hasOwn(world.iam.accounts, email)) {
    const message = `Service account ${id} already exists within project projects/${project}.`;
    throw google(409, 'ALREADY_EXISTS', message, { errors: true });
  }
  const account: AccountState = {
    project,
    email,
    uniqueId: nextNumber(world, 21),
    ...fields,
    etag: nextEtag(world),
    disabled: false,
    createdAt: now,
    keys: [],
    policy: { etag: 'ACAB', bindings: [] },
    grants: [],
    looks: 0,
  };
  world.iam.accounts[email] = account;
  return { status: 200, body: showAccount(account) };
}

function get(request: Request, context: Context): Reply {
  checkQuery(request);
  const account = requireAccount('iam.serviceAccounts.get', request, context);
  look(account, context);
  return { status: 200, body: showAccount(account) };
}

function listAll(request: Request, context: Context): Reply {
  const project = projectOf(request, context);
  requirePermission(context, 'iam.serviceAccounts.list', { project });
  checkQuery(request, 'pageSize', 'pageToken');
  const all = Object.values(context.world.iam.accounts).filter((account) => account.project === project);
  const size = Math.min(Number(request.query.get('pageSize') ?? 0) || 20, 100);
  const from = Number(request.query.get('pageToken') ?? 0) || 0;
  const accounts = all.slice(from, from + size).map(showAccount);
  const nextPage = from + size < all.length ? { nextPageToken: String(from + size) } : {};
  return { status: 200, body: accounts.length === 0 ? {} : { accounts, ...nextPage } };
}

function patch(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { serviceAccount: ACCOUNT_SHAPE, updateMask: 'string' });
  const account = requireAccount('iam.serviceAccounts.update', request, context);
  const { serviceAccount, updateMask } = record(request.body);
  const fields = readAccount(serviceAccount);
  const mask = (text(updateMask) ?? '').split(',').filter((field) => field !== '');
  if (mask.length === 0) throw invalid('The update mask must not be empty.');
  const changed: Record<string, string> = {};
  for (const field of mask) {
    const name = field === 'display_name' ? 'displayName' : field;
    if (name !== 'displayName' && name !== 'description') throw invalid(`Invalid field in update mask: ${field}`);
    account[name] = fields[name];
    changed[name] = fields[name];
  }
  account.etag = nextEtag(context.world);
  // Only what was changed: not fit to be taken for the account.
  return { status: 200, body: { name: accountName(account), ...changed } };
}

function update(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, ACCOUNT_SHAPE);
  const account = requireAccount('iam.serviceAccounts.update', request, context);
  account.displayName = readAccount(request.body).displayName;
  account.etag = nextEtag(context.world);
  return { status: 200, body: showAccount(account) };
}

function setDisabled(disabled: boolean): Route['handle'] {
  return (request, context) => {
    checkQuery(request);
    checkBody(request.body, {});
    const permission = disabled ? 'iam.serviceAccounts.disable' : 'iam.serviceAccounts.enable';
    const account = requireAccount(permission, request, context);
    account.disabled = disabled;
    account.etag = nextEtag(context.world);
    return { status: 200, body: {} };
  };
}

export const accountRoutes: Route[] = [
  { on: 'GET /v1/projects/{project}/serviceAccounts', handle: listAll },
  { on: 'POST /v1/projects/{project}/serviceAccounts', handle: create },
  { on: 'GET /v1/projects/{project}/serviceAccounts/{account}', handle: get },
  { on: 'PATCH /v1/projects/{project}/serviceAccounts/{account}', handle: patch },
  { on: 'PUT /v1/projects/{project}/serviceAccounts/{account}', handle: update },
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}:disable', handle: setDisabled(true) },
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}:enable', handle: setDisabled(false) },
];

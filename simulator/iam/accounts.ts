/** Service accounts: created, read with lag, changed under a mask, disabled, deleted, undeleted by number. */
import { onAccountDeleted, onAccountUndeleted } from '../bigquery/members.ts';
import { record, text } from '../json.ts';
import { requirePermission } from '../permissions.ts';
import { nextEtag, nextNumber } from '../random.ts';
import { google, invalid } from '../refusal.ts';
import { forgetAccount, remindOfAccount } from '../resourcemanager/members.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../shape.ts';
import type { AccountState } from './state.ts';

const ACCOUNT = {
  name: true,
  projectId: true,
  uniqueId: true,
  email: true,
  displayName: true,
  etag: true,
  description: true,
  oauth2ClientId: true,
  disabled: true,
} as const;

/** E-mail domain of a project's accounts; `example.com:p` is turned round. */
export function domainOf(project: string): string {
  const [first, second] = project.split(':');
  return second === undefined
    ? `${project}.iam.gserviceaccount.com`
    : `${second}.${first ?? ''}.iam.gserviceaccount.com`;
}

/** An account as IAM answers it. */
export function answer(account: AccountState): Record<string, unknown> {
  return {
    name: `projects/${account.project}/serviceAccounts/${account.email}`,
    projectId: account.project,
    uniqueId: account.uniqueId,
    email: account.email,
    ...(account.displayName === '' ? {} : { displayName: account.displayName }),
    etag: 'MDEwMjE5MjA=',
    ...(account.description === '' ? {} : { description: account.description }),
    oauth2ClientId: account.uniqueId,
    ...(account.disabled ? { disabled: true } : {}),
  };
}

/** The account of a path, by e-mail or number; `-` for the project needs the right to be told that it is missing. */
export function findAccount(request: Request, context: Context, permission: string): AccountState {
  const { world } = context;
  const { project = '', account: id = '' } = request.params;
  const account = Object.values(world.iam.accounts).find(
    (one) => one.email === id.toLowerCase() || one.uniqueId === id,
  );
  if (project !== '-' && account !== undefined && account.project !== project) throw missing(project, id);
  requirePermission(context, permission, { project: account?.project ?? project, account: account?.email ?? id });
  if (account === undefined) throw missing(project, id);
  return account;
}

function missing(project: string, id: string): Error {
  return google(404, 'NOT_FOUND', `Service account projects/${project}/serviceAccounts/${id} does not exist.`, {
    reason: 'notFound',
  });
}

/** Whether the account is too new for other services. */
export function isTooNew(account: AccountState, { world, now }: Context): boolean {
  return account.createdAt + world.lagMs > now;
}

function create(request: Request, context: Context): Reply {
  const { world, now } = context;
  const project = request.params['project'] ?? '';
  requirePermission(context, 'iam.serviceAccounts.create', { project });
  checkQuery(request);
  checkBody(request.body, { accountId: true, serviceAccount: ACCOUNT });
  const body = record(request.body);
  const accountId = text(body['accountId']) ?? '';
  if (!/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(accountId)) throw invalid(`Invalid account id: ${accountId}`);
  const given = record(body['serviceAccount']);
  check(given);
  if ((world.iam.constraints[project] ?? []).includes('iam.disableServiceAccountCreation'))
    throw google(400, 'FAILED_PRECONDITION', 'Service account creation is not allowed on this project.', {
      reason: 'failedPrecondition',
    });
  const email = `${accountId}@${domainOf(project)}`;
  if (world.iam.accounts[email] !== undefined) {
    throw google(
      409,
      'ALREADY_EXISTS',
      `Service account ${accountId} already exists within project projects/${project}.`,
      { reason: 'alreadyExists' },
    );
  }
  const made: AccountState = {
    project,
    email,
    uniqueId: nextNumber(world, 21),
    displayName: text(given['displayName']) ?? '',
    description: text(given['description']) ?? '',
    disabled: false,
    createdAt: now,
    keys: [],
    policy: { bindings: [], etag: nextEtag(world) },
    grants: [],
    looks: 0,
  };
  world.iam.accounts[email] = made;
  return { status: 200, body: answer(made) };
}

function check(given: Record<string, unknown>): void {
  if (Buffer.byteLength(text(given['displayName']) ?? '') > 100)
    throw invalid('The display name must be at most 100 bytes.');
  if (Buffer.byteLength(text(given['description']) ?? '') > 256)
    throw invalid('The description must be at most 256 bytes.');
}

function get(request: Request, context: Context): Reply {
  checkQuery(request);
  const account = findAccount(request, context, 'iam.serviceAccounts.get');
  account.looks += 1;
  // Front ends disagree about what is new: 200 and 404 alternate until all have seen it.
  if (isTooNew(account, context) && account.looks % 2 === 0) throw missing(account.project, account.email);
  return { status: 200, body: answer(account) };
}

function patch(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccounts.update');
  checkBody(request.body, { serviceAccount: ACCOUNT, updateMask: true });
  const body = record(request.body);
  const given = record(body['serviceAccount']);
  check(given);
  const mask = (text(body['updateMask']) ?? request.query.get('updateMask') ?? '')
    .split(',')
    .filter((field) => field !== '');
  if (mask.length === 0 || mask.some((field) => field !== 'displayName' && field !== 'description')) {
    throw invalid('The update mask must name displayName, description or both.');
  }
  if (mask.includes('displayName')) account.displayName = text(given['displayName']) ?? '';
  if (mask.includes('description')) account.description = text(given['description']) ?? '';
  const changed = Object.fromEntries(
    Object.entries(answer(account)).filter(([field]) => mask.includes(field) || field === 'name'),
  );
  return { status: 200, body: changed };
}

function update(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccounts.update');
  checkBody(request.body, ACCOUNT);
  const given = record(request.body);
  check(given);
  account.displayName = text(given['displayName']) ?? account.displayName;
  account.description = text(given['description']) ?? account.description;
  return { status: 200, body: answer(account) };
}

function remove(request: Request, context: Context): Reply {
  const { world, now } = context;
  const account = findAccount(request, context, 'iam.serviceAccounts.delete');
  world.iam.accounts = Object.fromEntries(
    Object.entries(world.iam.accounts).filter(([email]) => email !== account.email),
  );
  world.iam.graveyard[account.uniqueId] = { ...account, deletedAt: now };
  forgetAccount(context, account);
  onAccountDeleted(context, account);
  return { status: 200, body: {} };
}

function undelete(request: Request, context: Context): Reply {
  const { world, now } = context;
  const { project = '', account: id = '' } = request.params;
  requirePermission(context, 'iam.serviceAccounts.undelete', { project });
  const buried = world.iam.graveyard[id];
  if (
    buried === undefined ||
    buried.deletedAt + 30 * 86_400_000 < now ||
    world.iam.accounts[buried.email] !== undefined
  )
    throw missing(project, id);
  const { deletedAt, ...account } = buried;
  world.iam.accounts[account.email] = account;
  world.iam.graveyard = Object.fromEntries(Object.entries(world.iam.graveyard).filter(([uniqueId]) => uniqueId !== id));
  remindOfAccount(context, account);
  onAccountUndeleted(context, account);
  return { status: 200, body: { restoredAccount: answer(account) } };
}

const setDisabled =
  (disabled: boolean) =>
  (request: Request, context: Context): Reply => {
    findAccount(request, context, disabled ? 'iam.serviceAccounts.disable' : 'iam.serviceAccounts.enable').disabled =
      disabled;
    return { status: 200, body: {} };
  };

const ONE = '/v1/projects/{project}/serviceAccounts/{account}';

export const accountRoutes: Route[] = [
  { on: 'POST /v1/projects/{project}/serviceAccounts', handle: create },
  {
    on: 'GET /v1/projects/{project}/serviceAccounts',
    handle: (request, context) => {
      const project = request.params['project'] ?? '';
      requirePermission(context, 'iam.serviceAccounts.list', { project });
      checkQuery(request, 'pageSize', 'pageToken');
      const accounts = Object.values(context.world.iam.accounts)
        .filter((account) => account.project === project)
        .map(answer);
      return { status: 200, body: accounts.length === 0 ? {} : { accounts } };
    },
  },
  { on: `GET ${ONE}`, handle: get },
  { on: `PATCH ${ONE}`, handle: patch },
  { on: `PUT ${ONE}`, handle: update },
  { on: `DELETE ${ONE}`, handle: remove },
  { on: `POST ${ONE}:undelete`, handle: undelete },
  { on: `POST ${ONE}:disable`, handle: setDisabled(true) },
  { on: `POST ${ONE}:enable`, handle: setDisabled(false) },
];

/** Service accounts come and go: created, disabled, deleted, undeleted by number. */
import { iamState } from '../directory/iam.ts';
import type { AccountState } from '../directory/iam.ts';
import { requirePermission } from '../directory/permissions.ts';
import { record, text } from '../engine/json.ts';
import { nextEtag, nextNumber } from '../engine/random.ts';
import { google, invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request } from '../engine/route.ts';
import { checkTexts } from './account-texts.ts';
import { answer, domainOf, findAccount, missing } from './accounts.ts';

const UNDELETABLE_MS = 30 * 86_400_000;

export function createAccount(request: Request, context: Context): Reply {
  const { world, now } = context;
  const project = request.params['project'] ?? '';
  requirePermission(context, 'iam.serviceAccounts.create', { project });
  const body = record(request.body);
  const accountId = text(body['accountId']) ?? '';
  if (!/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(accountId)) throw invalid(`Invalid account id: ${accountId}`);
  const given = record(body['serviceAccount']);
  checkTexts(given);
  const { accounts, constraints } = iamState(world);
  if ((constraints[project] ?? []).includes('iam.disableServiceAccountCreation'))
    throw google(400, 'FAILED_PRECONDITION', 'Service account creation is not allowed on this project.', {
      reason: 'failedPrecondition',
    });
  const email = `${accountId}@${domainOf(project)}`;
  if (accounts[email] !== undefined) {
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
    policy: { version: 1, bindings: [], etag: nextEtag(world) },
    grants: [],
    formerKeys: [],
  };
  accounts[email] = made;
  return { status: 200, body: answer(made) };
}

export function deleteAccount(request: Request, context: Context): Reply {
  const iam = iamState(context.world);
  const account = findAccount(request, context, 'iam.serviceAccounts.delete');
  iam.accounts = Object.fromEntries(Object.entries(iam.accounts).filter(([email]) => email !== account.email));
  iam.graveyard[account.uniqueId] = { ...account, deletedAt: context.now };
  context.announce({ what: 'deleted', email: account.email, uniqueId: account.uniqueId });
  return { status: 200, body: {} };
}

export function undeleteAccount(request: Request, context: Context): Reply {
  const iam = iamState(context.world);
  const { project = '', serviceAccount: id = '' } = request.params;
  requirePermission(context, 'iam.serviceAccounts.undelete', { project });
  const buried = iam.graveyard[id];
  if (
    buried === undefined ||
    buried.deletedAt + UNDELETABLE_MS < context.now ||
    iam.accounts[buried.email] !== undefined
  )
    throw missing(project, id);
  const { deletedAt: _then, ...account } = buried;
  iam.accounts[account.email] = account;
  iam.graveyard = Object.fromEntries(Object.entries(iam.graveyard).filter(([uniqueId]) => uniqueId !== id));
  context.announce({ what: 'restored', email: account.email, uniqueId: account.uniqueId });
  return { status: 200, body: { restoredAccount: answer(account) } };
}

export const setDisabled =
  (disabled: boolean) =>
  (request: Request, context: Context): Reply => {
    const permission = disabled ? 'iam.serviceAccounts.disable' : 'iam.serviceAccounts.enable';
    findAccount(request, context, permission).disabled = disabled;
    return { status: 200, body: {} };
  };

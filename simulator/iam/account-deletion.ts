/** Deleting an account, and getting it back: what becomes of it, and of the policies that name it. */
import { renameMember } from '../member-renaming.ts';
import { google } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { requirePermission } from '../permissions.ts';
import { checkBody, checkQuery } from '../strict.ts';
import { showAccount } from './account-fields.ts';
import { projectIdOf, requireAccount, unknownAccount } from './find-account.ts';
import type { AccountState } from './state.ts';

const UNDELETABLE = 30 * 86_400_000;

/** How policies name an account, alive and deleted. */
function memberForms({ email, uniqueId }: AccountState): { alive: string; deleted: string } {
  return { alive: `serviceAccount:${email}`, deleted: `deleted:serviceAccount:${email}?uid=${uniqueId}` };
}

function remove(request: Request, context: Context): Reply {
  const { world, now } = context;
  checkQuery(request);
  const account = requireAccount('iam.serviceAccounts.delete', request, context);
  world.iam.deletedAccounts[account.uniqueId] = { ...account, deletedAt: now };
  world.iam.accounts = Object.fromEntries(
    Object.entries(world.iam.accounts).filter(([email]) => email !== account.email),
  );
  const { alive, deleted } = memberForms(account);
  renameMember(world, alive, deleted);
  return { status: 200, body: {} };
}

function undelete(request: Request, context: Context): Reply {
  const { world, now } = context;
  const project = projectIdOf(request.params['project'] ?? '', context);
  requirePermission(context, 'iam.serviceAccounts.undelete', { project });
  checkQuery(request);
  checkBody(request.body, {});
  // By its number only: the e-mail may be that of a later account.
  const found = world.iam.deletedAccounts[request.params['account'] ?? ''];
  if (found?.project !== project || now > found.deletedAt + UNDELETABLE) throw unknownAccount();
  const { deletedAt: _deletedAt, ...account } = found;
  if (Object.hasOwn(world.iam.accounts, account.email)) {
    const message = `Service account ${account.email} already exists: the deleted one cannot be restored.`;
    throw google(400, 'FAILED_PRECONDITION', message, { errors: true });
  }
  world.iam.accounts[account.email] = account;
  world.iam.deletedAccounts = Object.fromEntries(
    Object.entries(world.iam.deletedAccounts).filter(([id]) => id !== account.uniqueId),
  );
  const { alive, deleted } = memberForms(account);
  renameMember(world, deleted, alive);
  return { status: 200, body: { restoredAccount: showAccount(account) } };
}

export const accountDeletionRoutes: Route[] = [
  { on: 'DELETE /v1/projects/{project}/serviceAccounts/{account}', handle: remove },
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}:undelete', handle: undelete },
];

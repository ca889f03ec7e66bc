/** Finds the account that a path names: by e-mail or unique id, below its project or below `-`. */
import { google, denied } from '../refusal.ts';
import type { Context, Request } from '../route.ts';
import { holds } from '../permissions.ts';
import type { AccountState } from './state.ts';

/** Whether it was made so lately that not every part of the cloud knows it. */
export function isTooNew(account: AccountState, { world, now }: Context): boolean {
  return now < account.createdAt + world.lagMs;
}

export function accountBy(emailOrId: string, { world }: Context): AccountState | undefined {
  const email = emailOrId.toLowerCase();
  const { accounts } = world.iam;
  if (Object.hasOwn(accounts, email)) return accounts[email];
  return Object.values(accounts).find(({ uniqueId }) => uniqueId === emailOrId);
}

/**
 * Throws 403 unless the caller holds the permission on the account or its project, then 404 if it is not there. Under
 * `-` there is no project whose permission could tell "absent" from "not yours": it is 403 for both.
 */
export function requireAccount(permission: string, request: Request, context: Context): AccountState {
  const project = projectIdOf(request.params['project'] ?? '', context);
  const named = request.params['account'] ?? '';
  const found = accountBy(named, context);
  const account = found !== undefined && (project === '-' || found.project === project) ? found : undefined;
  const name = `projects/${project}/serviceAccounts/${named}`;
  const resource = { project: account?.project ?? project, name, grants: account?.grants ?? [] };
  if (!holds(context, context.caller(), permission, resource)) throw denied(permission, name);
  if (account === undefined) throw unknownAccount();
  return account;
}

/** Id of the project that is named by id or number. */
export function projectIdOf(idOrNumber: string, { world }: Context): string {
  const { projects } = world.resourceManager;
  return Object.values(projects).find(({ projectNumber }) => projectNumber === idOrNumber)?.projectId ?? idOrNumber;
}

/** While it is new, every other look does not find it. */
export function look(account: AccountState, context: Context): void {
  if (!isTooNew(account, context)) return;
  account.looks += 1;
  if (account.looks % 2 === 0) throw unknownAccount();
}

export function unknownAccount(): Error {
  return google(404, 'NOT_FOUND', 'Unknown service account', { errors: true });
}

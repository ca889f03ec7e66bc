/** Service accounts as they are found and answered. */
import { iamState } from '../directory/iam.ts';
import type { AccountState } from '../directory/iam.ts';
import { requirePermission } from '../directory/permissions.ts';
import { google } from '../engine/refusal.ts';
import type { Context, Request } from '../engine/route.ts';

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
  const { project = '', serviceAccount: id = '' } = request.params;
  const account = Object.values(iamState(context.world).accounts).find(
    (one) => one.email === id.toLowerCase() || one.uniqueId === id,
  );
  if (project !== '-' && account !== undefined && account.project !== project) throw missing(project, id);
  const owner = account?.project ?? project;
  const name = `projects/${owner}/serviceAccounts/${account?.email ?? id}`;
  requirePermission(context, permission, { project: owner, grants: account?.grants, name });
  if (account === undefined) throw missing(project, id);
  return account;
}

export function missing(project: string, id: string): Error {
  return google(404, 'NOT_FOUND', `Service account projects/${project}/serviceAccounts/${id} does not exist.`, {
    reason: 'notFound',
  });
}

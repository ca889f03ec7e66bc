/** Service accounts as they are found and answered. */
import { iamState } from '../directory/iam.ts';
import type { AccountState } from '../directory/iam.ts';
import { requirePermission } from '../directory/permissions.ts';
import { nextFraction, sightOf } from '../engine/lag.ts';
import { denied, google } from '../engine/refusal.ts';
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
  const account = Object.values(iamState(context.world).accounts).find((one) => isNamed(one, id));
  if (project !== '-' && account !== undefined && account.project !== project) throw unknown();
  const owner = account?.project ?? project;
  const name = `projects/${owner}/serviceAccounts/${account?.email ?? id}`;
  requirePermission(context, permission, { project: owner, grants: account?.grants, name });
  if (account === undefined) throw absent(request, context, permission);
  requireKnown(account, context, denied(permission, name));
  return account;
}

/** Throws while the account is new and this front end has not heard of it. */
function requireKnown(account: AccountState, context: Context, forbidden: Error): void {
  const { uniqueId, project, email } = account;
  const sight = sightOf({ ...account, id: uniqueId }, 'account', context);
  if (sight === 'denied') throw forbidden;
  if (sight === 'missing')
    throw nextFraction(context.live, `${uniqueId} words`) < 0.5 ? unknown() : missing(project, email);
}

function isNamed({ email, uniqueId }: AccountState, id: string): boolean {
  return email === id.toLowerCase() || uniqueId === id;
}

/** What IAM says of an account that is not there: of one that once was, in bad weather it may say that it is forbidden. */
function absent({ method, params }: Request, { world, live }: Context, permission: string): Error {
  const { project = '', serviceAccount: id = '' } = params;
  if (!Object.values(iamState(world).graveyard).some((one) => isNamed(one, id)))
    return method === 'GET' ? unknown() : missing(project, id);
  return live.weather.denies && nextFraction(live, `former ${id}`) < 0.5
    ? denied(permission, `projects/${project}/serviceAccounts/${id}`)
    : missing(project, id);
}

/** One that never was there, as reads call it. */
function unknown(): Error {
  return google(404, 'NOT_FOUND', 'Unknown service account', { reason: 'notFound' });
}

/** One that was there, is not yet there for everybody, or was to be changed. */
export function missing(project: string, id: string): Error {
  return google(404, 'NOT_FOUND', `Service account projects/${project}/serviceAccounts/${id} does not exist.`, {
    reason: 'notFound',
  });
}

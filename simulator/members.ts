/** Members of policies: how they are spelled, and which of them exist. */
import { accountBy, isTooNew } from './iam/find-account.ts';
import type { Binding } from './policy.ts';
import { invalid } from './refusal.ts';
import type { Context } from './route.ts';

const EMAIL = /^[^\s@:/?]+@[^\s@:/?]+\.[^\s@:/?]+$/;
const FORMS: readonly RegExp[] = [
  /^(user|group|serviceAccount):[^\s@:/?]+@[^\s@:/?]+\.[^\s@:/?]+$/,
  /^serviceAccount:[^\s@:/?]+\.svc\.id\.goog\[[^\]]+\]$/,
  /^domain:[^\s@:/?]+\.[^\s@:/?]+$/,
  /^project(Owner|Editor|Viewer):[a-z][a-z0-9.:-]+$/,
  /^principal:\/\/iam\.googleapis\.com\/\S+$/,
  /^principalSet:\/\/(iam|cloudresourcemanager)\.googleapis\.com\/\S+$/,
  /^principal(Set)?:\/\/goog\/\S+$/,
  /^deleted:(user|group|serviceAccount):[^\s?]+\?uid=\d+$/,
  /^deleted:principal(Set)?:\/\/\S+$/,
];

/** E-mails come back in lower case; everything else as it was sent. */
export function normalizeMember(member: string): string {
  const [kind = '', name = ''] = member.split(/:(.*)/s);
  return ['user', 'group', 'serviceAccount', 'domain'].includes(kind) ? `${kind}:${name.toLowerCase()}` : member;
}

/** Throws IAM's 400 for what cannot be bound. Whoever is in the stored policy already is not looked at again. */
export function checkMembers(bindings: readonly Binding[], stored: readonly Binding[], context: Context): void {
  const known = new Set(stored.flatMap(({ members }) => members));
  const all = bindings.flatMap(({ members }) => members);
  for (const member of new Set(all)) {
    if (!known.has(member)) checkMember(member, context);
    const [, email] = /^deleted:serviceAccount:([^?]+)\?uid=/.exec(member) ?? [];
    const twin = `serviceAccount:${email ?? ''}`;
    if (email !== undefined && all.includes(twin)) {
      throw invalid(`Inconsistent representation of deleted member: '${member}' and '${twin}'`);
    }
  }
}

function checkMember(member: string, context: Context): void {
  if (member === 'allUsers' || member === 'allAuthenticatedUsers' || !FORMS.some((form) => form.test(member))) {
    throw invalid('Request contains an invalid argument.');
  }
  const email = /^serviceAccount:(.*)$/.exec(member)?.[1] ?? '';
  if (EMAIL.test(email)) requireExistence(email, context);
}

/** Accounts of projects that this world does not have are taken as they are: somebody else's, or Google's own. */
export function requireExistence(email: string, context: Context): void {
  const account = accountBy(email, context);
  const isOurs = Object.keys(context.world.resourceManager.projects).some((id) => email.endsWith(domainOf(id)));
  if (account === undefined ? isOurs : isTooNew(account, context)) {
    throw invalid(`Service account ${email} does not exist.`);
  }
}

function domainOf(projectId: string): string {
  return `@${projectId.split(':').reverse().join('.')}.iam.gserviceaccount.com`;
}

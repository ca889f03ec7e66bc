/** Members of a policy: which exist, and how they are spelled. */
import { iamState } from '../directory/iam.ts';
import type { BindingState } from '../directory/policies.ts';
import { isProjectOfDomain } from '../directory/projects.ts';
import { sightOf } from '../engine/lag.ts';
import type { Context } from '../engine/route.ts';

/** What setIamPolicy says of the first member that is malformed, unknown, too new, or there twice; undefined = all are fine. */
export function complaintOfMembers(bindings: readonly BindingState[], context: Context): string | undefined {
  const all = bindings.flatMap((binding) => binding.members);
  return all.map((member) => complaintOf(member, all, context)).find((complaint) => complaint !== undefined);
}

const WELL_FORMED = [
  /^deleted:(serviceAccount|user|group):.+\?uid=\d+$/,
  /^(user|group):[^@\s]+@[^@\s]+$/,
  /^domain:[^@\s]+\.[^@\s]+$/,
  /^principal(Set)?:\/\/iam\.googleapis\.com\/.+$/,
  /^project(Owner|Editor|Viewer):.+$/,
];

const KINDS: Readonly<Record<string, string>> = { user: 'User', group: 'Group', serviceAccount: 'Service account' };

/** What IAM says of a member that it does not know any more; undefined = it knows it. */
export function complaintOfGone(member: string, { world }: Context): string | undefined {
  if (!iamState(world).unknownMembers.some((one) => one.toLowerCase() === member.toLowerCase())) return undefined;
  const [, kind = '', name = ''] = /^(\w+):(.+)$/.exec(member) ?? [];
  return `${KINDS[kind] ?? 'Member'} ${name} does not exist.`;
}

function complaintOf(member: string, all: readonly string[], context: Context): string | undefined {
  const gone = complaintOfGone(member, context);
  if (gone !== undefined) return gone;
  const email = /^serviceAccount:(.+)$/.exec(member)?.[1]?.toLowerCase();
  if (email === undefined)
    return WELL_FORMED.some((form) => form.test(member)) ? undefined : 'Request contains an invalid argument.';
  const twin = all.find((other) => other.toLowerCase().startsWith(`deleted:serviceaccount:${email}?uid=`));
  if (twin !== undefined) return `Inconsistent representation of deleted member: '${twin}' and '${member}'`;
  return isMissing(email, context) ? `Service account ${email} does not exist.` : undefined;
}

/** Accounts of projects that this world knows must be there, and not be too new; others are taken on trust. */
function isMissing(email: string, context: Context): boolean {
  const account = iamState(context.world).accounts[email];
  if (account !== undefined) return sightOf({ ...account, id: account.uniqueId }, 'account', context) !== 'shown';
  const domain = /@(.+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1];
  return domain === undefined || isProjectOfDomain(context.world, domain);
}

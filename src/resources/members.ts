import type { AccessEntry } from '../cloud/google/datasets.ts';
import type { Names } from '../inputs/names.ts';

/** Who is meant by a member of a policy, or by an entry of a dataset. Pure. */

/** IAM lower-cases e-mails; the subjects of a pool it does not. */
function spelled(member: string): string {
  return member.startsWith('principal') ? member : member.toLowerCase();
}

export function isSameMember(one: string, other: string): boolean {
  return spelled(one) === spelled(other);
}

/** Whether whoever signs in by a pool, or anybody at all, is meant: even the run's own pool holds its pull requests. */
export function isEverybody(member: string): boolean {
  return (
    /^principalSet:\/\/.*\/workloadIdentityPools\/[^/]+\/\*$/.test(member) ||
    /^all(?:Authenticated)?Users$/i.test(member) ||
    /^principalSet:\/\/goog\/public:all$/.test(member)
  );
}

/** Who is deleted can do nothing; an administrator can undelete them for 30 days. */
export function isDeleted(member: string): boolean {
  return member.startsWith('deleted:');
}

/** An account that Google runs for one of its services. */
export function isServiceAgent(member: string): boolean {
  return /^serviceAccount:[^@]+@(?:gcp-sa-[a-z0-9-]+\.iam|cloudservices|[a-z0-9-]*system)\.gserviceaccount\.com$/.test(
    member,
  );
}

/** Whether our account is one of those that are meant without being named: all of them, those of a project, of a domain. */
export function includesAccount(member: string, { email }: Pick<Names, 'email'>): boolean {
  if (/^all(?:Authenticated)?Users$/i.test(member) || member === 'principalSet://goog/public:all') return true;
  if (/^principalSet:\/\/cloudresourcemanager\.googleapis\.com\/.+\/type\/ServiceAccount$/.test(member)) return true;
  const domain = /^domain:(.+)$/i.exec(member)?.[1]?.toLowerCase();
  const own = email.slice(email.indexOf('@') + 1);
  return domain !== undefined && (own === domain || own.endsWith(`.${domain}`));
}

/** The member of an entry, as policies name it; undefined for views, routines and datasets. */
export function memberOf(entry: AccessEntry): string | undefined {
  const { userByEmail, groupByEmail, domain, specialGroup, iamMember } = entry;
  if (userByEmail) return `${userByEmail.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user'}:${userByEmail}`;
  if (groupByEmail) return `group:${groupByEmail}`;
  if (domain) return `domain:${domain}`;
  return specialGroup ?? iamMember ?? undefined;
}

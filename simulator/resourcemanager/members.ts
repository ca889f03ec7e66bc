/** Members of a project's policy: which exist, and what becomes of them when their account is deleted. */
import { isTooNew } from '../iam/accounts.ts';
import type { AccountState } from '../iam/state.ts';
import { trackGrants } from '../grants.ts';
import { text } from '../json.ts';
import { invalid } from '../refusal.ts';
import type { Context } from '../route.ts';
import type { BindingState, ProjectState } from './state.ts';

/** Brings the grants that permissions are evaluated from in line with the policy. */
export function followPolicy(project: ProjectState, now: number): void {
  const current = project.policy.bindings.flatMap((binding) =>
    binding.members.map((member) => ({
      role: binding.role,
      member,
      condition: binding.condition === undefined ? undefined : (text(binding.condition['expression']) ?? ''),
    })),
  );
  trackGrants(project.grants, current, now);
}

/** A deleted account lives on in policies under its number. */
export function forgetAccount(context: Context, account: AccountState): void {
  const member = `serviceAccount:${account.email}`;
  renameMember(context, member, `deleted:${member}?uid=${account.uniqueId}`);
}

/** An account that was undeleted is itself again wherever its number stands. */
export function remindOfAccount(context: Context, account: AccountState): void {
  const member = `serviceAccount:${account.email}`;
  renameMember(context, `deleted:${member}?uid=${account.uniqueId}`, member);
}

function renameMember({ world, now }: Context, from: string, to: string): void {
  for (const project of Object.values(world.resourceManager.projects)) {
    for (const binding of project.policy.bindings) {
      binding.members = binding.members.map((one) => (one.toLowerCase() === from.toLowerCase() ? to : one));
    }
    followPolicy(project, now);
  }
}

/** Throws what setIamPolicy says of members that are malformed, unknown, too new, or there twice. */
export function checkMembers(bindings: readonly BindingState[], context: Context): void {
  const { world } = context;
  const all = bindings.flatMap((binding) => binding.members);
  for (const member of all) {
    const email = /^serviceAccount:(.+)$/.exec(member)?.[1]?.toLowerCase();
    if (email !== undefined) {
      const twin = all.find((other) => other.toLowerCase().startsWith(`deleted:serviceaccount:${email}?uid=`));
      if (twin !== undefined) throw invalid(`Inconsistent representation of deleted member: '${twin}' and '${member}'`);
      const account = world.iam.accounts[email];
      if (account === undefined ? isOfThisWorld(email, context) : isTooNew(account, context))
        throw invalid(`Service account ${email} does not exist.`);
      continue;
    }
    if (/^deleted:(serviceAccount|user|group):.+\?uid=\d+$/.test(member)) continue;
    if (/^(user|group):[^@\s]+@[^@\s]+$/.test(member) || /^domain:[^@\s]+\.[^@\s]+$/.test(member)) continue;
    if (/^principal(Set)?:\/\/iam\.googleapis\.com\/.+$/.test(member)) continue;
    if (/^project(Owner|Editor|Viewer):.+$/.test(member)) continue;
    throw invalid('Request contains an invalid argument.');
  }
}

/** Whether an account of this e-mail would belong to a project that we know; others are taken on trust. */
function isOfThisWorld(email: string, { world }: Context): boolean {
  const project = /@(.+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1];
  return (
    project === undefined ||
    Object.keys(world.resourceManager.projects).some((id) => id.split(':').reverse().join('.') === project)
  );
}

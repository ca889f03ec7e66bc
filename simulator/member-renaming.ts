/** What happens in every policy when an account is deleted or comes back: its member is spelled anew, in place. */
import type { Grant } from './grants.ts';
import { nextEtag } from './random.ts';
import type { World } from './world.ts';

export function renameMember(world: World, from: string, to: string): void {
  const holders = [...Object.values(world.resourceManager.projects), ...Object.values(world.iam.accounts)];
  for (const { policy, grants } of holders) {
    if (!policy.bindings.some(({ members }) => members.some((member) => isSame(member, from)))) continue;
    policy.bindings = policy.bindings.map((binding) => ({
      ...binding,
      members: binding.members.map((member) => (isSame(member, from) ? to : member)),
    }));
    policy.etag = nextEtag(world);
    renameGrants(grants, from, to);
  }
}

/** The same for the grants of an access list, whose entries its own service spells. */
export function renameGrants(grants: Grant[], from: string, to: string): void {
  grants.forEach((grant, index) => {
    if (isSame(grant.member, from)) grants[index] = { ...grant, member: to };
  });
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Who has which role since when: access takes the world's lag to show, and as long to go. */
import { isConditionTrue } from './condition.ts';
import type { World } from './world.ts';

/** A role given to one member, with the times that lag is counted from. Part of the state of whatever has a policy. */
export interface Grant {
  readonly role: string;
  /** As in a policy: `user:…`, `serviceAccount:…`, `principalSet://…`, `projectOwner:PROJECT`. */
  readonly member: string;
  /** Expression of the condition; undefined = none. */
  readonly condition?: string | undefined;
  addedAt: number;
  /** Set once it was taken away; it has effect for the lag after. */
  removedAt?: number;
}

/** What a policy or an access list gives at this moment. */
export type CurrentGrant = Pick<Grant, 'role' | 'member' | 'condition'>;

/** Call after every write of a policy or access list: notes what was added and what was taken away, and when. */
export function trackGrants(grants: Grant[], current: readonly CurrentGrant[], now: number): void {
  for (const grant of grants) {
    if (grant.removedAt === undefined && !current.some((one) => isSame(one, grant))) grant.removedAt = now;
  }
  for (const { role, member, condition } of current) {
    const isKnown = grants.some((grant) => grant.removedAt === undefined && isSame(grant, { role, member, condition }));
    if (!isKnown) grants.push({ role, member, ...(condition === undefined ? {} : { condition }), addedAt: now });
  }
}

function isSame(one: CurrentGrant, other: CurrentGrant): boolean {
  return one.role === other.role && one.member === other.member && one.condition === other.condition;
}

/** Whether it has effect at this moment. */
export function isEffective(grant: Grant, world: World, now: number): boolean {
  if (grant.addedAt + world.lagMs > now) return false;
  if (grant.removedAt !== undefined && grant.removedAt + world.lagMs <= now) return false;
  return grant.condition === undefined || isConditionTrue(grant.condition, now);
}

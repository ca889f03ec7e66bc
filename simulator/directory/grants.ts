/** Who has which role since when: access takes the world's lag to show, and as long to go. */
import type { World } from '../engine/world.ts';

/** A role given to a member, with the times that lag is counted from. */
export interface Grant {
  readonly role: string;
  readonly member: string;
  /** Expression of the condition; undefined = none. */
  readonly condition: string | undefined;
  readonly addedAt: number;
  /** Set once it was taken away. */
  removedAt?: number;
}

/** Brings the list of grants in line with what a policy or an access list says now. */
export function trackGrants(
  grants: Grant[],
  current: readonly Omit<Grant, 'addedAt' | 'removedAt'>[],
  now: number,
): void {
  const same = (one: Omit<Grant, 'addedAt'>, other: Omit<Grant, 'addedAt'>): boolean =>
    one.role === other.role && one.member === other.member && one.condition === other.condition;
  for (const grant of grants) {
    if (grant.removedAt === undefined && !current.some((one) => same(one, grant))) grant.removedAt = now;
  }
  for (const one of current) {
    if (!grants.some((grant) => grant.removedAt === undefined && same(one, grant)))
      grants.push({ ...one, addedAt: now });
  }
}

/** Whether it has effect at this moment. A condition that is not plainly true or false grants nothing. */
export function isEffective(grant: Grant, world: World, now: number): boolean {
  if (grant.condition !== undefined && grant.condition.trim() !== 'true') return false;
  if (grant.removedAt !== undefined) return grant.removedAt + world.lagMs > now && grant.addedAt + world.lagMs <= now;
  return grant.addedAt + world.lagMs <= now;
}

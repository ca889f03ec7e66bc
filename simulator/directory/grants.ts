/** Who has which role since when: access takes time to come and to go, in each service its own. */
import { fractionOf } from '../engine/random.ts';
import type { Context } from '../engine/route.ts';

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

/** Whether it has effect at this moment where it is asked for. A condition that is not plainly true or false grants nothing. */
export function isEffective(grant: Grant, context: Context): boolean {
  if (grant.condition !== undefined && grant.condition.trim() !== 'true') return false;
  const { now } = context;
  const hasCome = grant.addedAt + delayOf('given', grant, context) <= now;
  return hasCome && (grant.removedAt === undefined || grant.removedAt + delayOf('taken', grant, context) > now);
}

/** How long this service takes to hear of it: up to the weather's time, by seed. */
function delayOf(what: string, { role, member }: Grant, { live, service }: Context): number {
  return live.weather.grant * (0.4 + 0.6 * fractionOf(live, what, service, role, member));
}

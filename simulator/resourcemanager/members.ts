/** What becomes of the members of projects' policies when their account is deleted. */
import { followPolicy } from '../directory/follow-policy.ts';
import { resourceManagerState } from '../directory/projects.ts';
import type { AccountEvent, Context } from '../engine/route.ts';

/** A deleted account lives on in policies under its number; one that was restored is itself again wherever that stands. */
export function renameAccount({ what, email, uniqueId }: AccountEvent, { world, now }: Context): void {
  const living = `serviceAccount:${email}`;
  const dead = `deleted:${living}?uid=${uniqueId}`;
  const [from, to] = what === 'deleted' ? [living, dead] : [dead, living];
  for (const project of Object.values(resourceManagerState(world).projects)) {
    for (const binding of project.policy.bindings) {
      binding.members = binding.members.map((one) => (one.toLowerCase() === from.toLowerCase() ? to : one));
    }
    followPolicy(project, now);
  }
}

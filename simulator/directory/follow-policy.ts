import { text } from '../engine/json.ts';
import { trackGrants } from './grants.ts';
import type { PolicyHolder } from './policies.ts';

/** Brings the grants that permissions are evaluated from in line with the policy. */
export function followPolicy({ policy, grants }: PolicyHolder, now: number): void {
  const current = policy.bindings.flatMap(({ role, members, condition }) =>
    members.map((member) => ({
      role,
      member,
      condition: condition === undefined ? undefined : (text(condition['expression']) ?? ''),
    })),
  );
  trackGrants(grants, current, now);
}

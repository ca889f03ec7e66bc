import { text } from '../engine/json.ts';
import { trackGrants } from './grants.ts';
import type { BindingState, PolicyHolder } from './policies.ts';

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

/** Whatever order bindings were sent in, they are kept and answered in this one. */
export function sortedByRole(bindings: readonly BindingState[]): BindingState[] {
  return bindings.toSorted((one, other) => (one.role < other.role ? -1 : one.role > other.role ? 1 : 0));
}

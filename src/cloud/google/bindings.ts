import type { Binding, Policy } from './project-policies.ts';

/**
 * Edits of a project policy that touch one member and nothing else: bindings keep their order, their conditions and
 * everybody else's members, as they came. All pure.
 */

/** One role that a member holds, and under which condition. */
export interface Grant {
  readonly role: string;
  /** Title (or expression) of the condition; undefined = unconditional. */
  readonly condition: string | undefined;
}

/** The grants of `member` (`serviceAccount:…`), in the policy's order. */
export function grantsOf(policy: Policy, member: string): Grant[] {
  return (policy.bindings ?? [])
    .filter((binding) => (binding.members ?? []).some((other) => isSame(other, member)))
    .map((binding) => ({ role: binding.role ?? '', condition: conditionOf(binding) }));
}

/** Everyone bound to `role` except `member` and its leftovers. */
export function othersBoundTo(policy: Policy, role: string, member: string): string[] {
  const bound = (policy.bindings ?? [])
    .filter((binding) => binding.role === role)
    .flatMap((binding) => binding.members ?? []);
  return [...new Set(bound)].filter((other) => !isSame(other, member) && !isLeftover(other, member));
}

/** Members that are left over from a deleted account of the same e-mail: `deleted:serviceAccount:…?uid=…`. */
export function leftoversOf(policy: Policy, member: string): string[] {
  const members = (policy.bindings ?? []).flatMap((binding) => binding.members ?? []);
  return [...new Set(members.filter((other) => isLeftover(other, member)))];
}

/** Grants `role` without a condition: never by joining a conditional binding of the same role. */
export function addGrant(policy: Policy, role: string, member: string): Policy {
  const bindings = policy.bindings ?? [];
  const index = bindings.findIndex((binding) => binding.role === role && conditionOf(binding) === undefined);
  const found = bindings[index];
  if (found === undefined) return { ...policy, bindings: [...bindings, { role, members: [member] }] };
  if ((found.members ?? []).some((other) => isSame(other, member))) return policy;
  return { ...policy, bindings: bindings.with(index, { ...found, members: [...(found.members ?? []), member] }) };
}

/** Takes `member` out of the bindings that `where` picks; a binding left without members goes, as the service demands. */
export function removeMember(policy: Policy, where: (binding: Binding) => boolean, member: string): Policy {
  const bindings = (policy.bindings ?? []).flatMap((binding) => {
    const members = binding.members ?? [];
    const kept = members.filter((other) => !isSame(other, member));
    if (kept.length === members.length || !where(binding)) return [binding];
    return kept.length === 0 ? [] : [{ ...binding, members: kept }];
  });
  return { ...policy, bindings };
}

/** Title of a binding's condition, else its expression. */
export function conditionOf(binding: Binding): string | undefined {
  const { condition } = binding;
  if (!condition) return undefined;
  return condition.title ?? condition.expression ?? 'untitled';
}

/** IAM lower-cases e-mails. */
function isSame(other: string, member: string): boolean {
  return other.toLowerCase() === member.toLowerCase();
}

function isLeftover(other: string, member: string): boolean {
  return other.toLowerCase().startsWith(`deleted:${member.toLowerCase()}?uid=`);
}

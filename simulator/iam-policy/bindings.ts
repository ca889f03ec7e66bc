/** Bindings as setIamPolicy takes them. */
import { iamState } from '../directory/iam.ts';
import type { BindingState, PolicyHolder } from '../directory/policies.ts';
import { PREDEFINED } from '../directory/predefined-roles.ts';
import { list, record, text } from '../engine/json.ts';
import { isTooNew } from '../engine/lag.ts';
import type { Context } from '../engine/route.ts';
import { complaintOfMembers } from './members.ts';

/** What a kind of holder asks of its policy, besides what all do. */
export interface Limits {
  /** Whether a write without an etag is refused. */
  readonly needsEtag: boolean;
  /** Whether somebody must be left who owns it, and whether the basic roles can be given. */
  readonly hasOwners: boolean;
  /** Members of all bindings together. */
  readonly mostMembers: number;
}

/** Where a policy is written. */
export interface Place {
  readonly holder: PolicyHolder;
  /** Id of the project it belongs to. */
  readonly project: string;
  readonly limits: Limits;
}

/** The bindings of a policy that was sent, or what is wrong with them. */
export function readBindings(
  policy: Record<string, unknown>,
  place: Place,
  context: Context,
): BindingState[] | { readonly wrong: string } {
  const bindings = list(policy['bindings']).map((one): BindingState => {
    const binding = record(one);
    return { ...binding, role: text(binding['role']) ?? '', members: list(binding['members']).map(String) };
  });
  const wrong =
    bindings.map((binding) => complaintOf(binding, place, context)).find((one) => one !== undefined) ??
    complaintOfAll(bindings, policy, place) ??
    complaintOfMembers(bindings, context);
  return wrong === undefined ? bindings : { wrong };
}

function complaintOf(binding: BindingState, place: Place, context: Context): string | undefined {
  if (binding.members.length === 0) return 'A binding must have at least one member.';
  const condition = binding.condition === undefined ? undefined : record(binding.condition);
  return (
    complaintOfRole(binding.role, place, context) ??
    (condition !== undefined && (text(condition['expression']) ?? '') === ''
      ? 'A condition needs an expression.'
      : undefined)
  );
}

/** A custom role can be given where it was made and below; one that was deleted can only stay. */
function complaintOfRole(role: string, place: Place, context: Context): string | undefined {
  if (!/^(projects|organizations)\//.test(role)) {
    const isBasic = place.limits.hasOwners && /^roles\/(admin|writer|reader|browser)$/.test(role);
    const isKnown = PREDEFINED[role] !== undefined || /^roles\/[a-z][A-Za-z0-9]*\.[A-Za-z0-9.]+$/.test(role);
    return isBasic || isKnown ? undefined : `Role ${role} is not supported for this resource.`;
  }
  const custom = iamState(context.world).roles[role];
  const isHere = role.startsWith(`projects/${place.project}/roles/`) || role.startsWith('organizations/');
  if (custom === undefined || !isHere || isTooNew({ ...custom, id: role }, 'role', context))
    return `Role (${role}) does not exist in the resource's hierarchy.`;
  const isBound = place.holder.policy.bindings.some((one) => one.role === role);
  return custom.deletedAt !== undefined && !isBound ? `Role ${role} is deleted and cannot be bound.` : undefined;
}

function complaintOfAll(
  bindings: readonly BindingState[],
  policy: Record<string, unknown>,
  { holder, limits }: Place,
): string | undefined {
  if (isConditional([...bindings, ...holder.policy.bindings]) && policy['version'] !== 3)
    return 'A policy with conditions must be written with version 3.';
  if (limits.hasOwners && !bindings.some(({ role }) => role === 'roles/owner')) return 'A project must keep an owner.';
  const count = bindings.flatMap(({ members }) => members).length;
  const most = limits.mostMembers.toLocaleString('en-US');
  return count > limits.mostMembers
    ? `The number of members in the policy (${count.toLocaleString('en-US')}) is larger than the maximum allowed size ${most}.`
    : undefined;
}

export function isConditional(bindings: readonly BindingState[]): boolean {
  return bindings.some(({ condition }) => condition !== undefined);
}

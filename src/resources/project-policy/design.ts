import type { Address } from '../../address.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { ByHand } from '../../engine/resource.ts';
import type { Names } from '../../inputs/names.ts';

/** The roles as they should be. */
export interface ProjectPolicyDesign {
  readonly address: Address;
  readonly names: Names;
  readonly projectId: string;
  /** Roles that the access mode grants, without a condition. */
  readonly roles: readonly string[];
  /** Roles that are ours to revoke, in whatever form: those of every access mode. */
  readonly ours: readonly string[];
  readonly want: 'present' | 'absent';
  /** What a grant stands on: the account, and the role if it is a custom one. */
  readonly grantAfter: readonly Address[];
  /** What destroy does before it revokes the binding that confirms the account's mark. */
  readonly revokeAfter: RevokeAfter;
  /** Members that may act as the account, by whatever role. */
  readonly impersonators: readonly string[];
  /** Whether this mode changes anything. */
  readonly writes: boolean;
}

/** Where the account is to be deleted, that goes first; where it stays, all that its mark is needed for. */
export interface RevokeAfter {
  readonly deleted: readonly Address[];
  readonly released: readonly Address[];
}

/** The policy, and whose the account is that it speaks of. */
export interface ProjectPolicyLive {
  readonly policy: Policy;
  /** Whether it is ours, or gone, so that what is left of it is. */
  readonly isOurs: boolean;
  /** Whether destroy would delete it. */
  readonly isCreated: boolean;
  /** Who runs, as policies name it; undefined when the credential does not tell. */
  readonly principal: string | undefined;
}

/** One thing to be done for our account; roles by their full names, `condition` as `conditionOf` names it. */
export type ProjectPolicyChange =
  | { readonly grant: string }
  | { readonly revoke: { readonly role: string; readonly condition?: string } }
  | { readonly dropLeftover: string }
  /** Somebody else holds it, or everybody. */
  | ByHand;

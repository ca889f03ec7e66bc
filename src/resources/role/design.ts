import type { Address } from '../../address.ts';
import type { Role } from '../../cloud/google/roles.ts';
import type { Edge } from '../../engine/resource.ts';
import { readDescription, writeDescription } from '../../ownership/description.ts';
import { ownership } from '../../ownership/record.ts';
import type { Mark } from '../../ownership/record.ts';

/** The role as it should be. */
export interface RoleDesign {
  readonly address: Address;
  /** `projects/P/roles/R` */
  readonly name: string;
  readonly permissions: readonly string[];
  /** Account id of the target that the role is marked for. */
  readonly target: string;
  readonly adopt: boolean;
  readonly want: 'present' | 'absent';
  /** What is done before the role is deleted: the binding to it is revoked. */
  readonly deleteAfter: readonly Address[];
  /** What the account may do by it, for the diagram. */
  readonly edge: Edge;
}

/** The role, and who else is bound to it. */
export interface RoleLive {
  readonly role: Role;
  readonly others: readonly string[];
}

/** Who else is bound to the role, and gets what is given by it: a review covers that. Left out where nobody is. */
export interface AlsoFor {
  readonly alsoFor?: readonly string[];
}

/** One thing to be done to the role. */
export type RoleChange =
  | { readonly create: { readonly permissions: readonly string[] } }
  | ({ readonly undelete: true } & AlsoFor)
  | ({ readonly stage: 'GA' } & AlsoFor)
  | ({ readonly add: string } & AlsoFor)
  | { readonly remove: string }
  | { readonly mark: 'adopted' | 'none' }
  | { readonly delete: true };

/** The description with our marker at its end; undefined when it does not fit. */
export function adoptedDescription({ target }: RoleDesign, live: Role): string | undefined {
  const { text } = readDescription(live.description);
  return writeDescription({ text, ownership: ownership('adopted', { target }) });
}

/** Whose the role is, as far as it is marked for this target. */
export function markOf(design: RoleDesign, live: Role): Mark | undefined {
  const owned = readDescription(live.description).ownership;
  return owned?.target === design.target ? owned.mark : undefined;
}

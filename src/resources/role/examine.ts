import type { Document } from '../../cloud/document.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { Role, RoleDocument } from '../../cloud/google/roles.ts';
import { ownership, readDescription, writeDescription } from '../../ownership/record.ts';
import type { Mark } from '../../ownership/record.ts';
import type { Refusal } from '../../errors/diagnostic.ts';
import type { Difference } from '../../engine/resource.ts';

/** What is to be said of the custom role: differences, refusals, warnings. All pure. */

/** The custom role that the guide describes. */
export interface RoleOptions {
  readonly roleId: string;
  readonly title: string;
  readonly description: string;
  readonly permissions: readonly string[];
  /** Account id of the target that the role is marked for. */
  readonly target: string;
  /** Our account, as the policy names it. */
  readonly member: string;
  readonly adopt: boolean;
  readonly want: 'present' | 'absent';
  readonly document: RoleDocument;
  readonly policy: Document<Policy>;
}

/** The role, and who else is bound to it. */
export interface RoleLive {
  readonly role: Role;
  readonly others: readonly string[];
}

/** Where the role should be there, with exactly these permissions. */
export function diffPresent(options: RoleOptions, live: RoleLive | undefined): Difference[] {
  if (live === undefined) {
    return [{ field: 'role', live: 'absent', desired: 'present', kind: 'missing', phase: 'grant', right: 'given' }];
  }
  const held = new Set(live.role.includedPermissions ?? []);
  const wanted = new Set(options.permissions);
  const differences: Difference[] = [];
  if (live.role.deleted === true) {
    differences.push({
      field: 'role',
      live: 'deleted',
      desired: 'present',
      kind: 'missing',
      phase: 'grant',
      right: 'given',
    });
  }
  differences.push(...diffOwner(options, live.role));
  if (live.role.stage === 'DISABLED') {
    differences.push({
      field: 'stage',
      live: 'DISABLED',
      desired: 'GA',
      kind: 'changed',
      phase: 'grant',
      right: 'given',
    });
  }
  for (const permission of options.permissions.filter((name) => !held.has(name))) {
    const field = `permission ${permission}`;
    differences.push({ field, live: 'absent', desired: 'present', kind: 'missing', phase: 'grant', right: 'given' });
  }
  for (const permission of [...held].filter((name) => !wanted.has(name)).sort()) {
    const field = `permission ${permission}`;
    differences.push({ field, live: 'present', desired: 'absent', kind: 'changed', phase: 'narrow', right: 'taken' });
  }
  return differences;
}

function diffOwner(options: RoleOptions, live: Role): Difference[] {
  const owned = readDescription(live.description).ownership;
  if (owned?.target === options.target) return [];
  return [
    {
      field: 'owner',
      live: owned === undefined ? 'unmarked' : `marked for ${owned.target ?? 'another target'}`,
      desired: `marked for ${options.target}`,
      kind: owned === undefined ? 'missing' : 'changed',
      phase: 'grant',
      ...(options.adopt && owned === undefined ? { exempt: 'adoption' as const } : {}),
    },
  ];
}

/** Why the role must not be touched. */
export function refusePresent(options: RoleOptions, live: RoleLive | undefined): Refusal[] {
  if (live === undefined) return [];
  const description = readDescription(live.role.description);
  const attempted = `use the role ${options.document.name}`;
  if (description.ownership === undefined) {
    if (!options.adopt) {
      return [
        {
          attempted,
          because: 'it exists, and does not carry the mark of this action: somebody else may rely on it',
          remedy: 'Set adopt: true to take it over, or role_id to another name.',
        },
      ];
    }
    if (adoptedDescription(options, live.role) === undefined) return [tooLong(attempted)];
    return [];
  }
  if (description.ownership.target === options.target) return [];
  return [
    {
      attempted,
      because: `it is marked for ${description.ownership.target ?? 'another target'}, and changing it would change that target's rights`,
      remedy: 'Set role_id to another name, for example the account id in camel case.',
    },
  ];
}

/** Why a mark cannot be set: the user's text is never cut. */
export function tooLong(attempted: string): Refusal {
  return {
    attempted,
    because: 'its description leaves no room for the mark of this action (256 bytes for both)',
    remedy: 'Shorten the description by some 60 characters; the text is yours, and is never cut.',
  };
}

/** What a person should know before it is undeleted. */
export function warnPresent(live: RoleLive | undefined): string[] {
  if (live?.role.deleted !== true || live.others.length === 0) return [];
  return [`undeleting the role arms its other bindings again: ${live.others.join(', ')}`];
}

/** The description with our mark at its end; undefined when it does not fit. */
export function adoptedDescription(options: RoleOptions, live: Role): string | undefined {
  const { text } = readDescription(live.description);
  return writeDescription({ text, ownership: ownership('adopted', { target: options.target }) });
}

function markOf(options: RoleOptions, live: Role): Mark | undefined {
  const owned = readDescription(live.description).ownership;
  return owned?.target === options.target ? owned.mark : undefined;
}

/** Where the role should be gone: only if we made it, and nobody else is bound to it. */
export function diffAbsent(options: RoleOptions, live: RoleLive | undefined): Difference[] {
  if (live === undefined || live.role.deleted === true) return [];
  const mark = markOf(options, live.role);
  if (mark === 'created' && live.others.length === 0) {
    return [{ field: 'role', live: 'present', desired: 'absent', kind: 'changed', phase: 'remove' }];
  }
  if (mark === 'adopted') {
    return [{ field: 'owner', live: 'adopted', desired: 'unmarked', kind: 'changed', phase: 'remove' }];
  }
  return [];
}

/** Why the role is left. */
export function warnAbsent(options: RoleOptions, live: RoleLive | undefined): string[] {
  if (live === undefined || live.role.deleted === true) return [];
  const mark = markOf(options, live.role);
  if (mark === undefined) return [`the role ${options.roleId} is left: it does not carry this target's mark`];
  if (mark === 'created' && live.others.length > 0) {
    return [`the role ${options.roleId} is left: others are bound to it (${live.others.join(', ')})`];
  }
  return [];
}

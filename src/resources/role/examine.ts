import type { Address } from '../../address.ts';
import type { Role } from '../../cloud/google/roles.ts';
import type { Difference, Edge, Examination } from '../../engine/resource.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { markedForAnother, noRoom, unmarked } from '../../ownership/mark.ts';
import { ownership, readDescription, writeDescription } from '../../ownership/record.ts';
import type { Mark } from '../../ownership/record.ts';

/** What is to be said of the custom role. Pure. */

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
interface AlsoFor {
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

type RoleDifference = Difference<RoleChange>;

export function examineRole(design: RoleDesign, live: RoleLive | undefined): Examination<RoleChange> {
  return design.want === 'present'
    ? { differences: diffPresent(design, live), diagnostics: [...refuse(design, live), ...warnOfOthers(design, live)] }
    : { differences: diffAbsent(design, live), diagnostics: warnOfLeft(design, live) };
}

function diffPresent(design: RoleDesign, live: RoleLive | undefined): RoleDifference[] {
  const { edge, permissions } = design;
  const grant = { phase: 'grant', right: 'given', edge } as const;
  if (live === undefined) return [missing(design)];
  const { role, others } = live;
  const held = role.includedPermissions ?? [];
  const alsoFor = others.length === 0 ? {} : { alsoFor: [...others].sort() };
  const deleted: RoleDifference = {
    ...grant,
    code: 'role.deleted',
    ...{ field: 'role', live: 'deleted', desired: 'present', kind: 'missing' },
    makes: 'restored',
    change: { undelete: true, ...alsoFor },
  };
  const disabled: RoleDifference = {
    ...grant,
    code: 'role.disabled',
    ...{ field: 'stage', live: 'DISABLED', desired: 'GA', kind: 'changed' },
    makes: 'enabled',
    change: { stage: 'GA', ...alsoFor },
  };
  return [
    ...(role.deleted === true ? [deleted] : []),
    ...diffOwner(design, role),
    ...(role.stage === 'DISABLED' ? [disabled] : []),
    ...permissions.filter((name) => !held.includes(name)).map((name) => added(name, edge, alsoFor)),
    ...held
      .filter((name) => !permissions.includes(name))
      .sort()
      .map((name) => removed(name, edge)),
  ];
}

/** A plan shows what it creates: whoever reviews it approves these permissions. */
function missing({ edge, permissions }: RoleDesign): RoleDifference {
  return {
    code: 'role.missing',
    ...{ field: 'role', live: 'absent', desired: `present, with ${permissions.join(', ')}`, kind: 'missing' },
    ...{ phase: 'grant', right: 'given', makes: 'created', edge },
    change: { create: { permissions } },
  };
}

function added(name: string, edge: Edge, alsoFor: AlsoFor): RoleDifference {
  return {
    code: 'role.permission-missing',
    ...{ field: `permission ${name}`, live: 'absent', desired: 'present', kind: 'missing' },
    ...{ phase: 'grant', right: 'given', makes: 'updated', edge },
    change: { add: name, ...alsoFor },
  };
}

function removed(name: string, edge: Edge): RoleDifference {
  return {
    code: 'role.permission-excess',
    ...{ field: `permission ${name}`, live: 'present', desired: 'absent', kind: 'changed' },
    ...{ phase: 'narrow', right: 'taken', makes: 'updated', edge },
    change: { remove: name },
  };
}

function diffOwner(design: RoleDesign, live: Role): RoleDifference[] {
  const owned = readDescription(live.description).ownership;
  if (owned?.target === design.target) return [];
  const isFree = owned === undefined;
  return [
    {
      code: isFree ? 'role.unmarked' : 'role.marked-for-another',
      field: 'owner',
      live: isFree ? 'unmarked' : `marked for ${owned.target ?? 'another target'}`,
      desired: `marked for ${design.target}`,
      kind: isFree ? 'missing' : 'changed',
      phase: 'grant',
      makes: 'adopted',
      change: { mark: 'adopted' },
      ...(design.adopt && isFree ? { exempt: 'adoption' as const } : {}),
    },
  ];
}

/** Why the role must not be touched. Also asked of a role that turned up while ours was being created. */
export function refuse(design: RoleDesign, live: RoleLive | undefined): Problem[] {
  if (live === undefined) return [];
  const { ownership: owned } = readDescription(live.role.description);
  const refused = { subject: design.address, name: `the role ${design.name}` };
  if (owned === undefined) {
    if (!design.adopt) return [unmarked(refused, ', or role_id to another name')];
    return adoptedDescription(design, live.role) === undefined ? [noRoom(design.address, `use ${refused.name}`)] : [];
  }
  if (owned.target === design.target) return [];
  const remedy = 'Set role_id to another name, for example the account id in camel case.';
  return [markedForAnother(refused, owned.target ?? 'another target', remedy)];
}

/** Whoever else is bound to the role holds what it holds, and gets what is added to it. */
function warnOfOthers(design: RoleDesign, live: RoleLive | undefined): Notice[] {
  if (live === undefined || live.others.length === 0) return [];
  const { address: subject, permissions } = design;
  const { role, others } = live;
  const code = 'role.others-bound';
  const named = others.join(', ');
  const added = permissions.filter((name) => !(role.includedPermissions ?? []).includes(name));
  if (role.deleted === true)
    return [
      { severity: 'warning', code, subject, because: `restoring the role re-activates its bindings for ${named}` },
    ];
  if (role.stage === 'DISABLED')
    return [
      { severity: 'warning', code, subject, because: `enabling the role re-activates its bindings for ${named}` },
    ];
  if (added.length === 0)
    return [{ severity: 'note', code, subject, because: `others are bound to the role too: ${named}` }];
  const because = `others are bound to the role too, and get ${added.join(', ')} with it: ${named}`;
  return [
    {
      severity: 'warning',
      code,
      subject,
      because,
      remedy: 'Give them a role of their own, or set role_id to another name.',
    },
  ];
}

/** The description with our marker at its end; undefined when it does not fit. */
export function adoptedDescription({ target }: RoleDesign, live: Role): string | undefined {
  const { text } = readDescription(live.description);
  return writeDescription({ text, ownership: ownership('adopted', { target }) });
}

function markOf(design: RoleDesign, live: Role): Mark | undefined {
  const owned = readDescription(live.description).ownership;
  return owned?.target === design.target ? owned.mark : undefined;
}

/** Where the role should be gone: only if we made it, and nobody else is bound to it. */
function diffAbsent(design: RoleDesign, live: RoleLive | undefined): RoleDifference[] {
  if (live === undefined || live.role.deleted === true) return [];
  const mark = markOf(design, live.role);
  if (mark === 'created' && live.others.length === 0) {
    return [
      {
        code: 'role.to-delete',
        ...{ field: 'role', live: 'present', desired: 'absent', kind: 'changed' },
        ...{ phase: 'remove', after: design.deleteAfter, makes: 'deleted', change: { delete: true } },
      },
    ];
  }
  if (mark !== 'adopted') return [];
  return [
    {
      code: 'role.to-release',
      ...{ field: 'owner', live: 'adopted', desired: 'unmarked', kind: 'changed' },
      ...{ phase: 'remove', makes: 'released', change: { mark: 'none' } },
    },
  ];
}

/** Why the role is left. */
function warnOfLeft(design: RoleDesign, live: RoleLive | undefined): Notice[] {
  if (live === undefined || live.role.deleted === true) return [];
  const left = (because: string): Notice[] => [
    { severity: 'warning', code: 'role.left', subject: design.address, because },
  ];
  const mark = markOf(design, live.role);
  if (mark === undefined) return left(`the role ${design.name} is kept: it is not managed for this account`);
  if (mark === 'created' && live.others.length > 0)
    return left(`the role ${design.name} is kept: others are bound to it (${live.others.join(', ')})`);
  return [];
}

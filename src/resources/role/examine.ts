import type { Role } from '../../cloud/google/roles.ts';
import type { Difference, Edge, Examination } from '../../engine/resource.ts';
import { readDescription } from '../../ownership/description.ts';
import { markOf } from './design.ts';
import type { AlsoFor, RoleChange, RoleDesign, RoleLive } from './design.ts';
import { refuse, warnOfLeft, warnOfOthers } from './diagnostics.ts';

/** How the custom role differs from what is asked for. Pure. */

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

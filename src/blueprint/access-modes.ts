import { grantsOf } from '../cloud/google/bindings.ts';
import type { Policy } from '../cloud/google/project-policies.ts';
import type { Role } from '../cloud/google/roles.ts';
import type { Names } from '../inputs/names.ts';
import type { Access, AccessMode, ReadApi } from '../inputs/target.ts';
import type { Reading } from '../resources/source-dataset/examine.ts';

/** What each access mode grants, what it keeps, and what it revokes. Pure. */

/** What tells that a custom role is not that of `scoped`. */
const READING = 'bigquery.tables.getData';

/** What sets one access mode apart from another: the program asks these rows, never the mode's name. */
export interface AccessModeRow {
  /** Predefined roles on the project; empty: the custom role is granted instead. */
  readonly predefinedRoles: readonly string[];
  /** What the custom role holds, but for `read_api`; empty: there is none, and one of another mode is kept, unbound. */
  readonly permissions: readonly string[];
  /** Whether we create the state dataset and grant access to it; otherwise Segment does, and only its location is compared. */
  readonly managesStateDataset: boolean;
  /** Whether reading is granted on each of `source_datasets`; then every other plain reader entry is ours to revoke. */
  readonly grantsSources: boolean;
}

export const accessModeRows: Record<AccessMode, AccessModeRow> = {
  /** The guide, "Grant Limited Access". */
  limited: {
    predefinedRoles: [],
    permissions: ['bigquery.datasets.get', 'bigquery.jobs.create', READING],
    managesStateDataset: true,
    grantsSources: false,
  },
  /** The guide, "Grant Full Access". */
  full: {
    predefinedRoles: ['roles/bigquery.user', 'roles/bigquery.dataEditor'],
    permissions: [],
    managesStateDataset: false,
    grantsSources: false,
  },
  /** The narrowest way: reading is granted on each source dataset instead. */
  scoped: {
    predefinedRoles: [],
    permissions: ['bigquery.jobs.create'],
    managesStateDataset: true,
    grantsSources: true,
  },
};

/** What reading through the Storage Read API takes besides. */
export const READ_SESSIONS = [
  'bigquery.readsessions.create',
  'bigquery.readsessions.getData',
  'bigquery.readsessions.update',
] as const;

const READ_PERMISSIONS: Record<ReadApi, readonly string[]> = { rest: [], storage: READ_SESSIONS };

/** Whether the account is granted the custom role. */
export function hasCustomRole({ mode }: Pick<Access, 'mode'>): boolean {
  return accessModeRows[mode].predefinedRoles.length === 0;
}

/** The project-wide roles of an access mode, by their full names. */
export function rolesOf({ mode }: Pick<Access, 'mode'>, { role }: Pick<Names, 'role'>): readonly string[] {
  const { predefinedRoles } = accessModeRows[mode];
  return predefinedRoles.length === 0 ? [role] : predefinedRoles;
}

/** Roles that are ours to revoke, in whatever form: those of every access mode. */
export function rolesOfAnyMode({ role }: Pick<Names, 'role'>): readonly string[] {
  return [role, ...Object.values(accessModeRows).flatMap(({ predefinedRoles }) => predefinedRoles)];
}

/** What the custom role holds; in a mode that does not grant it, nobody compares that. */
export function permissionsOf({ mode, readApi }: Pick<Access, 'mode' | 'readApi'>): readonly string[] {
  return [...accessModeRows[mode].permissions, ...READ_PERMISSIONS[readApi]];
}

/**
 * Whether the role of `scoped` is bound, told by what it lacks: the run that leaves `scoped` revokes the reader entries,
 * which in other modes people add by hand.
 */
export function isScopedRole(
  role: Role | undefined,
  policy: Policy | undefined,
  names: Pick<Names, 'member' | 'role'>,
): boolean {
  if (role === undefined || role.deleted === true) return false;
  const isBound = grantsOf(policy ?? {}, names.member).some((grant) => grant.role === names.role);
  return isBound && !(role.includedPermissions ?? []).includes(READING);
}

/** The part of a Target that tells which datasets models read. */
export interface Sources {
  readonly projectId: string;
  readonly access: Pick<Access, 'mode' | 'sourceDatasets'>;
}

/** What a plain reader entry is on a dataset that this access mode does not grant. @param isOurs - whether it is ours to revoke */
export function readingOf(name: string, { access, projectId }: Sources, isOurs: boolean): Reading {
  // What models read in other projects no project-wide role reaches: people grant it by hand, and say so.
  const isDeclared = access.sourceDatasets.includes(name) && !name.startsWith(`${projectId}.`);
  if (!accessModeRows[access.mode].grantsSources && isDeclared) return 'allowed';
  return isOurs ? 'withdrawn' : 'surplus';
}

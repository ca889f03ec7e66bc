import type { Policy } from '../cloud/google/project-policies.ts';
import type { Role } from '../cloud/google/roles.ts';
import type { AccessMode, Inputs } from '../inputs/inputs.ts';
import { grantsOf } from '../cloud/google/bindings.ts';
import type { ReadAccessOptions } from '../resources/source-dataset/source-dataset.ts';

/** What each access mode gives, and what it leaves. Pure. */

/** The guide, "Grant Limited Access": what the custom role holds. */
export const LIMITED_PERMISSIONS = [
  'bigquery.datasets.get',
  'bigquery.jobs.create',
  'bigquery.tables.getData',
] as const;
/** The narrowest way: reading is granted on each source dataset instead. */
export const SCOPED_PERMISSIONS = ['bigquery.jobs.create'] as const;
/** The guide, "Grant Full Access": what the account gets instead. */
export const FULL_ROLES = ['roles/bigquery.user', 'roles/bigquery.dataEditor'] as const;

/** What reading through the Storage Read API takes besides. */
export const READ_SESSIONS = [
  'bigquery.readsessions.create',
  'bigquery.readsessions.getData',
  'bigquery.readsessions.update',
] as const;

/** The project-wide roles of an access mode. */
export function rolesOf(accessMode: AccessMode, customRole: string): string[] {
  return accessMode === 'full' ? [...FULL_ROLES] : [customRole];
}

/** What the custom role holds; in `full` it is not looked at. */
export function permissionsOf({ accessMode, readApi }: Inputs): string[] {
  const core = accessMode === 'scoped' ? SCOPED_PERMISSIONS : LIMITED_PERMISSIONS;
  return [...core, ...(readApi === 'storage' ? READ_SESSIONS : [])];
}

/**
 * Whether a bound role is that of `scoped`, told by what it lacks: the run that leaves `scoped` takes the entries of readers
 * away, which in other modes people add by hand.
 */
export function isScopedRole(role: Role | undefined, policy: Policy | undefined, holder: Holder): boolean {
  if (role === undefined || role.deleted === true) return false;
  const isBound = grantsOf(policy ?? {}, holder.member).some((grant) => grant.role === holder.role);
  return isBound && !(role.includedPermissions ?? []).includes('bigquery.tables.getData');
}

/** Who is bound to what. */
export interface Holder {
  readonly member: string;
  /** Full name. */
  readonly role: string;
}

/** What an entry of a reader is on a dataset that this access mode does not grant. */
export function readingOf(name: string, inputs: Inputs, isOurs: boolean): ReadAccessOptions['reading'] {
  const { accessMode, projectId, sourceDatasets } = inputs;
  // What models read in other projects no project-wide role reaches: people grant it by hand, and say so.
  const isDeclared = sourceDatasets.includes(name) && !name.startsWith(`${projectId}.`);
  if (accessMode !== 'scoped' && isDeclared) return 'allowed';
  return isOurs ? 'withdrawn' : 'surplus';
}

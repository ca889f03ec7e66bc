/** Roles that a dataset can be shared with. */
import { iamState } from '../../directory/iam.ts';
import { isTooNew } from '../../engine/lag.ts';
import { bigQuery } from '../envelope.ts';
import { refusedPolicy } from './writing.ts';
import type { Writing } from './writing.ts';

const LEGACY: Readonly<Record<string, string>> = {
  OWNER: 'roles/bigquery.dataOwner',
  WRITER: 'roles/bigquery.dataEditor',
  READER: 'roles/bigquery.dataViewer',
};
const OTHERS = ['roles/bigquery.admin', 'roles/bigquery.metadataViewer', 'roles/bigquery.user'];

/** A role as access lists answer it: the three legacy ones by their short names. Throws for one that cannot be given. */
export function datasetRole(given: string | undefined, writing: Writing): string {
  if (given === undefined || given === '') throw bigQuery(400, 'invalid', 'Required parameter is missing: role');
  if (LEGACY[given] !== undefined || OTHERS.includes(given)) return given;
  const legacy = Object.entries(LEGACY).find(([, role]) => role === given)?.[0];
  if (legacy !== undefined) return legacy;
  if (isCustomRole(given, writing)) {
    const role = iamState(writing.context.world).roles[given];
    if (role === undefined || !writing.mustExist || !isTooNew({ ...role, id: given }, 'role', writing.context))
      return given;
    throw refusedPolicy(writing.dataset, `Role (${given}) does not exist in the resource's hierarchy.`);
  }
  throw refusedPolicy(writing.dataset, `Role ${given} is not supported for this resource.`);
}

/** A custom role can be given where it was made and below. One that is gone can still be taken away. */
function isCustomRole(name: string, { dataset, context, mustExist }: Writing): boolean {
  const role = iamState(context.world).roles[name];
  const isNear = name.startsWith(`projects/${dataset.project}/`) || name.startsWith('organizations/');
  return isNear && (!mustExist || (role !== undefined && role.deletedAt === undefined));
}

/** IAM's name of a role of an access list. */
export function iamRole(role: string): string {
  return LEGACY[role] ?? role;
}

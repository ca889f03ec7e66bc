import { BASIC_ROLES } from './basic-roles.ts';
import { BIGQUERY_ROLES } from './bigquery-roles.ts';
import { IAM_ROLES } from './iam-roles.ts';
import { OTHER_ROLES } from './other-roles.ts';
import type { PredefinedRole } from './role-table.ts';

/** Roles that Google defines, by full name (`roles/bigquery.user`). */
export const PREDEFINED_ROLES: Readonly<Record<string, PredefinedRole>> = {
  ...BASIC_ROLES,
  ...BIGQUERY_ROLES,
  ...IAM_ROLES,
  ...OTHER_ROLES,
};

/** In no predefined role that is kept here, or not fit for a custom role of a project, or both. */
const NOT_IN_PROJECT_ROLES = new Set([
  'bigquery.rowAccessPolicies.getFilteredData',
  'bigquery.rowAccessPolicies.overrideTimeTravelRestrictions',
  'resourcemanager.projects.list',
]);

const all = new Set(Object.values(PREDEFINED_ROLES).flatMap(({ permissions }) => permissions));

/** Every permission that exists in this world and may be in a custom role of a project. Sorted. */
export const PROJECT_PERMISSIONS: readonly string[] = [...all].filter((one) => !NOT_IN_PROJECT_ROLES.has(one)).sort();

/** Every permission that exists here, also those that custom roles may not hold. */
export const ALL_PERMISSIONS: ReadonlySet<string> = new Set([...all, ...NOT_IN_PROJECT_ROLES]);

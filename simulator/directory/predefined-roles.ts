/** What Google's own roles hold, as far as this world speaks of it. `*` ends a pattern. */

const DATA_VIEWER = [
  'bigquery.datasets.get',
  'bigquery.datasets.getIamPolicy',
  'bigquery.tables.get',
  'bigquery.tables.getData',
  'bigquery.tables.list',
  'bigquery.tables.export',
  'bigquery.routines.get',
  'bigquery.routines.list',
  'bigquery.models.getData',
  'resourcemanager.projects.get',
];
const DATA_EDITOR = [
  ...DATA_VIEWER,
  'bigquery.datasets.create',
  'bigquery.datasets.getIamPolicy',
  'bigquery.tables.*',
  'bigquery.routines.*',
  'bigquery.models.*',
];

/** Permissions by role; a pattern may end in `*`. */
export const PREDEFINED: Readonly<Record<string, readonly string[]>> = {
  'roles/owner': ['*'],
  'roles/editor': [
    'bigquery.datasets.create',
    'bigquery.datasets.get',
    'bigquery.jobs.create',
    'iam.serviceAccounts.*',
    'iam.serviceAccountKeys.*',
    'monitoring.timeSeries.list',
    'resourcemanager.projects.get',
    'serviceusage.services.*',
  ],
  'roles/viewer': [
    'bigquery.datasets.get',
    'bigquery.datasets.getIamPolicy',
    'bigquery.jobs.create',
    'iam.roles.get',
    'iam.roles.list',
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.list',
    'iam.serviceAccountKeys.list',
    'iam.serviceAccountKeys.get',
    'monitoring.timeSeries.list',
    'resourcemanager.projects.get',
    'resourcemanager.projects.getIamPolicy',
    'serviceusage.services.get',
    'serviceusage.services.list',
  ],
  'roles/bigquery.user': [
    'bigquery.jobs.create',
    'bigquery.jobs.list',
    'bigquery.datasets.create',
    'bigquery.datasets.get',
    'bigquery.datasets.getIamPolicy',
    'bigquery.readsessions.*',
    'bigquery.tables.list',
    'bigquery.routines.list',
    'resourcemanager.projects.get',
  ],
  'roles/bigquery.jobUser': ['bigquery.jobs.create', 'resourcemanager.projects.get'],
  'roles/bigquery.dataViewer': DATA_VIEWER,
  'roles/bigquery.dataEditor': DATA_EDITOR,
  'roles/bigquery.dataOwner': [...DATA_EDITOR, 'bigquery.datasets.*', 'bigquery.rowAccessPolicies.*'],
  'roles/bigquery.admin': ['bigquery.*', 'resourcemanager.projects.get'],
  'roles/storage.objectViewer': ['resourcemanager.projects.get', 'storage.objects.get', 'storage.objects.list'],
  'roles/bigquerydatapolicy.maskedReader': ['bigquery.dataPolicies.maskedGet'],
  'roles/datacatalog.categoryFineGrainedReader': ['datacatalog.categories.fineGrainedGet'],
  'roles/iam.workloadIdentityUser': [
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.getAccessToken',
    'iam.serviceAccounts.getOpenIdToken',
    'iam.serviceAccounts.list',
  ],
  'roles/iam.serviceAccountTokenCreator': [
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.getAccessToken',
    'iam.serviceAccounts.getOpenIdToken',
    'iam.serviceAccounts.signBlob',
    'iam.serviceAccounts.signJwt',
  ],
  'roles/iam.serviceAccountUser': ['iam.serviceAccounts.actAs', 'iam.serviceAccounts.get', 'iam.serviceAccounts.list'],
  'roles/iam.roleAdmin': ['iam.roles.*', 'resourcemanager.projects.get', 'resourcemanager.projects.getIamPolicy'],
  'roles/iam.serviceAccountAdmin': [
    'iam.serviceAccounts.create',
    'iam.serviceAccounts.delete',
    'iam.serviceAccounts.disable',
    'iam.serviceAccounts.enable',
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.getIamPolicy',
    'iam.serviceAccounts.list',
    'iam.serviceAccounts.setIamPolicy',
    'iam.serviceAccounts.undelete',
    'iam.serviceAccounts.update',
  ],
  'roles/iam.serviceAccountKeyAdmin': [
    'iam.serviceAccountKeys.*',
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.list',
  ],
  'roles/resourcemanager.projectIamAdmin': [
    'resourcemanager.projects.get',
    'resourcemanager.projects.getIamPolicy',
    'resourcemanager.projects.setIamPolicy',
  ],
  'roles/serviceusage.serviceUsageAdmin': ['serviceusage.services.*'],
  'roles/serviceusage.serviceUsageConsumer': [
    'serviceusage.services.get',
    'serviceusage.services.list',
    'serviceusage.services.use',
  ],
  'roles/secretmanager.admin': ['resourcemanager.projects.get', 'secretmanager.*'],
  'roles/secretmanager.secretVersionManager': [
    'resourcemanager.projects.get',
    ...['add', 'destroy', 'disable', 'enable', 'get', 'list'].map((verb) => `secretmanager.versions.${verb}`),
  ],
  'roles/secretmanager.secretVersionAdder': ['resourcemanager.projects.get', 'secretmanager.versions.add'],
  'roles/secretmanager.secretAccessor': ['resourcemanager.projects.get', 'secretmanager.versions.access'],
  'roles/secretmanager.viewer': [
    'resourcemanager.projects.get',
    ...['get', 'getIamPolicy', 'list'].map((verb) => `secretmanager.secrets.${verb}`),
    ...['get', 'list'].map((verb) => `secretmanager.versions.${verb}`),
  ],
  'roles/monitoring.viewer': ['monitoring.timeSeries.list', 'resourcemanager.projects.get'],
  'roles/orgpolicy.policyViewer': ['orgpolicy.constraints.list', 'orgpolicy.policies.list', 'orgpolicy.policy.get'],
};

/** Whether a permission is in a list that may hold patterns. */
export function isIn(permissions: readonly string[], permission: string): boolean {
  return permissions.some((one) => (one.endsWith('*') ? permission.startsWith(one.slice(0, -1)) : one === permission));
}

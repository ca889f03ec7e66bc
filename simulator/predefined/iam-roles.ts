/** Predefined roles of IAM and Resource Manager: titles and permissions as Google listed them in August 2026. */
import { role } from './role-table.ts';
import type { PredefinedRole } from './role-table.ts';

export const IAM_ROLES: Readonly<Record<string, PredefinedRole>> = {
  'roles/iam.roleAdmin': role(
    'Role Administrator',
    `
    iam.roles: create delete get list undelete update
    resourcemanager.projects: get getIamPolicy
  `,
  ),
  'roles/iam.roleViewer': role(
    'Role Viewer',
    `
    iam.roles: get list
    resourcemanager.projects: get getIamPolicy
  `,
  ),
  'roles/iam.serviceAccountCreator': role(
    'Create Service Accounts',
    `
    iam.serviceAccounts: create get list
    resourcemanager.projects: get list
  `,
  ),
  'roles/iam.serviceAccountAdmin': role(
    'Service Account Admin',
    `
    iam.serviceAccounts: create delete disable enable get getIamPolicy list setIamPolicy undelete update
    resourcemanager.projects: get list
  `,
  ),
  'roles/iam.serviceAccountKeyAdmin': role(
    'Service Account Key Admin',
    `
    iam.serviceAccountKeys: create delete disable enable get list
    iam.serviceAccounts: get list
    resourcemanager.projects: get list
  `,
  ),
  'roles/iam.serviceAccountUser': role(
    'Service Account User',
    `
    iam.serviceAccounts: actAs get list
    resourcemanager.projects: get list
  `,
  ),
  'roles/iam.serviceAccountTokenCreator': role(
    'Service Account Token Creator',
    `
    iam.serviceAccounts: get getAccessToken getOpenIdToken implicitDelegation list signBlob signJwt
    resourcemanager.projects: get list
  `,
  ),
  'roles/iam.serviceAccountViewer': role(
    'View Service Accounts',
    `
    iam.serviceAccountKeys: get list
    iam.serviceAccounts: get getIamPolicy list
    resourcemanager.projects: get list
  `,
  ),
  'roles/iam.workloadIdentityUser': role(
    'Workload Identity User',
    `
    iam.serviceAccounts: get getAccessToken getOpenIdToken list
  `,
  ),
  'roles/iam.workloadIdentityPoolAdmin': role(
    'IAM Workload Identity Pool Admin',
    `
    iam.googleapis.com/workloadIdentityPoolProviderKeys: create delete get list undelete
    iam.googleapis.com/workloadIdentityPoolProviders: create delete get list undelete update
    iam.googleapis.com/workloadIdentityPools: create delete get getIamPolicy list setIamPolicy undelete update
    resourcemanager.projects: get list
  `,
  ),
  'roles/iam.securityReviewer': role(
    'Security Reviewer',
    `
    bigquery.capacityCommitments: list
    bigquery.connections: getIamPolicy list
    bigquery.dataPolicies: getIamPolicy list
    bigquery.datasets: getIamPolicy
    bigquery.jobs: list
    bigquery.models: list
    bigquery.propertyGraphs: list
    bigquery.reservationAssignments: list
    bigquery.reservations: getIamPolicy list
    bigquery.routines: list
    bigquery.rowAccessPolicies: getIamPolicy list
    bigquery.tables: getIamPolicy list
    iam.googleapis.com/workloadIdentityPoolProviderKeys: list
    iam.googleapis.com/workloadIdentityPoolProviders: list
    iam.googleapis.com/workloadIdentityPools: getIamPolicy list
    iam.roles: get list
    iam.serviceAccountKeys: list
    iam.serviceAccounts: get getIamPolicy list
    orgpolicy.constraints: list
    orgpolicy.policies: list
    resourcemanager.projects: getIamPolicy list
    secretmanager.locations: list
    secretmanager.secrets: getIamPolicy list
    secretmanager.versions: list
    serviceusage.groups: list
    serviceusage.services: list
    storage.buckets: getIamPolicy list
    storage.objects: getIamPolicy list
  `,
  ),
  'roles/iam.securityAdmin': role(
    'Security Admin',
    `
    bigquery.capacityCommitments: list
    bigquery.connections: getIamPolicy list setIamPolicy
    bigquery.dataPolicies: getIamPolicy list setIamPolicy
    bigquery.datasets: getIamPolicy setIamPolicy
    bigquery.jobs: list
    bigquery.models: list
    bigquery.propertyGraphs: list
    bigquery.reservationAssignments: list
    bigquery.reservations: getIamPolicy list setIamPolicy
    bigquery.routines: list
    bigquery.rowAccessPolicies: getIamPolicy list setIamPolicy
    bigquery.tables: getIamPolicy list setIamPolicy
    iam.googleapis.com/workloadIdentityPoolProviderKeys: list
    iam.googleapis.com/workloadIdentityPoolProviders: list
    iam.googleapis.com/workloadIdentityPools: getIamPolicy list setIamPolicy
    iam.roles: get list
    iam.serviceAccountKeys: list
    iam.serviceAccounts: get getIamPolicy list setIamPolicy
    orgpolicy.constraints: list
    orgpolicy.policies: list
    resourcemanager.projects: getIamPolicy list setIamPolicy
    secretmanager.locations: list
    secretmanager.secrets: getIamPolicy list setIamPolicy
    secretmanager.versions: list
    serviceusage.groups: list
    serviceusage.services: list
    storage.buckets: getIamPolicy list setIamPolicy
    storage.objects: getIamPolicy list setIamPolicy
  `,
  ),
  'roles/resourcemanager.projectIamAdmin': role(
    'Project IAM Admin',
    `
    resourcemanager.projects: get getIamPolicy setIamPolicy
  `,
  ),
  'roles/browser': role(
    'Browser',
    `
    resourcemanager.projects: get getIamPolicy list
  `,
  ),
};

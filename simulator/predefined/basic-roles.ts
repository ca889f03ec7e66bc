/** The basic roles, as far as the services of this world go, as Google listed them in August 2026. */
import { role } from './role-table.ts';
import type { PredefinedRole } from './role-table.ts';

export const BASIC_ROLES: Readonly<Record<string, PredefinedRole>> = {
  'roles/owner': role(
    'Owner',
    `
    bigquery.capacityCommitments: create delete get list update
    bigquery.config: get update
    bigquery.connections: create delegate delete get getIamPolicy list setIamPolicy update updateTag use
    bigquery.dataPolicies: attach create delete get getIamPolicy list setIamPolicy update
    bigquery.datasets: create delete get getIamPolicy link listSharedDatasetUsage setIamPolicy update updateTag
    bigquery.jobs: create createGlobalQuery delete get list listAll listExecutionMetadata update
    bigquery.models: create delete export getData getMetadata list updateData updateMetadata updateTag
    bigquery.objectRefs: read write
    bigquery.propertyGraphs: create delete get list update
    bigquery.readsessions: create getData update
    bigquery.reservationAssignments: create delete list search
    bigquery.reservations: create delete get getIamPolicy list listFailoverDatasets setIamPolicy update use
    bigquery.routines: create delete get list update updateTag
    bigquery.rowAccessPolicies: create delete get getIamPolicy list setIamPolicy update
    bigquery.tables: createIndex createSnapshot deleteIndex deleteSnapshot getIamPolicy replicateData restoreSnapshot
    bigquery.tables: setIamPolicy updateIndex
    bigquery.transfers: get update
    iam.googleapis.com/workloadIdentityPoolProviderKeys: create delete get list undelete
    iam.googleapis.com/workloadIdentityPoolProviders: create delete get list undelete update
    iam.googleapis.com/workloadIdentityPools: create delete get getIamPolicy list setIamPolicy undelete update
    iam.roles: create delete get list undelete update
    iam.serviceAccountKeys: create delete disable enable get list
    iam.serviceAccounts: actAs create delete disable enable get getIamPolicy list setIamPolicy undelete update
    orgpolicy.constraints: list
    orgpolicy.policies: list
    orgpolicy.policy: get
    resourcemanager.projects: delete get getIamPolicy list move setIamPolicy undelete update updateLiens
    secretmanager.locations: get list
    secretmanager.secrets: create delete enableManagedRotation get getIamPolicy list rotate setIamPolicy update
    secretmanager.versions: access add destroy disable enable get list
    serviceusage.apiKeys: regenerate revert
    serviceusage.consumerpolicy: analyze get update
    serviceusage.effectivepolicy: get
    serviceusage.groups: list listExpandedMembers listMembers
    serviceusage.operations: get
    serviceusage.quotas: get update
    serviceusage.services: disable enable get list use
    serviceusage.values: test
    storage.buckets: create delete enableObjectRetention getObjectInsights list restore viewIntelligenceDetails
  `,
  ),
  'roles/editor': role(
    'Editor',
    `
    bigquery.capacityCommitments: get list update
    bigquery.config: get update
    bigquery.connections: create delete get getIamPolicy list update updateTag use
    bigquery.dataPolicies: attach create delete get getIamPolicy list update
    bigquery.datasets: create get getIamPolicy updateTag
    bigquery.jobs: create createGlobalQuery delete get list listExecutionMetadata
    bigquery.models: create delete export getData getMetadata list updateData updateMetadata updateTag
    bigquery.objectRefs: read write
    bigquery.propertyGraphs: create delete get list update
    bigquery.readsessions: create getData update
    bigquery.reservationAssignments: create delete list search
    bigquery.reservations: create delete get getIamPolicy list listFailoverDatasets update use
    bigquery.routines: create delete get list update updateTag
    bigquery.rowAccessPolicies: create delete get getIamPolicy list update
    bigquery.tables: createIndex createSnapshot deleteIndex getIamPolicy replicateData restoreSnapshot updateIndex
    bigquery.transfers: get update
    iam.googleapis.com/workloadIdentityPoolProviderKeys: get list
    iam.googleapis.com/workloadIdentityPoolProviders: get list
    iam.googleapis.com/workloadIdentityPools: get getIamPolicy list
    iam.roles: get list
    iam.serviceAccountKeys: create delete disable enable get list
    iam.serviceAccounts: actAs create delete disable enable get getIamPolicy list update
    orgpolicy.constraints: list
    orgpolicy.policies: list
    orgpolicy.policy: get
    resourcemanager.projects: get getIamPolicy list move update
    secretmanager.locations: get list
    secretmanager.secrets: create delete enableManagedRotation get getIamPolicy list rotate update
    secretmanager.versions: add destroy disable enable get list
    serviceusage.apiKeys: regenerate revert
    serviceusage.consumerpolicy: analyze get update
    serviceusage.effectivepolicy: get
    serviceusage.groups: list listExpandedMembers listMembers
    serviceusage.operations: get
    serviceusage.quotas: get update
    serviceusage.services: disable enable get list use
    serviceusage.values: test
    storage.buckets: create delete list viewIntelligenceDetails
  `,
  ),
  'roles/viewer': role(
    'Viewer',
    `
    bigquery.capacityCommitments: get list
    bigquery.config: get
    bigquery.connections: get getIamPolicy list use
    bigquery.dataPolicies: get getIamPolicy list
    bigquery.datasets: get getIamPolicy
    bigquery.jobs: create get list listExecutionMetadata
    bigquery.models: export getData getMetadata list
    bigquery.objectRefs: read
    bigquery.propertyGraphs: get list
    bigquery.readsessions: create getData update
    bigquery.reservationAssignments: list search
    bigquery.reservations: get getIamPolicy list listFailoverDatasets use
    bigquery.routines: get list
    bigquery.rowAccessPolicies: get getIamPolicy list
    bigquery.tables: createSnapshot getIamPolicy replicateData
    bigquery.transfers: get
    iam.googleapis.com/workloadIdentityPoolProviderKeys: get list
    iam.googleapis.com/workloadIdentityPoolProviders: get list
    iam.googleapis.com/workloadIdentityPools: get getIamPolicy list
    iam.roles: get list
    iam.serviceAccountKeys: get list
    iam.serviceAccounts: get getIamPolicy list
    orgpolicy.constraints: list
    orgpolicy.policies: list
    orgpolicy.policy: get
    resourcemanager.projects: get getIamPolicy list
    secretmanager.locations: get list
    secretmanager.secrets: get getIamPolicy list
    secretmanager.versions: get list
    serviceusage.consumerpolicy: analyze get
    serviceusage.effectivepolicy: get
    serviceusage.groups: list listExpandedMembers listMembers
    serviceusage.operations: get
    serviceusage.quotas: get
    serviceusage.services: get list
    serviceusage.values: test
    storage.buckets: list viewIntelligenceDetails
  `,
  ),
};

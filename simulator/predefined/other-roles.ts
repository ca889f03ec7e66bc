/** Predefined roles of other services: what they give here, and names that policies of others hold. August 2026. */
import { role } from './role-table.ts';
import type { PredefinedRole } from './role-table.ts';

export const OTHER_ROLES: Readonly<Record<string, PredefinedRole>> = {
  'roles/serviceusage.serviceUsageAdmin': role(
    'Service Usage Admin',
    `
    serviceusage.consumerpolicy: analyze get update
    serviceusage.effectivepolicy: get
    serviceusage.groups: list listExpandedMembers listMembers
    serviceusage.operations: get
    serviceusage.quotas: get update
    serviceusage.services: disable enable get list use
    serviceusage.values: test
  `,
  ),
  'roles/serviceusage.serviceUsageConsumer': role(
    'Service Usage Consumer',
    `
    serviceusage.consumerpolicy: analyze get
    serviceusage.effectivepolicy: get
    serviceusage.groups: list listExpandedMembers listMembers
    serviceusage.operations: get
    serviceusage.quotas: get
    serviceusage.services: get list use
    serviceusage.values: test
  `,
  ),
  'roles/serviceusage.serviceUsageViewer': role(
    'Service Usage Viewer',
    `
    serviceusage.consumerpolicy: analyze get
    serviceusage.effectivepolicy: get
    serviceusage.groups: list listExpandedMembers listMembers
    serviceusage.operations: get
    serviceusage.quotas: get
    serviceusage.services: get list
    serviceusage.values: test
  `,
  ),
  'roles/secretmanager.admin': role(
    'Secret Manager Admin',
    `
    resourcemanager.projects: get list
    secretmanager.locations: get list
    secretmanager.secrets: create delete enableManagedRotation get getIamPolicy list rotate setIamPolicy update
    secretmanager.versions: access add destroy disable enable get list
  `,
  ),
  'roles/secretmanager.secretAccessor': role(
    'Secret Manager Secret Accessor',
    `
    resourcemanager.projects: get list
    secretmanager.versions: access
  `,
  ),
  'roles/secretmanager.secretVersionAdder': role(
    'Secret Manager Secret Version Adder',
    `
    resourcemanager.projects: get list
    secretmanager.secrets: rotate
    secretmanager.versions: add
  `,
  ),
  'roles/secretmanager.secretVersionManager': role(
    'Secret Manager Secret Version Manager',
    `
    resourcemanager.projects: get list
    secretmanager.secrets: rotate
    secretmanager.versions: add destroy disable enable get list
  `,
  ),
  'roles/secretmanager.viewer': role(
    'Secret Manager Viewer',
    `
    resourcemanager.projects: get list
    secretmanager.locations: get list
    secretmanager.secrets: get getIamPolicy list
    secretmanager.versions: get list
  `,
  ),
  'roles/orgpolicy.policyViewer': role(
    'Organization Policy Viewer',
    `
    orgpolicy.constraints: list
    orgpolicy.policies: list
    orgpolicy.policy: get
  `,
  ),
  'roles/storage.objectViewer': role(
    'Storage Object Viewer',
    `
    resourcemanager.projects: get list
    storage.objects: get list
  `,
  ),
  'roles/storage.admin': role(
    'Storage Admin',
    `
    orgpolicy.policy: get
    resourcemanager.projects: get list
    storage.buckets: create delete enableObjectRetention get getIamPolicy getIpFilter getObjectInsights list relocate
    storage.buckets: restore setIamPolicy setIpFilter update viewIntelligenceDetails
    storage.objects: create createContext delete deleteContext get getIamPolicy list move overrideUnlockedRetention
    storage.objects: restore setIamPolicy setRetention update updateContext
  `,
  ),
  'roles/logging.logWriter': role('Logs Writer', ''),
  'roles/logging.viewer': role(
    'Logs Viewer',
    `
    resourcemanager.projects: get
  `,
  ),
  'roles/monitoring.viewer': role(
    'Monitoring Viewer',
    `
    resourcemanager.projects: get list
  `,
  ),
  'roles/monitoring.metricWriter': role('Monitoring Metric Writer', ''),
  'roles/pubsub.publisher': role('Pub/Sub Publisher', ''),
  'roles/compute.viewer': role(
    'Compute Viewer',
    `
    resourcemanager.projects: get list
    serviceusage.consumerpolicy: analyze get
    serviceusage.effectivepolicy: get
    serviceusage.groups: list listExpandedMembers listMembers
    serviceusage.quotas: get
    serviceusage.services: get list
    serviceusage.values: test
  `,
  ),
};

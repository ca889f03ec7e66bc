/** BigQuery's predefined roles: titles and permissions as Google listed them in August 2026. */
import { role } from './role-table.ts';
import type { PredefinedRole } from './role-table.ts';

export const BIGQUERY_ROLES: Readonly<Record<string, PredefinedRole>> = {
  'roles/bigquery.user': role(
    'BigQuery User',
    `
    bigquery.capacityCommitments: get list
    bigquery.config: get
    bigquery.datasets: create get getIamPolicy
    bigquery.jobs: create list
    bigquery.models: list
    bigquery.propertyGraphs: list
    bigquery.readsessions: create getData update
    bigquery.reservationAssignments: list search
    bigquery.reservations: get list listFailoverDatasets use
    bigquery.routines: list
    bigquery.tables: list
    bigquery.transfers: get
    resourcemanager.projects: get list
  `,
  ),
  'roles/bigquery.jobUser': role(
    'BigQuery Job User',
    `
    bigquery.config: get
    bigquery.jobs: create
    resourcemanager.projects: get list
  `,
  ),
  'roles/bigquery.dataViewer': role(
    'BigQuery Data Viewer',
    `
    bigquery.datasets: get getIamPolicy
    bigquery.models: export getData getMetadata list
    bigquery.propertyGraphs: get list
    bigquery.routines: get list
    bigquery.tables: createSnapshot export get getData getIamPolicy list replicateData
    resourcemanager.projects: get list
  `,
  ),
  'roles/bigquery.dataEditor': role(
    'BigQuery Data Editor',
    `
    bigquery.config: get
    bigquery.datasets: create get getIamPolicy updateTag
    bigquery.models: create delete export getData getMetadata list updateData updateMetadata updateTag
    bigquery.propertyGraphs: create delete get list update
    bigquery.routines: create delete get list update updateTag
    bigquery.tables: create createIndex createSnapshot delete deleteIndex export get getData getIamPolicy list
    bigquery.tables: replicateData restoreSnapshot update updateData updateIndex updateTag
    resourcemanager.projects: get list
  `,
  ),
  'roles/bigquery.dataOwner': role(
    'BigQuery Data Owner',
    `
    bigquery.config: get
    bigquery.dataPolicies: attach create delete get getIamPolicy list setIamPolicy update
    bigquery.datasets: create delete get getIamPolicy link listSharedDatasetUsage setIamPolicy update updateTag
    bigquery.models: create delete export getData getMetadata list updateData updateMetadata updateTag
    bigquery.propertyGraphs: create delete get list update
    bigquery.routines: create delete get list update updateTag
    bigquery.rowAccessPolicies: create delete get getIamPolicy list setIamPolicy update
    bigquery.tables: create createIndex createSnapshot delete deleteIndex deleteSnapshot export get getData
    bigquery.tables: getIamPolicy list replicateData restoreSnapshot setCategory setColumnDataPolicy setIamPolicy
    bigquery.tables: update updateData updateIndex updateTag
    resourcemanager.projects: get list
  `,
  ),
  'roles/bigquery.metadataViewer': role(
    'BigQuery Metadata Viewer',
    `
    bigquery.datasets: get getIamPolicy
    bigquery.models: getMetadata list
    bigquery.propertyGraphs: get list
    bigquery.routines: get list
    bigquery.tables: get getIamPolicy list
    resourcemanager.projects: get list
  `,
  ),
  'roles/bigquery.readSessionUser': role(
    'BigQuery Read Session User',
    `
    bigquery.readsessions: create getData update
    resourcemanager.projects: get list
  `,
  ),
  'roles/bigquery.admin': role(
    'BigQuery Admin',
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
    bigquery.rowAccessPolicies: create delete get getIamPolicy list overrideTimeTravelRestrictions setIamPolicy update
    bigquery.tables: create createIndex createSnapshot delete deleteIndex deleteSnapshot export get getData
    bigquery.tables: getIamPolicy list replicateData restoreSnapshot setCategory setColumnDataPolicy setIamPolicy
    bigquery.tables: update updateData updateIndex updateTag
    bigquery.transfers: get update
    resourcemanager.projects: get list
  `,
  ),
};

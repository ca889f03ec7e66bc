/** Which APIs are on, and what every service answers while its own is off. */
import { google } from '../refusal.ts';
import type { World } from '../world.ts';

/** The services that this world knows, by name. */
export const TITLES: Readonly<Record<string, string>> = {
  'iam.googleapis.com': 'Identity and Access Management (IAM) API',
  'cloudresourcemanager.googleapis.com': 'Cloud Resource Manager API',
  'bigquery.googleapis.com': 'BigQuery API',
  'bigquerystorage.googleapis.com': 'BigQuery Storage API',
  'iamcredentials.googleapis.com': 'IAM Service Account Credentials API',
  'sts.googleapis.com': 'Security Token Service API',
  'serviceusage.googleapis.com': 'Service Usage API',
  'secretmanager.googleapis.com': 'Secret Manager API',
  'orgpolicy.googleapis.com': 'Organization Policy API',
};

/** Whether an API is on in a project, given by id or number. */
export function isEnabled(world: World, project: string, service: string): boolean {
  const found = Object.values(world.resourceManager.projects).find(
    (one) => one.projectId === project || one.projectNumber === project,
  );
  return !(world.serviceUsage.disabled[found?.projectId ?? project] ?? []).includes(service);
}

/**
 * What every service answers while its API is off in the consumer project.
 *
 * @param consumer - number of the project that the credential belongs to, not of the one that is acted upon
 */
export function serviceDisabled(service: string, consumer: string): Error {
  const serviceTitle = TITLES[service] ?? service;
  const url = `https://console.developers.google.com/apis/api/${service}/overview?project=${consumer}`;
  const message = `${serviceTitle} has not been used in project ${consumer} before or it is disabled. Enable it by visiting ${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
  const metadata = {
    service,
    serviceTitle,
    consumer: `projects/${consumer}`,
    containerInfo: consumer,
    activationUrl: url,
  };
  return google(403, 'PERMISSION_DENIED', message, {
    reason: 'accessNotConfigured',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [{ description: 'Google developers console API activation', url }],
      },
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_DISABLED',
        domain: 'googleapis.com',
        metadata,
      },
      { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
    ],
  });
}

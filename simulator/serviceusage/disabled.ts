/** Which APIs are on, and what every service answers while its own is off. */
import { holds } from '../directory/permissions.ts';
import { projectOf } from '../directory/projects.ts';
import { google } from '../engine/refusal.ts';
import type { Api, Caller, Context, Refusal } from '../engine/route.ts';
import type { World } from '../engine/world.ts';
import { serviceUsageState } from './state.ts';

/** Whether an API is on in a project, given by id or number. */
export function isEnabled(world: World, project: string, service: string): boolean {
  const id = projectOf(world, project)?.projectId ?? project;
  return !(serviceUsageState(world).disabled[id] ?? []).includes(service);
}

/** Whether a caller may have its requests counted in this project instead of its own. */
export function mayUse(given: string, caller: Caller, context: Context): boolean {
  const project = projectOf(context.live, given)?.projectId;
  return project !== undefined && holds(context, caller, 'serviceusage.services.use', { project });
}

export function userProjectDenied(project: string): Refusal {
  const message = `Caller does not have required permission to use project ${project}. Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission, by visiting https://console.developers.google.com/iam-admin/iam/project?project=${project} and then retry. Propagation of the new permission may take a few minutes.`;
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'USER_PROJECT_DENIED',
    domain: 'googleapis.com',
    metadata: { consumer: `projects/${project}` },
  };
  return google(403, 'PERMISSION_DENIED', message, { reason: 'forbidden', details: [info] });
}

/**
 * What every service answers while its API is off in the consumer project.
 *
 * @param consumer - number of the project that the credential belongs to, not of the one that is acted upon
 */
export function serviceDisabled({ name: service, title: serviceTitle }: Api, consumer: string): Refusal {
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

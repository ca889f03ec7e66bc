/** Whose APIs must be on: the project of the credential, or the one that `X-Goog-User-Project` names. */
import { holds } from './permissions.ts';
import { errorInfo, google } from './refusal.ts';
import type { Caller, Context, Request } from './route.ts';
import { SERVICE_TITLES } from './service.ts';
import type { Service } from './service.ts';
import { isEnabled } from './serviceusage/state.ts';

/** gcloud's own project: a person's credentials without a quota project belong to it. Every API is on there. */
export const GCLOUD_PROJECT_NUMBER = '32555940559';

/** Throws 403 SERVICE_DISABLED or USER_PROJECT_DENIED. */
export function requireEnabled(service: Service, caller: Caller, request: Request, context: Context): void {
  const named = request.headers['x-goog-user-project'] ?? request.query.get('userProject') ?? undefined;
  const project = named === undefined ? caller.consumerProject : userProject(named, caller, context);
  requireService(service, project, context);
}

/** The same for calls that carry no credential of Google's yet. @param project - number */
export function requireService(service: Service, project: string, { world }: Context): void {
  const host = `${service}.googleapis.com`;
  if (project === GCLOUD_PROJECT_NUMBER || isEnabled(world, project, host)) return;
  const title = SERVICE_TITLES[service] ?? host;
  const activationUrl = `https://console.developers.google.com/apis/api/${host}/overview?project=${project}`;
  const message =
    `${title} has not been used in project ${project} before or it is disabled. Enable it by visiting ` +
    `${activationUrl} then retry. If you enabled this API recently, wait a few minutes for the action to propagate ` +
    'to our systems and retry.';
  const consumer = `projects/${project}`;
  const metadata = { service: host, consumer, serviceTitle: title, containerInfo: project, activationUrl };
  throw google(403, 'PERMISSION_DENIED', message, {
    ...(service === 'iam' || service === 'bigquery' ? { reason: 'accessNotConfigured' } : {}),
    details: [
      errorInfo('SERVICE_DISABLED', 'googleapis.com', metadata),
      { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [{ description: 'Google developers console API activation', url: activationUrl }],
      },
    ],
  });
}

/** Number of the project that the caller asks to be the consumer, if it may. */
function userProject(named: string, caller: Caller, context: Context): string {
  const project = Object.values(context.world.resourceManager.projects).find(
    ({ projectId, projectNumber }) => named === projectId || named === projectNumber,
  );
  const permission = 'serviceusage.services.use';
  if (project !== undefined && holds(context, caller, permission, { project: project.projectId })) {
    return project.projectNumber;
  }
  const message =
    `Caller does not have required permission to use project ${named}. Grant the caller the ` +
    'roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission.';
  const details = [errorInfo('USER_PROJECT_DENIED', 'googleapis.com', { consumer: `projects/${named}` })];
  throw google(403, 'PERMISSION_DENIED', message, { details });
}

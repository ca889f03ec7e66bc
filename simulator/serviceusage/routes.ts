/** serviceusage.googleapis.com: which APIs are on. */
import { list, record } from '../json.ts';
import { requirePermission } from '../permissions.ts';
import { google } from '../refusal.ts';
import type { Context, Request, Route } from '../route.ts';
import type { World } from '../world.ts';

const TITLES: Readonly<Record<string, string>> = {
  'iam.googleapis.com': 'Identity and Access Management (IAM) API',
  'cloudresourcemanager.googleapis.com': 'Cloud Resource Manager API',
  'bigquery.googleapis.com': 'BigQuery API',
  'iamcredentials.googleapis.com': 'IAM Service Account Credentials API',
  'sts.googleapis.com': 'Security Token Service API',
  'serviceusage.googleapis.com': 'Service Usage API',
};

/** Whether an API is on in a project, given by id or number. */
export function isEnabled(world: World, project: string, service: string): boolean {
  const found = Object.values(world.resourceManager.projects).find(
    (one) => one.projectId === project || one.projectNumber === project,
  );
  return !(world.serviceUsage.disabled[found?.projectId ?? project] ?? []).includes(service);
}

/** What every service answers while its API is off in the consumer project. */
export function serviceDisabled(service: string, consumer: string): Error {
  const url = `https://console.developers.google.com/apis/api/${service}/overview?project=${consumer}`;
  const message = `${TITLES[service] ?? service} has not been used in project ${consumer} before or it is disabled. Enable it by visiting ${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
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
        metadata: { service, consumer: `projects/${consumer}` },
      },
    ],
  });
}

function projectOf(request: Request, context: Context): { id: string; number: string } {
  const given = request.params['project'] ?? '';
  const found = Object.values(context.world.resourceManager.projects).find(
    (one) => one.projectId === given || one.projectNumber === given,
  );
  if (found === undefined)
    throw google(403, 'PERMISSION_DENIED', `Permission denied to get service on projects/${given}`);
  return { id: found.projectId, number: found.projectNumber };
}

function answer(context: Context, project: { id: string; number: string }, service: string): Record<string, unknown> {
  const state = isEnabled(context.world, project.id, service) ? 'ENABLED' : 'DISABLED';
  return {
    name: `projects/${project.number}/services/${service}`,
    config: { name: service, title: TITLES[service] ?? service },
    state,
    parent: `projects/${project.number}`,
  };
}

function enable(context: Context, project: string, services: readonly string[]): void {
  const { disabled } = context.world.serviceUsage;
  disabled[project] = (disabled[project] ?? []).filter((service) => !services.includes(service));
}

const DONE = { name: 'operations/noop.DONE_OPERATION', done: true };

export const serviceUsageRoutes: Route[] = [
  {
    on: 'GET /v1/projects/{project}/services/{service}',
    handle: (request, context) => {
      const project = projectOf(request, context);
      requirePermission(context, 'serviceusage.services.get', { project: project.id });
      return { status: 200, body: answer(context, project, request.params['service'] ?? '') };
    },
  },
  {
    on: 'GET /v1/projects/{project}/services',
    handle: (request, context) => {
      const project = projectOf(request, context);
      requirePermission(context, 'serviceusage.services.list', { project: project.id });
      const services = Object.keys(TITLES).map((service) => answer(context, project, service));
      const isEnabledOnly = request.query.get('filter') === 'state:ENABLED';
      return { status: 200, body: { services: services.filter(({ state }) => !isEnabledOnly || state === 'ENABLED') } };
    },
  },
  {
    on: 'POST /v1/projects/{project}/services/{service}:enable',
    handle: (request, context) => {
      const project = projectOf(request, context);
      requirePermission(context, 'serviceusage.services.enable', { project: project.id });
      enable(context, project.id, [request.params['service'] ?? '']);
      return { status: 200, body: DONE };
    },
  },
  {
    on: 'POST /v1/projects/{project}/services:batchEnable',
    handle: (request, context) => {
      const project = projectOf(request, context);
      requirePermission(context, 'serviceusage.services.enable', { project: project.id });
      enable(context, project.id, list(record(request.body)['serviceIds']).map(String));
      return { status: 200, body: DONE };
    },
  },
  {
    on: 'POST /v1/projects/{project}/services/{service}:disable',
    handle: (request, context) => {
      const project = projectOf(request, context);
      requirePermission(context, 'serviceusage.services.disable', { project: project.id });
      const { disabled } = context.world.serviceUsage;
      disabled[project.id] = [...new Set([...(disabled[project.id] ?? []), request.params['service'] ?? ''])];
      return { status: 200, body: DONE };
    },
  },
  {
    on: 'GET /v1/operations/{operation}',
    handle: (request) => ({
      status: 200,
      body: { name: `operations/${request.params['operation'] ?? ''}`, done: true },
    }),
  },
];

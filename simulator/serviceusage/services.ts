/** The services of a project: looked at, switched on and off. */
import { requirePermission } from '../directory/permissions.ts';
import { projectOf } from '../directory/projects.ts';
import { list, record, text } from '../engine/json.ts';
import { google, invalid } from '../engine/refusal.ts';
import type { Api, Context, Reply, Request } from '../engine/route.ts';
import { isEnabled } from './disabled.ts';
import { serviceUsageState } from './state.ts';

const MOST_AT_ONCE = 20;

interface Project {
  readonly id: string;
  readonly number: string;
}

/** The project of a path, by id or number; a missing one and a forbidden one look alike. */
function openProject({ params }: Request, context: Context, permission: string): Project {
  const given = params['project'] ?? '';
  const found = projectOf(context.world, given);
  if (found === undefined)
    throw google(403, 'PERMISSION_DENIED', `Permission denied to get service on projects/${given}`);
  requirePermission(context, permission, { project: found.projectId });
  return { id: found.projectId, number: found.projectNumber };
}

/** The APIs of these names. Throws for those that Google does not have; as far as this world can tell, and it knows few. */
function findApis(services: readonly string[], { apis }: Context): Api[] {
  const found = services.map((service) => apis.find(({ name }) => name === service));
  const unknown = services.filter((_service, index) => found[index] === undefined).join(', ');
  if (unknown === '') return found.filter((api) => api !== undefined);
  throw google(403, 'PERMISSION_DENIED', `Not found or permission denied for service(s): ${unknown}.`, {
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED',
        domain: 'serviceusage.googleapis.com',
        metadata: { services: unknown.replaceAll(', ', ',') },
      },
    ],
  });
}

/** The one of a path. */
function findApi({ params }: Request, context: Context): Api {
  const { service: name = '' } = params;
  const [found = { name, title: name }] = findApis([name], context);
  return found;
}

function answer({ world }: Context, project: Project, { name, title }: Api): Record<string, unknown> {
  return {
    name: `projects/${project.number}/services/${name}`,
    config: { name, title },
    state: isEnabled(world, project.id, name) ? 'ENABLED' : 'DISABLED',
    parent: `projects/${project.number}`,
  };
}

export function getService(request: Request, context: Context): Reply {
  const project = openProject(request, context, 'serviceusage.services.get');
  const api = findApi(request, context);
  return { status: 200, body: answer(context, project, api) };
}

export function batchGetServices(request: Request, context: Context): Reply {
  const project = openProject(request, context, 'serviceusage.services.get');
  const services = request.query.getAll('names').map((name) => {
    const [, parent = '', service = ''] = /^projects\/([^/]+)\/services\/([^/]+)$/.exec(name) ?? [];
    if (parent !== project.id && parent !== project.number) throw invalid(`Invalid service name: ${name}`);
    return service;
  });
  const found = findApis(services, context).map((api) => answer(context, project, api));
  return { status: 200, body: found.length === 0 ? {} : { services: found } };
}

export function listServices(request: Request, context: Context): Reply {
  const project = openProject(request, context, 'serviceusage.services.list');
  const filter = request.query.get('filter') ?? '';
  const wanted = /^state:(ENABLED|DISABLED)$/.exec(filter)?.[1];
  if (filter !== '' && wanted === undefined) throw invalid(`Invalid filter: ${filter}`);
  const size = Number(request.query.get('pageSize') ?? 50) || 50;
  const start = Number(request.query.get('pageToken') ?? 0);
  if (!Number.isInteger(size) || size < 0 || size > 200) throw invalid('Page size cannot exceed 200.');
  if (!Number.isInteger(start) || start < 0) throw invalid('Invalid page token.');
  const services = context.apis
    .map((api) => answer(context, project, api))
    .filter(({ state }) => wanted === undefined || state === wanted);
  const found = services.slice(start, start + size);
  const next = start + size < services.length ? { nextPageToken: String(start + size) } : {};
  return { status: 200, body: { ...(found.length === 0 ? {} : { services: found }), ...next } };
}

/** The answer of a change that is done at once. */
function done(type: string, response: Record<string, unknown>): Reply {
  const body = { '@type': `type.googleapis.com/google.api.serviceusage.v1.${type}`, ...response };
  return { status: 200, body: { name: 'operations/noop.DONE_OPERATION', done: true, response: body } };
}

function enable({ world }: Context, { id }: Project, services: readonly string[]): void {
  const { disabled } = serviceUsageState(world);
  disabled[id] = (disabled[id] ?? []).filter((service) => !services.includes(service));
}

export function enableService(request: Request, context: Context): Reply {
  const project = openProject(request, context, 'serviceusage.services.enable');
  const api = findApi(request, context);
  enable(context, project, [api.name]);
  return done('EnableServiceResponse', { service: answer(context, project, api) });
}

/** All or none. */
export function batchEnableServices(request: Request, context: Context): Reply {
  const project = openProject(request, context, 'serviceusage.services.enable');
  const services = list(record(request.body)['serviceIds']).map((service) => text(service) ?? '');
  if (services.length === 0 || services.length > MOST_AT_ONCE)
    throw invalid(`Between 1 and ${String(MOST_AT_ONCE)} services can be enabled at a time.`);
  const apis = findApis(services, context);
  enable(context, project, services);
  return done('BatchEnableServicesResponse', { services: apis.map((api) => answer(context, project, api)) });
}

export function disableService(request: Request, context: Context): Reply {
  const project = openProject(request, context, 'serviceusage.services.disable');
  const api = findApi(request, context);
  if (!isEnabled(context.world, project.id, api.name))
    throw google(
      400,
      'FAILED_PRECONDITION',
      `Service ${api.name} is not enabled for consumer projects/${project.number}.`,
    );
  const { disabled } = serviceUsageState(context.world);
  disabled[project.id] = [...(disabled[project.id] ?? []), api.name];
  return done('DisableServiceResponse', { service: answer(context, project, api) });
}

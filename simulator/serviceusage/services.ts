/** The services of a project: looked at, switched on and off. */
import { list, record, text } from '../json.ts';
import { requirePermission } from '../permissions.ts';
import { google, invalid } from '../refusal.ts';
import type { Context, Reply, Request } from '../route.ts';
import { checkBody, checkQuery } from '../shape.ts';
import { TITLES, isEnabled } from './disabled.ts';

const MOST_AT_ONCE = 20;

interface Project {
  readonly id: string;
  readonly number: string;
}

/** The project of a path, by id or number; a missing one and a forbidden one look alike. */
function openProject(request: Request, context: Context, permission: string): Project {
  context.caller();
  const given = request.params['project'] ?? '';
  const found = Object.values(context.world.resourceManager.projects).find(
    (one) => one.projectId === given || one.projectNumber === given,
  );
  if (found === undefined)
    throw google(403, 'PERMISSION_DENIED', `Permission denied to get service on projects/${given}`);
  requirePermission(context, permission, { project: found.projectId });
  return { id: found.projectId, number: found.projectNumber };
}

/** Throws for services that Google does not have; as far as this world can tell, and it knows few. */
function checkKnown(services: readonly string[]): void {
  const unknown = services.filter((service) => TITLES[service] === undefined);
  if (unknown.length > 0)
    throw google(403, 'PERMISSION_DENIED', `Not found or permission denied for service(s): ${unknown.join(', ')}.`, {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED',
          domain: 'serviceusage.googleapis.com',
          metadata: { services: unknown.join(',') },
        },
      ],
    });
}

function answer(context: Context, project: Project, service: string): Record<string, unknown> {
  return {
    name: `projects/${project.number}/services/${service}`,
    config: { name: service, title: TITLES[service] ?? service },
    state: isEnabled(context.world, project.id, service) ? 'ENABLED' : 'DISABLED',
    parent: `projects/${project.number}`,
  };
}

export function getService(request: Request, context: Context): Reply {
  checkQuery(request);
  const project = openProject(request, context, 'serviceusage.services.get');
  const { service = '' } = request.params;
  checkKnown([service]);
  return { status: 200, body: answer(context, project, service) };
}

export function batchGetServices(request: Request, context: Context): Reply {
  checkQuery(request, 'names');
  const project = openProject(request, context, 'serviceusage.services.get');
  const services = request.query.getAll('names').map((name) => {
    const [, parent = '', service = ''] = /^projects\/([^/]+)\/services\/([^/]+)$/.exec(name) ?? [];
    if (parent !== project.id && parent !== project.number) throw invalid(`Invalid service name: ${name}`);
    return service;
  });
  checkKnown(services);
  return { status: 200, body: { services: services.map((service) => answer(context, project, service)) } };
}

export function listServices(request: Request, context: Context): Reply {
  checkQuery(request, 'filter', 'pageSize', 'pageToken');
  const project = openProject(request, context, 'serviceusage.services.list');
  const filter = request.query.get('filter') ?? '';
  const wanted = /^state:(ENABLED|DISABLED)$/.exec(filter)?.[1];
  if (filter !== '' && wanted === undefined) throw invalid(`Invalid filter: ${filter}`);
  const size = Number(request.query.get('pageSize') ?? 50) || 50;
  const start = Number(request.query.get('pageToken') ?? 0);
  if (!Number.isInteger(size) || size < 0 || size > 200) throw invalid('Page size cannot exceed 200.');
  if (!Number.isInteger(start) || start < 0) throw invalid('Invalid page token.');
  const services = Object.keys(TITLES)
    .map((service) => answer(context, project, service))
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
  const { disabled } = world.serviceUsage;
  disabled[id] = (disabled[id] ?? []).filter((service) => !services.includes(service));
}

export function enableService(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, {});
  const project = openProject(request, context, 'serviceusage.services.enable');
  const { service = '' } = request.params;
  checkKnown([service]);
  enable(context, project, [service]);
  return done('EnableServiceResponse', { service: answer(context, project, service) });
}

/** All or none. */
export function batchEnableServices(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { serviceIds: true });
  const project = openProject(request, context, 'serviceusage.services.enable');
  const services = list(record(request.body)['serviceIds']).map((service) => text(service) ?? '');
  if (services.length === 0 || services.length > MOST_AT_ONCE)
    throw invalid(`Between 1 and ${String(MOST_AT_ONCE)} services can be enabled at a time.`);
  checkKnown(services);
  enable(context, project, services);
  const all = services.map((service) => answer(context, project, service));
  return done('BatchEnableServicesResponse', { services: all });
}

export function disableService(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { disableDependentServices: true, checkIfServiceHasUsage: true });
  const project = openProject(request, context, 'serviceusage.services.disable');
  const { service = '' } = request.params;
  checkKnown([service]);
  if (!isEnabled(context.world, project.id, service))
    throw google(
      400,
      'FAILED_PRECONDITION',
      `Service ${service} is not enabled for consumer projects/${project.number}.`,
    );
  const { disabled } = context.world.serviceUsage;
  disabled[project.id] = [...(disabled[project.id] ?? []), service];
  return done('DisableServiceResponse', { service: answer(context, project, service) });
}

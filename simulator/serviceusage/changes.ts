/** The services of a project: switched on and off. */
import { list, record, text } from '../engine/json.ts';
import { google, invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request } from '../engine/route.ts';
import { answer, findApi, findApis, openProject } from './apis.ts';
import type { Project } from './apis.ts';
import { isEnabled } from './disabled.ts';
import { serviceUsageState } from './state.ts';

const MOST_AT_ONCE = 20;

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

/** The services of a project: looked at. */
import { pageOf } from '../engine/paging.ts';
import { invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request } from '../engine/route.ts';
import { answer, findApi, findApis, openProject } from './apis.ts';

const MOST_ON_A_PAGE = 200;

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
  if (Number(request.query.get('pageSize') ?? 0) > MOST_ON_A_PAGE) throw invalid('Page size cannot exceed 200.');
  const services = context.apis
    .map((api) => answer(context, project, api))
    .filter(({ state }) => wanted === undefined || state === wanted);
  const { found, next } = pageOf(services, request, { usual: 50, wrong: invalid });
  return { status: 200, body: { ...(found.length === 0 ? {} : { services: found }), ...next } };
}

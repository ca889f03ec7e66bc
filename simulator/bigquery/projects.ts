/** The projects that the caller can see, as bq lists them. */
import { holds } from '../directory/permissions.ts';
import { resourceManagerState } from '../directory/projects.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { serveMethod } from './method.ts';
import { page } from './paging.ts';

function listProjects(request: Request, context: Context): Reply {
  const projects = Object.values(resourceManagerState(context.world).projects)
    .filter(({ projectId: project }) => holds(context, context.caller(), 'resourcemanager.projects.get', { project }))
    .map(({ projectId, projectNumber, name }) => ({
      kind: 'bigquery#project',
      id: projectId,
      numericId: projectNumber,
      projectReference: { projectId },
      friendlyName: name,
    }));
  const body = { kind: 'bigquery#projectList', etag: 'AAAA', totalItems: projects.length };
  return { status: 200, body: { ...body, ...page('projects', projects, request) } };
}

export const projectRoutes: Route[] = [serveMethod('projects.list', listProjects)];

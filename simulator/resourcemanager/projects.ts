/** Projects, in the shapes of both versions; absent and not yours are the same 403. */
import type { cloudresourcemanager_v1 } from 'googleapis/build/src/apis/cloudresourcemanager/v1.js';
import type { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/v3.js';
import { holds } from '../permissions.ts';
import { google } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../strict.ts';
import type { ProjectState } from './state.ts';

const GET = 'resourcemanager.projects.get';

/** Throws Resource Manager's bare 403, without `errors[]`. */
export function requireProject(permission: string | undefined, request: Request, context: Context): ProjectState {
  const { projects } = context.world.resourceManager;
  const named = request.params['project'] ?? '';
  const project = Object.values(projects).find(
    ({ projectId, projectNumber }) => projectId === named || projectNumber === named,
  );
  const caller = context.caller();
  const isAllowed =
    project !== undefined &&
    (permission === undefined || holds(context, caller, permission, { project: project.projectId }));
  if (!isAllowed) throw google(403, 'PERMISSION_DENIED', 'The caller does not have permission');
  return project;
}

function getV1(request: Request, context: Context): Reply {
  checkQuery(request);
  const { projectId, projectNumber, name, createdAt, parent } = requireProject(GET, request, context);
  const body: cloudresourcemanager_v1.Schema$Project = {
    projectNumber,
    projectId,
    lifecycleState: 'ACTIVE',
    name,
    createTime: new Date(createdAt).toISOString(),
    ...(parent === undefined ? {} : { parent: { type: 'organization', id: parent.split('/')[1] ?? '' } }),
  };
  return { status: 200, body };
}

function getV3(request: Request, context: Context): Reply {
  checkQuery(request);
  const { projectId, projectNumber, name, createdAt, parent } = requireProject(GET, request, context);
  const time = new Date(createdAt).toISOString();
  const body: cloudresourcemanager_v3.Schema$Project = {
    name: `projects/${projectNumber}`,
    ...(parent === undefined ? {} : { parent }),
    projectId,
    state: 'ACTIVE',
    displayName: name,
    createTime: time,
    updateTime: time,
    etag: `W/"${Buffer.from(projectNumber).toString('hex').slice(0, 16)}"`,
  };
  return { status: 200, body };
}

function getAncestry(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, {});
  const { projectId, parent } = requireProject(GET, request, context);
  const above = parent === undefined ? [] : [{ resourceId: { type: 'organization', id: parent.split('/')[1] ?? '' } }];
  return { status: 200, body: { ancestor: [{ resourceId: { type: 'project', id: projectId } }, ...above] } };
}

export const projectRoutes: Route[] = [
  { on: 'GET /v1/projects/{project}', handle: getV1 },
  { on: 'GET /v3/projects/{project}', handle: getV3 },
  { on: 'POST /v1/projects/{project}:getAncestry', handle: getAncestry },
];

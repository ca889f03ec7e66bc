import type { Route } from '../route.ts';
import { getPolicy, setPolicy, testPermissions } from './policy.ts';
import { answerV1, answerV3, findProject } from './projects.ts';

const GET = 'resourcemanager.projects.get';

/** cloudresourcemanager.googleapis.com, v1 and v3. */
export const resourceManagerRoutes: Route[] = [
  {
    on: 'GET /v1/projects/{project}',
    handle: (request, context) => ({ status: 200, body: answerV1(findProject(request, context, GET)) }),
  },
  {
    on: 'GET /v3/projects/{project}',
    handle: (request, context) => ({ status: 200, body: answerV3(findProject(request, context, GET)) }),
  },
  {
    on: 'POST /v1/projects/{project}:getAncestry',
    handle: (request, context) => {
      const { projectId } = findProject(request, context, GET);
      return { status: 200, body: { ancestor: [{ resourceId: { type: 'project', id: projectId } }] } };
    },
  },
  ...['v1', 'v3'].flatMap((version): Route[] => [
    { on: `POST /${version}/projects/{project}:getIamPolicy`, handle: getPolicy },
    { on: `POST /${version}/projects/{project}:setIamPolicy`, handle: setPolicy },
    { on: `POST /${version}/projects/{project}:testIamPermissions`, handle: testPermissions },
  ]),
];

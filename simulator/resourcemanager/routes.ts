import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';
import type { Route } from '../engine/route.ts';
import { policyRoutes } from '../iam-policy/methods.ts';
import type { PolicyKind } from '../iam-policy/methods.ts';
import { answerV1, answerV3, findProject } from './projects.ts';

const GET = 'resourcemanager.projects.get';
const serveV1 = methodsOf(readDocument(new URL('discovery-v1.json', import.meta.url)), { envelope });
const serveV3 = methodsOf(readDocument(new URL('discovery-v3.json', import.meta.url)), { envelope });

/** To be asked what one holds takes no right. */
const PERMISSIONS = {
  get: 'resourcemanager.projects.getIamPolicy',
  set: 'resourcemanager.projects.setIamPolicy',
  test: undefined,
};

const projects: PolicyKind = {
  resource: 'projects',
  find: (request, context, verb) => {
    const holder = findProject(request, context, PERMISSIONS[verb]);
    return { holder, project: holder.projectId };
  },
  hasReasons: true,
  limits: { needsEtag: true, hasOwners: true, mostMembers: 1500 },
};

/** v1 and v3. */
export const resourceManagerRoutes: Route[] = [
  serveV1('projects.get', (request, context) => ({ status: 200, body: answerV1(findProject(request, context, GET)) })),
  serveV3('projects.get', (request, context) => ({ status: 200, body: answerV3(findProject(request, context, GET)) })),
  serveV1('projects.getAncestry', (request, context) => {
    const { projectId } = findProject(request, context, GET);
    return { status: 200, body: { ancestor: [{ resourceId: { type: 'project', id: projectId } }] } };
  }),
  ...policyRoutes(projects, serveV1),
  ...policyRoutes(projects, serveV3),
];

import { createHash } from 'node:crypto';
import type { Route } from '../engine/route.ts';
import { audienceHandlers } from './audience.ts';
import { contentRoutes } from './contents.ts';
import { commentRoutes } from './comments.ts';
import { mergeRoutes } from './merges.ts';
import { repositoryRoutes } from './repository.ts';
import { secretHandlers } from './secrets.ts';
import { kinds, routesOf } from './stores.ts';
import { variableHandlers } from './variables.ts';
import { viewerRoutes } from './viewer.ts';

/** Every answer names the request, so that support can find it. */
function withRequestId(route: Route): Route {
  return {
    on: route.on,
    handle: async (request, context) => {
      const reply = await route.handle(request, context);
      const id = createHash('sha256')
        .update(`${route.on} ${request.path} ${String(context.now)}`)
        .digest('hex');
      return { ...reply, headers: { ...reply.headers, 'x-github-request-id': id.slice(0, 16).toUpperCase() } };
    },
  };
}

const storeRoutes = kinds.flatMap((kind) => {
  const shared = kind.isShared ? audienceHandlers : {};
  return [
    ...routesOf(kind, 'secrets', { ...secretHandlers, ...shared }),
    ...routesOf(kind, 'variables', { ...variableHandlers, ...shared }),
  ];
});

/** api.github.com */
export const gitHubRoutes: Route[] = [
  ...repositoryRoutes,
  ...contentRoutes,
  ...commentRoutes,
  ...mergeRoutes,
  ...viewerRoutes,
  ...storeRoutes,
].map(withRequestId);

import type { Route } from '../engine/route.ts';
import { auditRoutes } from './audit.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { destinationRoutes } from './destinations.ts';
import { modelRoutes } from './models.ts';
import { sourceRoutes } from './sources.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { syncRoutes } from './syncs.ts';

export const segmentRoutes: readonly Route[] = [
  ...sourceRoutes,
  ...catalogRoutes,
  ...destinationRoutes,
  ...subscriptionRoutes,
  ...modelRoutes,
  ...syncRoutes,
  ...auditRoutes,
];

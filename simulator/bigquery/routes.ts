import type { Route } from '../engine/route.ts';
import { datasetRoutes } from './datasets/routes.ts';
import { discoveryRoutes } from './discovery.ts';
import { jobRoutes } from './jobs/routes.ts';
import { projectRoutes } from './projects.ts';
import { tableRoutes } from './tables/routes.ts';
import { rowPolicyRoutes } from './tables/row-policies.ts';

/** bigquery.googleapis.com */
export const bigQueryRoutes: Route[] = [
  ...projectRoutes,
  ...datasetRoutes,
  ...tableRoutes,
  ...rowPolicyRoutes,
  ...jobRoutes,
  ...discoveryRoutes,
];

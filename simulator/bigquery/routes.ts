import type { Route } from '../route.ts';
import { datasetRoutes } from './datasets/routes.ts';
import { discoveryRoutes } from './discovery.ts';
import { jobRoutes } from './jobs/routes.ts';
import { projectRoutes } from './projects.ts';
import { tableRoutes } from './tables/routes.ts';

/** bigquery.googleapis.com */
export const bigQueryRoutes: Route[] = [
  ...projectRoutes,
  ...datasetRoutes,
  ...tableRoutes,
  ...jobRoutes,
  ...discoveryRoutes,
];

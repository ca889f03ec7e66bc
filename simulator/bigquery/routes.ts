import type { Route } from '../route.ts';
import { datasetRoutes } from './datasets.ts';
import { discoveryRoutes } from './discovery.ts';
import { jobRoutes } from './jobs.ts';
import { tableRoutes } from './tables.ts';

/** bigquery.googleapis.com */
export const bigQueryRoutes: Route[] = [...datasetRoutes, ...tableRoutes, ...jobRoutes, ...discoveryRoutes];

import type { Route } from '../route.ts';
import { projectPolicyRoutes } from './project-policy.ts';
import { projectRoutes } from './projects.ts';

/** cloudresourcemanager.googleapis.com, v1 and v3. */
export const resourceManagerRoutes: Route[] = [...projectRoutes, ...projectPolicyRoutes];

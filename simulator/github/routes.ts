import type { Route } from '../route.ts';
import { secretRoutes } from './secrets.ts';
import { variableRoutes } from './variables.ts';

/** api.github.com */
export const gitHubRoutes: Route[] = [...secretRoutes, ...variableRoutes];

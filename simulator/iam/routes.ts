import type { Route } from '../route.ts';
import { accountPolicyRoutes } from './account-policy.ts';
import { accountRoutes } from './accounts.ts';
import { keyRoutes } from './keys.ts';
import { roleRoutes } from './roles.ts';

/** iam.googleapis.com */
export const iamRoutes: Route[] = [...roleRoutes, ...accountRoutes, ...keyRoutes, ...accountPolicyRoutes];

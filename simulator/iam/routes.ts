import type { Route } from '../route.ts';
import { accountDeletionRoutes } from './account-deletion.ts';
import { accountPolicyRoutes } from './account-policy.ts';
import { accountRoutes } from './accounts.ts';
import { keyRoutes } from './keys.ts';
import { predefinedRoutes } from './predefined.ts';
import { roleRoutes } from './roles.ts';

/** iam.googleapis.com, v1. */
export const iamRoutes: Route[] = [
  ...roleRoutes,
  ...predefinedRoutes,
  ...accountRoutes,
  ...accountDeletionRoutes,
  ...accountPolicyRoutes,
  ...keyRoutes,
];

import type { Route } from '../route.ts';
import { getEffectivePolicy, getPolicy, listPolicies } from './policies.ts';

const ALL = '/v2/projects/{project}/policies';

/** orgpolicy.googleapis.com, as far as it is read. */
export const orgPolicyRoutes: Route[] = [
  { on: `GET ${ALL}`, handle: listPolicies },
  { on: `GET ${ALL}/{constraint}`, handle: getPolicy },
  { on: `GET ${ALL}/{constraint}:getEffectivePolicy`, handle: getEffectivePolicy },
];

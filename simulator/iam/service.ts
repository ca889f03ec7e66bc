import { iamState } from '../directory/iam.ts';
import { googleEnvelope } from '../engine/envelope.ts';
import { list, record } from '../engine/json.ts';
import { isRead } from '../engine/service.ts';
import type { Service } from '../engine/service.ts';
import { accountRoutes } from './account-routes.ts';
import { prepareKeyPairs } from './key-pairs.ts';
import { keyRoutes } from './keys.ts';
import { roleRoutes } from './role-routes.ts';

const NAME = 'iam.googleapis.com';

export const iam: Service = {
  name: 'iam',
  routes: [...roleRoutes, ...accountRoutes, ...keyRoutes],
  envelope: googleEnvelope,
  apis: [{ name: NAME, title: 'Identity and Access Management (IAM) API' }],
  requires: NAME,
  state: iamState,
  olderReads: { most: 'stale', isOne: isRead },
  prepare: prepareKeyPairs,
  secrets: { fields: () => ['privatekey', 'privatekeydata'] },
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: `${url}/` }),
  // The policies of an organization stand where they have their effect.
  changes: {
    constraints: (world, value) => Object.assign(iamState(world).constraints, record(value)),
    unknownMembers: (world, value) => {
      iamState(world).unknownMembers = list(value).map(String);
    },
  },
};

import { iamState } from '../directory/iam.ts';
import { list, record } from '../engine/json.ts';
import { googleService } from '../engine/google-service.ts';
import { isRead } from '../engine/service.ts';
import type { Service } from '../engine/service.ts';
import { accountRoutes } from './account-routes.ts';
import { prepareKeyPairs } from './key-pairs.ts';
import { keyRoutes } from './keys.ts';
import { roleRoutes } from './role-routes.ts';

export const iam: Service = {
  name: 'iam',
  ...googleService({ api: 'iam', title: 'Identity and Access Management (IAM) API' }),
  routes: [...roleRoutes, ...accountRoutes, ...keyRoutes],
  state: iamState,
  olderReads: { most: 'stale', isOne: isRead },
  prepare: prepareKeyPairs,
  secrets: { fields: () => ['privatekey', 'privatekeydata'] },
  // The policies of an organization stand where they have their effect.
  changes: {
    constraints: (world, value) => Object.assign(iamState(world).constraints, record(value)),
    unknownMembers: (world, value) => {
      iamState(world).unknownMembers = list(value).map(String);
    },
  },
  permissions: {
    'iam.roles': ['create', 'delete', 'get', 'list', 'undelete', 'update'],
    'iam.serviceAccountKeys': ['create', 'delete', 'disable', 'enable', 'get', 'list'],
    'iam.serviceAccounts': [
      ...['actAs', 'create', 'delete', 'disable', 'enable', 'get', 'getAccessToken', 'getIamPolicy', 'getOpenIdToken'],
      ...['list', 'setIamPolicy', 'signBlob', 'signJwt', 'undelete', 'update'],
    ],
  },
};

import { googleService } from '../engine/google-service.ts';
import { isRead } from '../engine/service.ts';
import type { Service } from '../engine/service.ts';
import { secretManagerRoutes } from './routes.ts';
import { secretManagerState } from './state.ts';

const isAccessByNumber = (path: string): boolean => /\/versions\/\d+(:|%3a)access$/i.test(path);
const isNewVersion = (path: string): boolean => /\/secrets\/[^/]+:addVersion$/.test(path);

export const secretManager: Service = {
  name: 'secretManager',
  ...googleService({ api: 'secretmanager', title: 'Secret Manager API' }),
  routes: secretManagerRoutes,
  state: secretManagerState,
  // Only what was added and is accessed by its number is there at once.
  olderReads: { most: 'secrets', isOne: (method, path) => isRead(method, path) && !isAccessByNumber(path) },
  // Of what should become a version, the data is secret, and whatever is no JSON.
  secrets: { fields: (path) => (isNewVersion(path) ? ['data'] : []), isText: isNewVersion },
  permissions: {
    'secretmanager.secrets': ['create', 'delete', 'get', 'getIamPolicy', 'list', 'setIamPolicy', 'update'],
    'secretmanager.versions': ['access', 'add', 'destroy', 'disable', 'enable', 'get', 'list'],
  },
};

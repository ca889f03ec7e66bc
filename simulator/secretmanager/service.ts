import { googleEnvelope } from '../engine/envelope.ts';
import { isRead } from '../engine/service.ts';
import type { Service } from '../engine/service.ts';
import { secretManagerRoutes } from './routes.ts';
import { secretManagerState } from './state.ts';

const NAME = 'secretmanager.googleapis.com';
const isAccessByNumber = (path: string): boolean => /\/versions\/\d+(:|%3a)access$/i.test(path);
const isNewVersion = (path: string): boolean => /\/secrets\/[^/]+:addVersion$/.test(path);

export const secretManager: Service = {
  name: 'secretManager',
  routes: secretManagerRoutes,
  envelope: googleEnvelope,
  apis: [{ name: NAME, title: 'Secret Manager API' }],
  requires: NAME,
  state: secretManagerState,
  // Only what was added and is accessed by its number is there at once.
  olderReads: { most: 'secrets', isOne: (method, path) => isRead(method, path) && !isAccessByNumber(path) },
  // Of what should become a version, the data is secret, and whatever is no JSON.
  secrets: { fields: (path) => (isNewVersion(path) ? ['data'] : []), isText: isNewVersion },
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: `${url}/` }),
};

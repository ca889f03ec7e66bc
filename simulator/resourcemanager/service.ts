import { resourceManagerState } from '../directory/projects.ts';
import { googleEnvelope } from '../engine/envelope.ts';
import { isRead } from '../engine/service.ts';
import type { Service } from '../engine/service.ts';
import { renameAccount } from './members.ts';
import { resourceManagerRoutes } from './routes.ts';

const NAME = 'cloudresourcemanager.googleapis.com';

export const resourceManager: Service = {
  name: 'resourceManager',
  routes: resourceManagerRoutes,
  envelope: googleEnvelope,
  apis: [{ name: NAME, title: 'Cloud Resource Manager API' }],
  requires: NAME,
  state: resourceManagerState,
  olderReads: { most: 'stale', isOne: isRead },
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `${url}/` }),
  onAccount: renameAccount,
};

import { resourceManagerState } from '../directory/projects.ts';
import { googleService } from '../engine/google-service.ts';
import { isRead } from '../engine/service.ts';
import type { Service } from '../engine/service.ts';
import { renameAccount } from './members.ts';
import { resourceManagerRoutes } from './routes.ts';

export const resourceManager: Service = {
  name: 'resourceManager',
  ...googleService({ api: 'cloudresourcemanager', title: 'Cloud Resource Manager API' }),
  routes: resourceManagerRoutes,
  state: resourceManagerState,
  olderReads: { most: 'stale', isOne: isRead },
  onAccount: renameAccount,
  permissions: { 'resourcemanager.projects': ['get', 'getIamPolicy', 'setIamPolicy', 'update'] },
};

import { googleService } from '../engine/google-service.ts';
import { record } from '../engine/json.ts';
import type { Service } from '../engine/service.ts';
import { unspokenApis } from './default-apis.ts';
import { serviceUsageRoutes } from './routes.ts';
import { serviceUsageState } from './state.ts';

const google = googleService({ api: 'serviceusage', title: 'Service Usage API', isOnAtFirst: true });

export const serviceUsage: Service = {
  name: 'serviceUsage',
  ...google,
  routes: serviceUsageRoutes,
  apis: [...google.apis, ...unspokenApis],
  state: serviceUsageState,
  permissions: { 'serviceusage.services': ['disable', 'enable', 'get', 'list', 'use'] },
  changes: { disabledApis: (world, value) => Object.assign(serviceUsageState(world).disabled, record(value)) },
};

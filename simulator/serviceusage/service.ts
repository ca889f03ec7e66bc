import { googleEnvelope } from '../engine/envelope.ts';
import { record } from '../engine/json.ts';
import type { Service } from '../engine/service.ts';
import { unspokenApis } from './default-apis.ts';
import { serviceUsageRoutes } from './routes.ts';
import { serviceUsageState } from './state.ts';

const NAME = 'serviceusage.googleapis.com';

export const serviceUsage: Service = {
  name: 'serviceUsage',
  routes: serviceUsageRoutes,
  envelope: googleEnvelope,
  apis: [{ name: NAME, title: 'Service Usage API' }, ...unspokenApis],
  requires: NAME,
  state: serviceUsageState,
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_SERVICEUSAGE: `${url}/` }),
  changes: { disabledApis: (world, value) => Object.assign(serviceUsageState(world).disabled, record(value)) },
};

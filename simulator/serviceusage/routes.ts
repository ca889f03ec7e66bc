import { google } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import {
  batchEnableServices,
  batchGetServices,
  disableService,
  enableService,
  getService,
  listServices,
} from './services.ts';

export { isEnabled, serviceDisabled } from './disabled.ts';

/** Every change is done at once, so that only the finished operation can be asked for. */
function getOperation(request: Request, context: Context): Reply {
  context.caller();
  const name = `operations/${request.params['operation'] ?? ''}`;
  if (name !== 'operations/noop.DONE_OPERATION') throw google(404, 'NOT_FOUND', `Operation ${name} was not found.`);
  return { status: 200, body: { name, done: true } };
}

const ALL = '/v1/projects/{project}/services';

/** serviceusage.googleapis.com */
export const serviceUsageRoutes: Route[] = [
  { on: `GET ${ALL}`, handle: listServices },
  { on: `GET ${ALL}/{service}`, handle: getService },
  { on: `GET ${ALL}:batchGet`, handle: batchGetServices },
  { on: `POST ${ALL}/{service}:enable`, handle: enableService },
  { on: `POST ${ALL}/{service}:disable`, handle: disableService },
  { on: `POST ${ALL}:batchEnable`, handle: batchEnableServices },
  { on: 'GET /v1/operations/{operation}', handle: getOperation },
];

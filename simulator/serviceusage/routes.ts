import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';
import { google } from '../engine/refusal.ts';
import type { Reply, Request, Route } from '../engine/route.ts';
import { batchEnableServices, disableService, enableService } from './changes.ts';
import { batchGetServices, getService, listServices } from './services.ts';

const serveMethod = methodsOf(readDocument(new URL('discovery.json', import.meta.url)), { envelope });

/** Every change is done at once, so that only the finished operation can be asked for. */
function getOperation({ params }: Request): Reply {
  const name = `operations/${params['operation'] ?? ''}`;
  if (name !== 'operations/noop.DONE_OPERATION') throw google(404, 'NOT_FOUND', `Operation ${name} was not found.`);
  return { status: 200, body: { name, done: true } };
}

export const serviceUsageRoutes: Route[] = [
  serveMethod('services.list', listServices),
  serveMethod('services.get', getService),
  serveMethod('services.batchGet', batchGetServices),
  serveMethod('services.enable', enableService),
  serveMethod('services.disable', disableService),
  serveMethod('services.batchEnable', batchEnableServices),
  serveMethod('operations.get', getOperation),
];

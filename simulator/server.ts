/** The one adapter between HTTP and the services: everything that all of them have in common happens here. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bigQueryRoutes } from './bigquery/routes.ts';
import { requireEnabled } from './consumer.ts';
import { handleControl } from './control.ts';
import { faultRefusal, takeFault } from './fault.ts';
import type { Fault } from './fault.ts';
import { gitHubRoutes } from './github/routes.ts';
import { iamRoutes } from './iam/routes.ts';
import { findCaller } from './identity/callers.ts';
import { identityRoutes } from './identity/routes.ts';
import { journalEntry } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { receive, send } from './payload.ts';
import type { Received } from './payload.ts';
import { google } from './refusal.ts';
import { resourceManagerRoutes } from './resourcemanager/routes.ts';
import { Refusal } from './route.ts';
import type { Caller, Context, Reply, Request } from './route.ts';
import { makeRouter } from './router.ts';
import { isGuarded, serviceOf } from './service.ts';
import { serviceUsageRoutes } from './serviceusage/routes.ts';
import { unauthenticated } from './unauthenticated.ts';
import type { World } from './world.ts';

/** One running simulator: what outlives a request. */
export interface Installation {
  world: World;
  /** The scenario anew. */
  readonly renew: () => World;
  readonly latencyMs: number;
  readonly faults: Fault[];
  readonly journal: JournalEntry[];
}

const route = makeRouter([
  ...identityRoutes,
  ...iamRoutes,
  ...resourceManagerRoutes,
  ...bigQueryRoutes,
  ...serviceUsageRoutes,
  ...gitHubRoutes,
]);

export function makeListener(installation: Installation): RequestListener {
  return (incoming, response) => {
    serve(installation, incoming, response).catch((error: unknown) => {
      // The client left, or its connection broke: nobody is there to be told.
      response.destroy(error instanceof Error ? error : undefined);
    });
  };
}

async function serve(installation: Installation, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const received = await receive(incoming);
  const { request, raw } = received;
  if (request.path.startsWith('/_simulator')) return send(response, handleControl(request, installation));
  const entry = journalEntry({ ...request, params: {} }, raw, Date.now());
  installation.journal.push(entry);
  const fault = takeFault(installation.faults, request.method, request.path);
  if (fault === 'reset') return void incoming.socket.destroy();
  const isLost = fault === 'lose-reply';
  const service = serviceOf(request.path);
  const reply = await answer(async () => {
    if (fault !== undefined && !isLost) throw faultRefusal(fault, service, { ...request, params: {} });
    return handle(installation, received);
  });
  if (installation.latencyMs > 0) await sleep(installation.latencyMs);
  if (isLost) return void incoming.socket.destroy();
  entry.status = reply.status;
  send(response, reply);
}

/** Whatever happens becomes a reply; what should not happen is told on standard error, too. */
async function answer(attempt: () => Promise<Reply>): Promise<Reply> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`The simulator itself failed: ${stack}\n`);
    return google(500, 'INTERNAL', 'The simulator itself failed: see its standard error.').reply;
  }
}

async function handle(installation: Installation, received: Received): Promise<Reply> {
  if (received.fault !== undefined) throw received.fault;
  const { method, path, headers } = received.request;
  const service = serviceOf(path);
  const found = route(method, received.segments);
  if (found === undefined) {
    throw google(501, 'UNIMPLEMENTED', `The simulator has no ${method} ${path}.`, { reason: 'notImplemented' });
  }
  const request: Request = { ...received.request, params: found.params };
  const token = headers['authorization'] ?? bearerIn(request);
  const { world } = installation;
  const origin = `http://${headers['host'] ?? '127.0.0.1'}`;
  let caller: Caller | undefined;
  const context: Context = {
    world,
    now: Date.now(),
    origin,
    caller: () => {
      if (caller === undefined) throw unauthenticated(service, token);
      return caller;
    },
  };
  if (isGuarded(service, path)) {
    caller = await findCaller(token, context);
    requireEnabled(service, context.caller(), request, context);
  }
  return found.route.handle(request, context);
}

function bearerIn({ query }: Request): string | undefined {
  const token = query.get('access_token');
  return token === null ? undefined : `Bearer ${token}`;
}

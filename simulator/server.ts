/** The one adapter: HTTP in, handlers, HTTP out; faults, latency and the journal on the way. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { takeAnswer } from './answers.ts';
import { bigQueryRoutes } from './bigquery/routes.ts';
import { controlRoutes } from './control.ts';
import type { Controls } from './control.ts';
import { refusalFor, takeFault } from './faults.ts';
import { gitHubRoutes } from './github/routes.ts';
import { iamRoutes } from './iam/routes.ts';
import { findCaller } from './identity/callers.ts';
import { identityRoutes } from './identity/routes.ts';
import { masked } from './journal.ts';
import { orgPolicyRoutes } from './orgpolicy/routes.ts';
import { bigQuery, google } from './refusal.ts';
import { resourceManagerRoutes } from './resourcemanager/routes.ts';
import { Refusal } from './route.ts';
import type { Caller, Context, Reply, Request, Route } from './route.ts';
import { match } from './router.ts';
import { secretManagerRoutes } from './secretmanager/routes.ts';
import { isEnabled, serviceDisabled, serviceUsageRoutes } from './serviceusage/routes.ts';

/** A service: its routes, and the API that must be on in the caller's project. */
interface Service {
  readonly api: string | undefined;
  readonly routes: readonly Route[];
}

const services: readonly Service[] = [
  { api: 'iam.googleapis.com', routes: iamRoutes },
  { api: 'cloudresourcemanager.googleapis.com', routes: resourceManagerRoutes },
  { api: 'bigquery.googleapis.com', routes: bigQueryRoutes },
  { api: undefined, routes: identityRoutes },
  { api: 'serviceusage.googleapis.com', routes: serviceUsageRoutes },
  { api: 'secretmanager.googleapis.com', routes: secretManagerRoutes },
  { api: 'orgpolicy.googleapis.com', routes: orgPolicyRoutes },
  { api: undefined, routes: gitHubRoutes },
];

/** Serves a world until it is closed. */
export function serve(controls: Controls): Server {
  const control = controlRoutes(controls);
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing, controls, control);
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  controls: Controls,
  control: readonly Route[],
): Promise<void> {
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`);
  const raw = await text(incoming);
  const path = url.pathname.split('/').map(decode).join('/');
  const method = incoming.method ?? 'GET';
  if (path.startsWith('/_simulator/')) {
    const context = contextOf(controls, url, undefined);
    send(outgoing, await run(control, { method, url, raw, incoming }, context));
    return;
  }
  if (controls.latency > 0) await pause(controls.latency);
  const fault = takeFault(controls.faults, `${method} ${path}`);
  const body = parseBody(raw, incoming.headers['content-type']);
  const note = (status: number): void => {
    const query = masked(Object.fromEntries(url.searchParams), path) as Record<string, string>;
    controls.journal.push({ method, path, query, body: asNoted(body, raw, path), status });
  };
  if (fault === 'reset') {
    note(0);
    incoming.socket.destroy();
    return;
  }
  const answer = takeAnswer(controls.answers, `${method} ${path}`);
  const reply =
    fault === undefined || fault === 'lose-reply'
      ? (answer ?? (await serveOne({ method, url, raw, incoming }, controls)))
      : refusalFor(fault, method, path).reply;
  if (fault === 'lose-reply') {
    note(0);
    incoming.socket.destroy();
    return;
  }
  note(reply.status);
  send(outgoing, reply);
}

interface Received {
  readonly method: string;
  readonly url: URL;
  readonly raw: string;
  readonly incoming: IncomingMessage;
}

async function serveOne(received: Received, controls: Controls): Promise<Reply> {
  const plain = contextOf(controls, received.url, undefined);
  const caller = await findCaller(received.incoming.headers.authorization, plain);
  const context = contextOf(controls, received.url, caller);
  for (const service of services) {
    const found = service.routes.some((route) => match(route.on, received.method, received.url.pathname) !== undefined);
    if (!found) continue;
    if (
      service.api !== undefined &&
      caller !== undefined &&
      !isEnabled(controls.world, caller.consumerProject, service.api)
    ) {
      const refusal = serviceDisabled(service.api, caller.consumerProject);
      if (refusal instanceof Refusal) return refusal.reply;
    }
    return run(service.routes, received, context);
  }
  return {
    status: 501,
    body: {
      error: {
        code: 501,
        status: 'UNIMPLEMENTED',
        message: `This simulator has no ${received.method} ${received.url.pathname}.`,
      },
    },
  };
}

async function run(routes: readonly Route[], received: Received, context: Context): Promise<Reply> {
  const { method, url, raw, incoming } = received;
  for (const route of routes) {
    const params = match(route.on, method, url.pathname);
    if (params === undefined) continue;
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const body = parseBody(raw, incoming.headers['content-type']);
    const request: Request = { method, path: url.pathname, params, query: url.searchParams, headers, body };
    try {
      return await route.handle(request, context);
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      process.stderr.write(
        `${method} ${url.pathname}: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`,
      );
      return {
        status: 500,
        body: {
          error: { code: 500, status: 'INTERNAL', message: 'The simulator has a defect; see its standard error.' },
        },
      };
    }
  }
  return {
    status: 501,
    body: { error: { code: 501, status: 'UNIMPLEMENTED', message: `No ${method} ${url.pathname}.` } },
  };
}

function contextOf(controls: Controls, url: URL, caller: Caller | undefined): Context {
  return {
    world: controls.world,
    now: Date.now(),
    origin: url.origin,
    caller: () => {
      if (caller !== undefined) return caller;
      const message =
        'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.';
      if (url.pathname.startsWith('/bigquery/')) throw bigQuery(401, 'authError', message);
      const detail = {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ACCESS_TOKEN_EXPIRED',
        domain: 'googleapis.com',
      };
      throw google(401, 'UNAUTHENTICATED', message, { details: [detail] });
    },
  };
}

function send(outgoing: ServerResponse, reply: Reply): void {
  const isText = typeof reply.body === 'string';
  outgoing.writeHead(reply.status, {
    'content-type': isText ? 'text/plain' : 'application/json; charset=UTF-8',
    ...reply.headers,
  });
  outgoing.end(
    reply.body === undefined || reply.status === 204 ? undefined : isText ? reply.body : JSON.stringify(reply.body),
  );
}

async function text(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function parseBody(raw: string, type: string | undefined): unknown {
  if (raw === '') return undefined;
  if (type?.includes('x-www-form-urlencoded') === true) return Object.fromEntries(new URLSearchParams(raw));
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // Not percent-encoded after all: taken as it is.
  }
}

/** A body as the journal keeps it: parsed if it was JSON, else as text; secrets masked in both. */
function asNoted(body: unknown, raw: string, path: string): unknown {
  const safe = masked(body, path);
  const isForm = typeof safe === 'object' && safe !== null && !/^\s*[[{]/.test(raw);
  if (!isForm) return safe;
  return Object.entries(safe)
    .map(([name, value]) => `${name}=${value === '***' ? '***' : encodeURIComponent(String(value))}`)
    .join('&');
}

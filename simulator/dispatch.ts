/** From a request to the service that it is for, and its route. */
import { contextOf } from './context.ts';
import { projectOf } from './directory/projects.ts';
import { googleEnvelope } from './engine/envelope.ts';
import { remember, worldAsRead } from './engine/history.ts';
import { countCall } from './engine/quota.ts';
import { Refusal } from './engine/route.ts';
import type { Api, Caller, Context, Received, Reply, Route } from './engine/route.ts';
import { match } from './engine/router.ts';
import type { Service } from './engine/service.ts';
import type { World } from './engine/world.ts';
import { findCaller } from './identity/callers.ts';
import { services } from './registry.ts';
import { isEnabled, mayUse, serviceDisabled, userProjectDenied } from './serviceusage/disabled.ts';

/** The service that a request is for: the one that has its route, or else the one whose path it is. */
export function serviceOf({ method, path }: Pick<Received, 'method' | 'path'>): Service | undefined {
  return (
    services.find(({ routes }) => routes.some(({ on }) => match(on, method, path) !== undefined)) ??
    services.find(({ owns }) => owns?.(path) === true)
  );
}

/** What the service answers. */
export async function dispatch(received: Received, world: World, onNeed?: Context['onNeed']): Promise<Reply> {
  const service = serviceOf(received);
  const needs = onNeed === undefined ? {} : { onNeed };
  const send: Context['send'] = (request) => dispatch(request, world);
  const asking = { world, origin: received.origin, service, caller: undefined, send, ...needs };
  const context = contextOf(asking);
  const caller = await findCaller(received.headers['authorization'], context);
  const refused = refusedAtTheDoor(received, caller, { service, context });
  if (refused !== undefined) return refused.reply;
  rememberAll(world, context.now);
  const shown = asRead(world, service, received, context.now);
  const reply = await run(service?.routes ?? [], received, contextOf({ ...asking, shown, caller }));
  rememberAll(world, contextOf(asking).now);
  return reply;
}

/** What Google's front end asks before the service is: whether the caller has sent too much, and whose API is used. */
function refusedAtTheDoor(
  { headers }: Received,
  caller: Caller | undefined,
  { service, context }: { readonly service: Service | undefined; readonly context: Context },
): Refusal | undefined {
  const { live, now } = context;
  const exhaustion = countCall(live, caller?.principal ?? headers['authorization'], now);
  if (exhaustion !== undefined) return (service?.envelope ?? googleEnvelope).exhausted(exhaustion);
  const required = service?.apis?.find(({ name }) => name === service.requires);
  if (required === undefined || caller === undefined) return undefined;
  return refusedConsumer(required, caller, { project: headers['x-goog-user-project'], context });
}

/** What counts is whether the API is on in the project that owns the caller, or in the one that the caller names instead. */
function refusedConsumer(
  api: Api,
  caller: Caller,
  { project, context }: { readonly project: string | undefined; readonly context: Context },
): Refusal | undefined {
  if (project !== undefined && !mayUse(project, caller, context)) return userProjectDenied(project);
  const given = project ?? caller.consumerProject;
  const consumer = projectOf(context.live, given)?.projectNumber ?? given;
  return isEnabled(context.live, consumer, api.name) ? undefined : serviceDisabled(api, consumer);
}

/** Keeps what reads may show later: what one service is asked may change what another one keeps. */
function rememberAll(world: World, now: number): void {
  for (const { state, olderReads } of services) {
    const most = olderReads === undefined ? 0 : world.weather[olderReads.most];
    if (state !== undefined && most > 0) remember(world, state.key, { now, most });
  }
}

/** The world as whoever asks this is shown it. */
function asRead(world: World, service: Service | undefined, { method, path }: Received, now: number): World {
  const { state, olderReads } = service ?? {};
  if (state === undefined || olderReads?.isOne(method, path) !== true) return world;
  return worldAsRead(world, state.key, { line: `${method} ${path}`, now, most: world.weather[olderReads.most] });
}

/** What the first route that fits answers: an unknown one is 501, a defect of a handler 500. */
export async function run(routes: readonly Route[], received: Received, context: Context): Promise<Reply> {
  const { method, path } = received;
  for (const route of routes) {
    const params = match(route.on, method, path);
    if (params === undefined) continue;
    try {
      return await route.handle({ ...received, params }, context);
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      process.stderr.write(`${method} ${path}: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
      return failure(500, 'INTERNAL', 'The simulator has a defect; see its standard error.');
    }
  }
  return failure(501, 'UNIMPLEMENTED', `This simulator has no ${method} ${path}.`);
}

function failure(code: number, status: string, message: string): Reply {
  return { status: code, body: { error: { code, status, message } } };
}

/** From a request to the service that it is for, and its route. */
import { contextOf } from './context.ts';
import { Refusal } from './engine/route.ts';
import type { Context, Reply, Request, Route } from './engine/route.ts';
import { match } from './engine/router.ts';
import type { Service } from './engine/service.ts';
import type { World } from './engine/world.ts';
import { findCaller } from './identity/callers.ts';
import { services } from './registry.ts';
import { isEnabled, serviceDisabled } from './serviceusage/disabled.ts';

/** A request as the adapter hands it on: which route's it is, is not known yet. */
export type Received = Omit<Request, 'params'> & { readonly origin: string };

/** The service that a request is for: the one that has its route, or else the one whose path it is. */
export function serviceOf({ method, path }: Pick<Received, 'method' | 'path'>): Service | undefined {
  return (
    services.find(({ routes }) => routes.some(({ on }) => match(on, method, path) !== undefined)) ??
    services.find(({ owns }) => owns?.(path) === true)
  );
}

/** What the service answers. */
export async function dispatch(received: Received, world: World, onNeed?: Context['onNeed']): Promise<Reply> {
  const { origin, headers } = received;
  const service = serviceOf(received);
  const asking = { world, origin, service, caller: undefined, ...(onNeed === undefined ? {} : { onNeed }) };
  const caller = await findCaller(headers['authorization'], contextOf(asking));
  const required = service?.apis?.find(({ name }) => name === service.requires);
  if (required !== undefined && caller !== undefined && !isEnabled(world, caller.consumerProject, required.name))
    return serviceDisabled(required, caller.consumerProject).reply;
  return run(service?.routes ?? [], received, contextOf({ ...asking, caller }));
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

/** What handlers may use besides the request: the same for all, whichever service they belong to. */
import { googleEnvelope } from './engine/envelope.ts';
import type { Caller, Context } from './engine/route.ts';
import { permissionsOf } from './engine/service.ts';
import type { Service } from './engine/service.ts';
import type { World } from './engine/world.ts';
import { services } from './registry.ts';

const apis = services.flatMap((service) => service.apis ?? []);
const permissions = permissionsOf(services);

/** Where and by whom something is asked. */
export interface Asking {
  readonly world: World;
  /** As this answer shows it; the world as it is, if nothing is said. */
  readonly shown?: World;
  readonly origin: string;
  readonly caller: Caller | undefined;
  /** In whose words it is said that there is no caller. */
  readonly service: Service | undefined;
  readonly onNeed?: Context['onNeed'];
  readonly send: Context['send'];
}

export function contextOf({ world, shown = world, origin, caller, service, onNeed, send }: Asking): Context {
  const context: Context = {
    world: shown,
    live: world,
    service: service?.name ?? '',
    now: Date.now(),
    origin,
    apis,
    permissions,
    send,
    ...(onNeed === undefined ? {} : { onNeed }),
    caller: () => {
      if (caller !== undefined) return caller;
      throw (service?.envelope ?? googleEnvelope).unauthenticated();
    },
    announce: (event) => {
      for (const { onAccount } of services) onAccount?.(event, context);
    },
  };
  return context;
}

import type { Contract } from '../../simulator/engine/route.ts';
import { match } from '../../simulator/engine/router.ts';
import { services } from '../../simulator/registry.ts';

/** One exchange on the wire. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly request: unknown;
  readonly status: number;
  readonly reply: unknown;
}

/**
 * Everything about an exchange that does not fit Google's own description of the API; [] = it fits. The documents and the
 * judge are the simulator's: it refuses by them, and this looks at what really went over the wire.
 */
export function misfits(exchange: Exchange): string[] {
  const { pathname, searchParams: query } = new URL(exchange.url, 'http://localhost');
  const contract = contractOf(exchange.method, pathname);
  if (contract === undefined) return [`${exchange.method} ${pathname}: no API has this method`];
  const { request } = exchange;
  const body = typeof request === 'string' ? Object.fromEntries(new URLSearchParams(request)) : request;
  const found = contract.misfitsOfRequest({ query, body });
  if (exchange.status === 200) found.push(...contract.misfitsOfReply(exchange.reply));
  return found.map((misfit) => `${contract.id}: ${misfit}`);
}

function contractOf(method: string, pathname: string): Contract | undefined {
  const routes = services.flatMap((service) => service.routes);
  return routes.find(({ on, contract }) => contract !== undefined && match(on, method, pathname) !== undefined)
    ?.contract;
}

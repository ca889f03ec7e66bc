import { createServer, request as send } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isWrite } from './simulation.ts';
import type { Exchange } from '../__tests__/contract/discovery.ts';

/** Stands between the action and the simulator, and counts. */
export interface Proxy {
  /** The simulator's environment, pointing here. */
  readonly env: Readonly<Record<string, string>>;
  /** How many requests have passed since the last `arm`. */
  readonly count: () => number;
  /** `METHOD path` of the request that was withheld. */
  readonly withheld: () => string | undefined;
  /** The reply to the request with this number, from 1, never arrives: `onWithheld` is called instead. */
  arm(number: number, onWithheld: () => void): void;
  /** How many requests came before the first that wrote something, since the last `arm`: to kill after any of them is the same. */
  readonly readsFirst: () => number;
  /** What passed, with bodies, since the proxy was started. */
  readonly exchanges: Exchange[];
  stop(): Promise<void>;
}

/** @param url - of the simulator; @param env - that it printed; @param before - done before each request (`METHOD path`) is passed on */
export async function startProxy(
  url: string,
  env: Readonly<Record<string, string>>,
  before: (request: string) => Promise<void> = () => Promise.resolve(),
): Promise<Proxy> {
  const exchanges: Exchange[] = [];
  let count = 0;
  let firstWrite: number | undefined;
  let target = 0;
  let withheld: string | undefined;
  let act: () => void = () => undefined;
  const pass: RequestListener = (incoming, outgoing) => {
    count += 1;
    const path = decodeURIComponent(new URL(incoming.url ?? '', url).pathname);
    if (isWrite({ method: incoming.method ?? '', path })) firstWrite ??= count;
    const isWithheld = count === target;
    if (isWithheld) withheld = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    const headers = { ...incoming.headers, host: new URL(url).host };
    const onward = send(url + (incoming.url ?? ''), { method: incoming.method, headers }, (reply) => {
      if (isWithheld) {
        reply.resume().on('end', () => {
          act();
          incoming.socket.destroy();
        });
        return;
      }
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      const told: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => told.push(chunk));
      reply.on('end', () => {
        const [request, body] = [parse(asked), parse(told)];
        exchanges.push({
          method: incoming.method ?? '',
          url: incoming.url ?? '',
          request,
          status: reply.statusCode ?? 0,
          reply: body,
        });
      });
      reply.pipe(outgoing);
    });
    const asked: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => asked.push(chunk));
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  };
  const server = createServer((incoming, outgoing) => {
    void before(`${incoming.method ?? ''} ${decodeURIComponent(incoming.url ?? '')}`).then(() => {
      pass(incoming, outgoing);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll(url, own)])),
    exchanges,
    count: () => count,
    readsFirst: () => (firstWrite ?? count + 1) - 1,
    withheld: () => withheld,
    arm: (number, onWithheld) => {
      [count, target, act, withheld, firstWrite] = [0, number, onWithheld, undefined, undefined];
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parse(chunks: readonly Buffer[]): unknown {
  const text = Buffer.concat(chunks).toString();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text; // A form, or a page: its shape is not described.
  }
}

/** The one adapter: HTTP in, an exchange, HTTP out. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { controlRoutes } from './control.ts';
import type { Controls } from './control.ts';
import type { Reply } from './engine/route.ts';
import { exchange } from './exchange.ts';
import type { Incoming } from './exchange.ts';

/** An answer that is yet to be sent. */
export interface Answered {
  readonly status: number;
  readonly send: (outgoing: ServerResponse) => void;
}

/** Answers a request as the world is; undefined = the connection breaks. */
export function answerWith(controls: Controls): (received: Incoming) => Promise<Answered | undefined> {
  const control = controlRoutes(controls);
  return async (received) => {
    const reply = await exchange(received, controls, control);
    return reply && { status: reply.status, send: (outgoing) => send(outgoing, reply) };
  };
}

/** Serves a world until it is closed. */
export function serve(controls: Controls): Server {
  const answer = answerWith(controls);
  const server = createServer((incoming, outgoing) => {
    void receive(incoming)
      .then(answer)
      .then(
        (answered) => {
          if (answered === undefined) incoming.socket.destroy();
          else answered.send(outgoing);
        },
        () => incoming.socket.destroy(),
      );
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

/** All of a request. @throws when whoever began to ask has gone */
export async function receive(incoming: IncomingMessage): Promise<Incoming> {
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const raw = await text(incoming);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    origin: url.origin,
    headers,
    raw,
    body: parseBody(raw, headers['content-type']),
  };
}

function send(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain' : 'application/json; charset=UTF-8';
  // By the clock that all else here goes by.
  outgoing.writeHead(status, { 'content-type': type, date: new Date().toUTCString(), ...headers });
  outgoing.end(body === undefined || status === 204 ? undefined : isText ? body : JSON.stringify(body));
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

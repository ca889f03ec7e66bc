/** Stands between the action and the simulator, and changes what is answered. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer on its way back. */
export interface Answered {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  /** What was sent, parsed if it is JSON. */
  readonly sent: unknown;
  readonly status: number;
  /** Parsed, if it is JSON. */
  readonly body: unknown;
}

/** What is answered instead; undefined = what the simulator said. */
export type Rewrite = (answered: Answered) => Pick<Answered, 'status' | 'body'> | undefined;

export interface RewritingProxy {
  /** The simulator's environment, pointing here. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on. */
  rewrite: Rewrite;
  readonly stop: () => Promise<void>;
}

/** @param url - of the simulator; @param env - that it printed */
export async function startRewriting(url: string, env: Readonly<Record<string, string>>): Promise<RewritingProxy> {
  const proxy = { rewrite: (() => undefined) as Rewrite };
  const server = createServer((incoming, outgoing) => {
    void pass(url, incoming, (answered) => proxy.rewrite(answered)).then(({ status, text, type }) => {
      outgoing.writeHead(status, { 'content-type': type }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return Object.assign(proxy, {
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll(url, own)])),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

async function pass(
  url: string,
  incoming: IncomingMessage,
  rewrite: Rewrite,
): Promise<{ readonly status: number; readonly text: string; readonly type: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = 'GET', url: path = '', headers } = incoming;
  const sent = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && /^(?:authorization|content-type|if-match|accept|x-goog-.*)$/.test(name)
      ? [[name, value]]
      : [],
  );
  const body = Buffer.concat(chunks);
  const reply = await fetch(url + path, {
    method,
    headers: Object.fromEntries(sent) as Record<string, string>,
    ...(body.length > 0 && { body }),
  });
  const text = await reply.text();
  const type = reply.headers.get('content-type') ?? 'application/json';
  const answered = { method, path: decodeURIComponent(path.replace(/\?.*$/, '')), status: reply.status };
  const told = rewrite({ ...answered, sent: parse(body.toString()), body: parse(text) });
  return told === undefined
    ? { status: reply.status, text, type }
    : { status: told.status, text: JSON.stringify(told.body), type: 'application/json' };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same, with every text in it changed. @param key - under which the text stands */
export function mapTexts(value: unknown, change: (text: string, key: string) => string, key = ''): unknown {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapTexts(one, change, name)]));
}

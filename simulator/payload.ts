/** Reads and writes what HTTP carries. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isForm } from './journal.ts';
import { google } from './refusal.ts';
import type { Reply, Request } from './route.ts';

/** A request before its route is known, with its body as it was sent. */
export interface Received {
  readonly request: Omit<Request, 'params'>;
  readonly raw: string;
  /** Of the path, decoded one by one: one may hold a slash. */
  readonly segments: readonly string[];
  /** Thrown once the request is in the journal. */
  readonly fault?: Error;
}

export async function receive(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks).toString('utf8');
  const [rawPath = '/', ...rawQuery] = (incoming.url ?? '/').split('?');
  const segments = rawPath.split('/').slice(1).map(decode);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const query = new URLSearchParams(rawQuery.join('?'));
  const bare = { method: incoming.method ?? 'GET', path: `/${segments.join('/')}`, query, headers };
  try {
    return { request: { ...bare, body: parse(raw, headers['content-type']) }, raw, segments };
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error));
    return { request: { ...bare, body: raw }, raw, segments, fault };
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // Not percent-encoding: taken as it is, and found nowhere.
  }
}

function parse(raw: string, contentType: string | undefined): unknown {
  if (raw === '') return undefined;
  if (isForm(contentType)) return Object.fromEntries(new URLSearchParams(raw));
  if (contentType !== undefined && !contentType.includes('json')) return raw;
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    throw google(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received. Unable to parse.', { errors: true });
  }
}

/** Sends JSON, or text as it is. */
export function send(response: ServerResponse, reply: Reply): void {
  const { status, body, headers = {} } = reply;
  const isText = typeof body === 'string';
  const content = body === undefined ? '' : isText ? body : JSON.stringify(body, null, 2);
  const type: Record<string, string> =
    content === '' || isText ? {} : { 'content-type': 'application/json; charset=UTF-8' };
  const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(content)) };
  response.writeHead(status, { ...type, ...length, ...headers });
  response.end(status === 204 ? undefined : content);
}

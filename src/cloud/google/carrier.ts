import { request as requestPlainly } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import { LARGEST_ANSWER } from '../limits.ts';

/**
 * `fetch` as far as documents need it: one request over Node's own sockets, which stay open for the next; one answer, held in
 * memory. What Google's HTTP client takes otherwise makes a chain of streams of each answer, which was a fourth of all that a
 * run over hundreds of targets computed. No redirect is followed, nothing is repeated, and an answer longer than any document
 * is cut off.
 */
export async function carry(url: string | URL | Request, sent: RequestInit = {}): Promise<Response> {
  const address = url instanceof URL ? url : new URL(url instanceof Request ? url.url : url);
  const { incoming, body } = await exchange(address, sent);
  return answer(await unpacked(incoming, body), incoming);
}

/** An answer whose body is there already: as much of a `Response` as Google's HTTP client looks at. */
function answer(body: Buffer, { statusCode: status = 0, statusMessage = '', rawHeaders }: IncomingMessage): Response {
  const text = (): Promise<string> => Promise.resolve(decoded(body));
  const read = {
    ...{ status, statusText: statusMessage, ok: status >= 200 && status < 300, bodyUsed: true },
    headers: headersIn(rawHeaders),
    ...{ text, blob: () => Promise.resolve(new Blob([new Uint8Array(body)])) },
  };
  return read as Partial<Response> as Response;
}

/** Without a byte order mark. */
function decoded(body: Buffer): string {
  const text = body.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function headersIn(rawHeaders: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  return headers;
}

interface Exchanged {
  readonly incoming: IncomingMessage;
  /** As it came. */
  readonly body: Buffer;
}

function exchange(url: URL, sent: RequestInit): Promise<Exchanged> {
  const { signal } = sent;
  return new Promise((resolve, reject) => {
    const body = bodyOf(sent);
    const send = url.protocol === 'https:' ? requestOverTls : requestPlainly;
    const abort = (): void => void outgoing.destroy(signal?.reason as Error);
    const fail = (error: Error): void => {
      signal?.removeEventListener('abort', abort);
      reject(error);
    };
    let isAnswered = false;
    const outgoing = send(url, optionsOf(sent, body), (incoming) => {
      isAnswered = true;
      const pieces: Buffer[] = [];
      let length = 0;
      incoming.on('data', (piece: Buffer) => {
        length += piece.length;
        pieces.push(piece);
        if (length > LARGEST_ANSWER) incoming.destroy(tooLong());
      });
      incoming.on('error', fail);
      incoming.on('end', () => {
        signal?.removeEventListener('abort', abort);
        resolve({ incoming, body: Buffer.concat(pieces, length) });
      });
    });
    outgoing.on('error', fail);
    outgoing.on('close', () => {
      if (!isAnswered) fail(closed()); // Says nothing new where there was an error.
    });
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    outgoing.end(body);
  });
}

/** Of somebody who closes the connection in an orderly way instead of answering, or who asks for another protocol. */
function closed(): Error {
  return Object.assign(new Error('the connection was closed without an answer'), { code: 'ECONNRESET' });
}

/** What Google's HTTP client adds to the options of `fetch`: an agent where a proxy is to be asked. */
type Carried = RequestInit & Pick<RequestOptions, 'agent'>;

function optionsOf(sent: Carried, body: string | undefined): RequestOptions {
  const { method = 'GET', agent } = sent;
  const headers = {
    accept: '*/*',
    ...(sent.body instanceof URLSearchParams ? { 'content-type': FORM } : {}),
    ...Object.fromEntries(sent.headers instanceof Headers ? sent.headers : new Headers(sent.headers)),
    'accept-encoding': 'gzip',
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
  };
  return agent === undefined ? { method, headers } : { method, headers, agent };
}

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';

function bodyOf({ body }: RequestInit): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only text can be sent');
}

const unzip = promisify(gunzip);

async function unpacked({ headers }: IncomingMessage, body: Buffer): Promise<Buffer> {
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (encoding === 'identity' || body.length === 0) return body;
  if (encoding !== 'gzip') throw new UnreadableAnswer(`it is encoded as ${encoding}, which nobody asked for`);
  try {
    return await unzip(body, { maxOutputLength: LARGEST_ANSWER });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ERR_BUFFER_TOO_LARGE' ? tooLong() : new UnreadableAnswer('its compression is broken');
  }
}

function tooLong(): UnreadableAnswer {
  return new UnreadableAnswer(`it is longer than ${String(LARGEST_ANSWER)} bytes`);
}

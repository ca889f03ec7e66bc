import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LARGEST_ANSWER } from '../../src/cloud/limits.ts';
import { makeWire } from '../../src/cloud/google/wire.ts';
import { ApiError } from '../../src/errors/api-error.ts';
import { fromGoogle } from '../../src/errors/from-google.ts';
import { isNetworkFailure, whyUnanswered } from '../../src/errors/thrown.ts';

/** What carries every request to Google and Segment, over real connections. */

let server: Server;
let url = '';
let answer: RequestListener = () => undefined;
let seen: { readonly request: IncomingMessage; readonly body: string; readonly socket: Socket }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      seen.push({ request, body, socket: request.socket });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
beforeEach(() => {
  seen = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const DOCUMENT = { name: 'Zoë', list: [1, 2] };
const { transporter } = makeWire(300);
const get = async (): Promise<unknown> => (await transporter.request<unknown>({ url: `${url}/a?b=c` })).data;
const thrownBy = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('what is sent', () => {
  const echo: RequestListener = (_request, response) => response.writeHead(200, JSON_TYPE).end('{}');

  test.each([
    ['nothing', {}, { body: '', 'content-type': undefined }],
    ['an object', { data: { name: 'Zoë' } }, { body: '{"name":"Zoë"}', 'content-type': 'application/json' }],
    [
      'a form',
      { data: new URLSearchParams({ a: 'ü &' }) },
      { body: 'a=%C3%BC+%26', 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    ],
  ])('%s → arrives whole', async (_name, more, { body, 'content-type': type }) => {
    answer = echo;
    const method = 'data' in more ? ('POST' as const) : ('GET' as const);
    await transporter.request({ url, method, params: { 'a b': 'c/d' }, headers: { 'X-Own': 'yes' }, ...more });
    const [one] = seen;
    expect(one?.body).toBe(body);
    expect(one?.request).toMatchObject({ method, url: '/?a+b=c%2Fd' });
    expect(one?.request.headers).toMatchObject({ 'x-own': 'yes', 'accept-encoding': 'gzip' });
    expect(one?.request.headers['content-type']).toBe(type);
    expect(one?.request.headers['transfer-encoding']).toBeUndefined();
  });

  test('two requests after one another → one connection', async () => {
    answer = echo;
    await get();
    await get();
    expect(new Set(seen.map(({ socket }) => socket)).size).toBe(1);
  });
});

describe('what comes', () => {
  const text = JSON.stringify(DOCUMENT);

  test.each([
    ['plain', {}, Buffer.from(text)],
    ['in gzip', { 'content-encoding': 'gzip' }, gzipSync(text)],
    ['with a byte order mark', {}, Buffer.from(`\uFEFF${text}`)],
  ])('a document, %s → the document', async (_name, headers, body) => {
    answer = (_request, response) => response.writeHead(200, { ...JSON_TYPE, ...headers }).end(body);
    expect(await get()).toEqual(DOCUMENT);
  });

  test('a document in pieces that cut a letter → the document', async () => {
    const bytes = Buffer.from(text);
    const cut = bytes.indexOf('ë') + 1;
    answer = (_request, response) => {
      response.writeHead(200, JSON_TYPE).write(bytes.subarray(0, cut));
      setTimeout(() => response.end(bytes.subarray(cut)), 20);
    };
    expect(await get()).toEqual(DOCUMENT);
  });

  test('a refusal → its code, its words and its headers', async () => {
    answer = (_request, response) =>
      response
        .writeHead(429, { ...JSON_TYPE, 'retry-after': '7', 'x-request-id': 'r-1' })
        .end('{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"slow down"}}');
    const error = fromGoogle({ call: 'look', service: 'iam' }, await thrownBy(get()));
    expect(error).toMatchObject({
      ...{ code: 429, status: 'RESOURCE_EXHAUSTED', words: 'slow down', requestId: 'r-1', retryAfter: 7_000 },
    });
    expect(seen).toHaveLength(1);
  });

  test('a redirect → not followed', async () => {
    answer = (_request, response) => response.writeHead(302, { location: `${url}/elsewhere` }).end();
    const error = fromGoogle({ call: 'look', service: 'iam' }, await thrownBy(get()));
    expect(error).toBeInstanceOf(ApiError);
    expect(seen).toHaveLength(1);
  });
});

describe('no answer, or none that can be used', () => {
  const bomb = gzipSync(Buffer.alloc(LARGEST_ANSWER + 1));

  test.each<[string, RequestListener, ReturnType<typeof whyUnanswered>]>([
    ['silence', () => undefined, 'time-limit'],
    ['silence in the middle', (_request, response) => void response.writeHead(200, JSON_TYPE).write('{'), 'time-limit'],
    ['a connection cut before the answer', (request) => request.socket.destroy(), undefined],
    [
      'a connection cut in the middle',
      (request, response) => {
        response.writeHead(200, { ...JSON_TYPE, 'content-length': '100' }).write('{');
        setTimeout(() => request.socket.destroy(), 20);
      },
      undefined,
    ],
    [
      'another protocol',
      (request) =>
        request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
      undefined,
    ],
    [
      'too much',
      (_request, response) => response.writeHead(200, JSON_TYPE).end(Buffer.alloc(LARGEST_ANSWER + 1)),
      'unreadable',
    ],
    [
      'too much, in gzip',
      (_request, response) => response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(bomb),
      'unreadable',
    ],
    [
      'gzip that was cut',
      (_request, response) =>
        response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(gzipSync('{}').subarray(0, 15)),
      'unreadable',
    ],
    [
      'a coding that nobody asked for',
      (_request, response) =>
        response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'br' }).end(brotliCompressSync('{}')),
      'unreadable',
    ],
  ])('%s → a failure of the network, and why', async (_name, listener, why) => {
    answer = listener;
    const patient = makeWire(why === 'time-limit' ? 300 : 5_000).transporter;
    const thrown = await thrownBy(patient.request({ url }));
    expect({ isNetwork: isNetworkFailure(thrown), why: whyUnanswered(thrown) }).toEqual({ isNetwork: true, why });
    expect(seen).toHaveLength(1);
  });

  test('nobody listens → a failure of the network', async () => {
    const thrown = await thrownBy(transporter.request({ url: 'http://127.0.0.1:9/' }));
    expect(isNetworkFailure(thrown)).toBe(true);
  });
});

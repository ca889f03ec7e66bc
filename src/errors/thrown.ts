import { UnreadableAnswer } from './unreadable.ts';
import type { Unanswered } from './api-error.ts';

/** Reading what a library threw, without trusting its shape: of whatever type it is, a part that is not there is undefined. */

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The HTTP status of an answer, wherever the library keeps it. */
export function httpCode(thrown: unknown): number | undefined {
  const error = record(thrown);
  const response = record(error['response']);
  const candidates = [response['status'], response['statusCode'], error['status'], error['statusCode'], error['code']];
  return candidates.find((value): value is number => typeof value === 'number' && value >= 100 && value < 600);
}

/** The parsed body of an answer; {} where there is none, or one that is no JSON, such as the HTML page of a proxy. */
export function bodyOf(thrown: unknown): Record<string, unknown> {
  const response = record(record(thrown)['response']);
  const bodies = [response['data'], response['body']].map(parsed);
  return bodies.find((body) => Object.keys(body).length > 0) ?? {};
}

function parsed(value: unknown): Record<string, unknown> {
  if (typeof value !== 'string') return record(Array.isArray(value) ? (value as unknown[])[0] : value);
  try {
    return record(JSON.parse(value));
  } catch {
    return {};
  }
}

/** A header of an answer. Every library has a class of its own for them, so whatever has a `get` will do. */
export function header(thrown: unknown, name: string): string | undefined {
  const headers = record(record(record(thrown)['response'])['headers']);
  const { get } = headers;
  const found: unknown = typeof get === 'function' ? get.call(headers, name) : headers[name];
  return text(found);
}

const NETWORK =
  /^(?:E(?:CONN[A-Z]+|PIPE|TIMEDOUT|SOCKETTIMEDOUT|NOTFOUND|AI_[A-Z]+|HOST[A-Z]+|NET[A-Z]+|PROTO|ADDRNOTAVAIL)|UND_ERR_\w+|HPE_\w+|Z_\w+|ERR_(?:TLS|SSL|STREAM|HTTP2|SOCKET)_\w+|ERR_INVALID_PROTOCOL|TimeoutError|AbortError)$/;
const CERTIFICATE =
  /^(?:CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|ERR_TLS_CERT_\w+|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED)$/;
const BY_NAME = /^(?:AbortError|TimeoutError|FetchError)$/;
/** Google's HTTP client marks what it throws, whatever went wrong. */
const BY_GAXIOS = Symbol.for('gaxios-gaxios-error');

/** Whether a request was under way when this was thrown. */
export function isNetworkFailure(thrown: unknown): boolean {
  if (thrown instanceof UnreadableAnswer || BY_GAXIOS in record(thrown)) return true;
  if (codesIn(thrown).some((code) => NETWORK.test(code) || CERTIFICATE.test(code))) return true;
  return causes(thrown).some((error) => BY_NAME.test(text(error['name']) ?? ''));
}

/** Why no answer came, or none that can be used; undefined where the network just failed. */
export function whyUnanswered(thrown: unknown): Unanswered | undefined {
  const chain = causes(thrown);
  if (chain.some((error) => error instanceof UnreadableAnswer || error['type'] === 'max-size')) return 'unreadable';
  const codes = codesIn(thrown);
  if (codes.some((code) => CERTIFICATE.test(code))) return 'certificate';
  const isLate = codes.includes('TimeoutError') || chain.some(({ name }) => name === 'TimeoutError');
  if (isLate || codes.some((code) => /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/.test(code))) return 'time-limit';
  return chain.some(({ message }) => /statusCode=407\b|\b407 Proxy/i.test(text(message) ?? ''))
    ? 'proxy-password'
    : undefined;
}

/** What was thrown, and what that was caused by. */
function causes(thrown: unknown): Record<string, unknown>[] {
  const chain: Record<string, unknown>[] = [];
  for (
    let error = record(thrown);
    Object.keys(error).length > 0 || error instanceof Error;
    error = record(error['cause'])
  ) {
    if (chain.includes(error) || chain.length === DEEPEST_CAUSE) break;
    chain.push(error);
  }
  return chain;
}

const DEEPEST_CAUSE = 5;

function codesIn(thrown: unknown): string[] {
  return causes(thrown).flatMap((error) =>
    [error['code'], error['errno']].map(text).filter((code) => code !== undefined),
  );
}

/** Words for an answer without a body, or for none: never the body of a request, which may hold a secret. */
export function edgeWords(thrown: unknown, code: number | undefined): string {
  if (code !== undefined) return `the answer had no readable body (HTTP ${String(code)})`;
  if (whyUnanswered(thrown) === 'time-limit') return 'nothing came within the time limit of one request';
  const chain = causes(thrown);
  const words = chain.find((error) => error instanceof UnreadableAnswer)?.message;
  if (typeof words === 'string') return words;
  const message = thrown instanceof Error ? thrown.message : 'unknown failure';
  return [
    ...new Set(
      chain
        .slice(0, 2)
        .map((error) => text(error['code']))
        .filter((one) => one !== undefined),
    ),
    message,
  ].join(': ');
}

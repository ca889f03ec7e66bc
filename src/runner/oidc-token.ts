import { HttpClient } from '@actions/http-client';
import type { IncomingMessage } from 'node:http';
import { UnreadableAnswer } from '../errors/unreadable.ts';
import { REQUEST_LIMIT } from '../time.ts';

/** Where the runner hands out OIDC tokens, and what opens it. */
export interface OidcService {
  readonly url: string;
  /** Good for any token of this job. */
  readonly token: string;
}

/** A token has some 2,000 characters. */
const LONGEST_ANSWER = 100_000;

/**
 * Asks the runner for an OIDC token. By the toolkit's own client, so that proxies work as they do there; but without its
 * ten repeats, because whoever calls has a patience of its own, and without following redirects, because the token that
 * opens the service goes along.
 *
 * @throws Error with `statusCode`, where there was an answer
 */
export async function oidcToken({ url, token }: OidcService, audience: string): Promise<string> {
  const client = new HttpClient('segment-reverse-etl-bigquery', undefined, {
    allowRedirects: false,
    allowRetries: false,
    socketTimeout: REQUEST_LIMIT,
  });
  const address = `${url}${url.includes('?') ? '&' : '?'}audience=${encodeURIComponent(audience)}`;
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const { message } = await client.get(address, headers);
  const text = await read(message);
  const { statusCode = 0 } = message;
  if (statusCode < 200 || statusCode > 299) {
    throw Object.assign(new Error(`the answer was HTTP ${String(statusCode)}${wordsIn(text)}`), { statusCode });
  }
  return tokenIn(text);
}

/** To its end, if that comes in time. */
async function read(message: IncomingMessage): Promise<string> {
  const late = Object.assign(new Error('the answer did not end in time'), { name: 'TimeoutError' });
  const timer = setTimeout(() => message.destroy(late), REQUEST_LIMIT);
  try {
    let text = '';
    message.setEncoding('utf8');
    for await (const part of message) {
      text += String(part);
      if (text.length > LONGEST_ANSWER) throw new UnreadableAnswer('it is too long');
    }
    return text;
  } finally {
    clearTimeout(timer);
  }
}

function tokenIn(text: string): string {
  const { value } = parsed(text);
  if (typeof value === 'string' && value !== '') return value;
  throw new UnreadableAnswer('there is no token in it');
}

function wordsIn(text: string): string {
  const { message } = parsed(text);
  return typeof message === 'string' ? `: ${message}` : '';
}

function parsed(text: string): { readonly value?: unknown; readonly message?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { value?: unknown };
  } catch {
    return {}; // A page of whoever stands between.
  }
}

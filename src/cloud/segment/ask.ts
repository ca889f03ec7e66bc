import { fromSegment } from '../../errors/from-segment.ts';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import type { Secret } from '../../secret.ts';
import type { Clock } from '../../time.ts';
import { expectObject } from '../answer.ts';
import { makeCall } from '../call.ts';
import type { CallOptions, Telling } from '../call.ts';
import { makeWire } from '../google/wire.ts';
import { pagesOf } from '../pages.ts';

/** One request of the Public API. */
export interface Asking {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with a slash; what is filled in is encoded by `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Every call of models, mappings and syncs is alpha, all others are stable. */
  readonly version?: 'v1' | 'v1alpha';
}

/**
 * Asks Segment.
 *
 * @param expect - makes of `data` what was asked for, while the request counts as under way. @throws UnreadableAnswer
 */
export type AskSegment = <T>(
  options: Omit<CallOptions, 'service'> & { readonly onSend?: (() => void) | undefined },
  asking: Asking,
  expect: (data: Record<string, unknown>) => T,
) => Promise<T>;

/** Where Segment is, and as whom it is asked. */
export interface AskOptions extends Telling {
  readonly token: Secret;
  readonly baseUrl: string;
  readonly clock: Clock;
  /** How long to wait where Segment says that this token calls too often, in milliseconds. */
  readonly patience: number;
}

/** By the same wire as everything else: with time limits, without redirects, and with documents alone for answers. */
export function askSegment({ token, baseUrl, clock, patience, say, trace, gate }: AskOptions): AskSegment {
  const { transporter } = makeWire();
  const call = makeCall({ clock, toApiError: fromSegment, throttledFor: patience, say, trace, gate });
  return ({ onSend, ...options }, { method, path: at, query = {}, body, version = 'v1' }, expect) =>
    call({ ...options, service: 'segment' }, async () => {
      onSend?.();
      const type = `application/vnd.segment.${version}+json`;
      const { data } = await transporter.request<unknown>({
        method,
        url: `${baseUrl}${at}${queryOf(query)}`,
        headers: {
          authorization: `Bearer ${token.reveal()}`,
          accept: type,
          ...(body === undefined ? {} : { 'content-type': type }),
        },
        ...(body === undefined ? {} : { data: JSON.stringify(body) }),
        responseType: 'json',
      });
      return expect(envelope(data));
    });
}

/** A path of the API, with whatever is filled in encoded. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((all, part, index) => `${all}${encodeURIComponent(values[index - 1] ?? '')}${part}`);
}

function queryOf(query: Readonly<Record<string, string>>): string {
  const all = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return all.length === 0 ? '' : `?${all.join('&')}`;
}

/** What every success is wrapped in. @throws UnreadableAnswer */
function envelope(answer: unknown): Record<string, unknown> {
  const { data } = expectObject(answer);
  if (Object.prototype.toString.call(data) !== '[object Object]')
    throw new UnreadableAnswer('it is no answer of Segment: data is missing');
  return data as Record<string, unknown>;
}

/** As many as one page holds since the API exists. */
const PAGE = '200';

/** One list: how it is asked for, and under what name its items come. */
export interface Listing<T> {
  readonly call: string;
  readonly asking: Omit<Asking, 'method' | 'body'>;
  readonly part: string;
  readonly pick: (item: Record<string, unknown>) => T;
  /** How a page is asked for: `pagination[cursor]`, or, of syncs, `cursor` alone. */
  readonly spelling?: 'nested' | 'plain';
  readonly count?: string;
}

/** Page after page, each item reduced to what is picked of it. */
export function listOf<T>(ask: AskSegment, listing: Listing<T>): AsyncGenerator<readonly T[]> {
  const { asking, call, count = PAGE, part, pick, spelling = 'nested' } = listing;
  const named = (name: string): string => (spelling === 'plain' ? name : `pagination[${name}]`);
  return pagesOf((cursor, check) => {
    const page = { [named('count')]: count, ...(cursor === undefined ? {} : { [named('cursor')]: cursor }) };
    const query = { ...asking.query, ...page };
    return ask({ call, repeatable: true }, { ...asking, method: 'GET', query }, (data) => {
      const items = itemsIn(data, part).map(pick);
      const next = nextIn(data);
      check(next);
      return { items, next };
    });
  });
}

/** A list is always there, if empty: where it is not, nothing is known. @throws UnreadableAnswer */
function itemsIn(data: Record<string, unknown>, part: string): Record<string, unknown>[] {
  const list = data[part];
  if (!Array.isArray(list)) throw new UnreadableAnswer(`it is no list of Segment: ${part} is missing`);
  return list.map((item: unknown) => expectObject(item));
}

function nextIn({ pagination }: Record<string, unknown>): string | undefined {
  const next: unknown = ((pagination ?? {}) as Record<string, unknown>)['next'];
  return typeof next === 'string' && next !== '' ? next : undefined;
}

import { gaxios } from 'google-auth-library';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import { carry } from './carrier.ts';
import { LOOPBACK } from '../addresses.ts';
import { expectObject } from '../answer.ts';
import { REQUEST_LIMIT } from '../../time.ts';
import type { Gate } from '../gate.ts';

/**
 * What carries every request to Google, whichever library makes it. Each has its time, signing in included; none is
 * repeated here, because `call` alone decides that; no redirect is followed, because what follows would take tokens and
 * keys along; and whatever answers 200 without being a JSON document counts as no answer.
 */
export interface Wire {
  /** For Google's own clients. */
  readonly transporter: gaxios.Gaxios;
  /** How far this machine's clock is ahead of Google's, in milliseconds, as of the last answer; 0 before the first. */
  readonly clockAhead: () => number;
  /** What requests pass where many targets are worked on at once. */
  readonly gate?: Gate | undefined;
}

/** A `Date` header is as old as its answer's way, and tells whole seconds. */
const UNCERTAIN = 30_000;

/** @param limit - of one request, in milliseconds */
export function makeWire(limit = REQUEST_LIMIT): Wire {
  const transporter = new gaxios.Gaxios({
    timeout: limit,
    redirect: 'manual',
    fetchImplementation: carry,
    noProxy: [LOOPBACK],
  });
  let ahead = 0;
  transporter.interceptors.request.add({
    // Some libraries ask for repeats of their own, whatever the defaults say.
    resolved: (config) => {
      Reflect.deleteProperty(config, 'retryConfig');
      return Promise.resolve(Object.assign(config, { retry: false }));
    },
  });
  transporter.interceptors.response.add({
    resolved: (response) => {
      const date = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(date)) ahead = Date.now() - date;
      expectDocument(response);
      return Promise.resolve(response);
    },
  });
  return { transporter, clockAhead: () => (Math.abs(ahead) < UNCERTAIN ? 0 : ahead) };
}

/** What is deleted may be answered with nothing. */
function expectDocument({ status, data, config }: gaxios.GaxiosResponse<unknown>): void {
  const isEmpty = data === '' || data === undefined;
  if (isEmpty && (status === 204 || config.method === 'DELETE')) return;
  if (isEmpty) throw new UnreadableAnswer('it is empty');
  expectObject(data);
}

/**
 * Whose turn it is, where all that happens is in this process: one after the other, and whoever comes next only once the one
 * before has had its effect. So what is played again is the same, however busy the machine is: which of two answers arrives
 * first does not hang on it.
 */
import crypto from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pass } from './virtual-time.ts';

/** What waits for its turn: which it is among those that came while nothing else happened, its name says. */
export interface Turns {
  /** The next of those who ask: in the order in which they began. */
  readonly name: () => string;
  /** A request has arrived as a whole. */
  readonly request: (name: string) => Promise<void>;
  /** Somebody waits; once there is nothing else to do, the time passes for everybody. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** While it works, nobody else has a turn. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Until nothing moves but what waits for its turn. */
  readonly quiet: () => Promise<void>;
}

interface Waiting {
  readonly name: string;
  readonly go: () => void;
}

interface Sleeping {
  readonly until: number;
  readonly go: () => void;
}

/** How many times nothing must have moved: between an answer and the next request are a few promises and streams. */
const STILL = 6;

/** @param next - from 0 to 1, below 1: which of those that wait has its turn; without it, whoever came first */
export function takeTurns(next?: () => number): Turns {
  watch();
  const arrived: Waiting[] = [];
  const waiting: Waiting[] = [];
  const sleeping: Sleeping[] = [];
  let working = 0;
  let isTurning = false;
  const quiet = async (): Promise<void> => {
    for (let still = 0, known = moves; still < STILL; still += 1) {
      await turn();
      if (working > 0 || isMoving() || known !== moves) still = -1;
      known = moves;
    }
  };
  const step = (): void => {
    waiting.push(
      ...arrived.splice(0).sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0)),
    );
    const [chosen] = waiting.splice(next === undefined ? 0 : Math.floor(next() * waiting.length), 1);
    if (chosen !== undefined) return chosen.go();
    const until = Math.min(...sleeping.map((one) => one.until));
    const first = sleeping.findIndex((one) => one.until === until);
    pass(until - Date.now());
    for (const { go } of sleeping.splice(first, 1)) go();
  };
  const turnAround = async (): Promise<void> => {
    if (isTurning) return;
    isTurning = true;
    while (arrived.length + waiting.length + sleeping.length > 0) {
      await quiet();
      step();
    }
    isTurning = false;
  };
  const queue = (enter: (go: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      moves += 1;
      enter(resolve);
      void turnAround();
    });
  let names = 0;
  return {
    quiet,
    name: () => String((names += 1)).padStart(6, '0'),
    request: (name) => queue((go) => void arrived.push({ name, go })),
    sleep: (milliseconds) => queue((go) => void sleeping.push({ until: Date.now() + Math.max(0, milliseconds), go })),
    alone: async (work) => {
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
        moves += 1;
      }
    },
  };
}

/** What has begun and is not over yet in this process, whether or not anybody sees it from outside. */
const hosts = new Set<string>();
/** Requests by number: on their way to the world, there, or answered, and the answer on its way. */
const requests = new Map<number, 'going' | 'there' | 'answered'>();
/** What the machine computes beside the event loop, for as long as it likes. */
let jobs = 0;
let moves = 0;
let isWatching = false;

function isMoving(): boolean {
  if (jobs > 0 || [...requests.values()].some((where) => where !== 'there')) return true;
  return process.getActiveResourcesInfo().some((name) => FILES.has(name)); // Of what is loaded late.
}

const FILES = new Set(['FSReqCallback', 'FSReqPromise', 'CloseReq']);

const NUMBER = 'x-harness-number';

/** From now on requests to there are seen. @param host - with its port @returns ends that */
export function follow(host: string): () => void {
  hosts.add(host);
  return () => void hosts.delete(host);
}

/** The world has all of it: it waits now. */
export function hasArrived(incoming: IncomingMessage): void {
  move(incoming, 'there');
}

/** The answer goes out, or the connection breaks: whoever asked has yet to see it. */
export function isAnswered(incoming: IncomingMessage): void {
  move(incoming, 'answered');
}

function move({ headers }: IncomingMessage, where: 'there' | 'answered'): void {
  const number = Number(headers[NUMBER]);
  if (requests.has(number)) requests.set(number, where); // Else whoever asked has gone.
  moves += 1;
}

interface Fetched {
  readonly origin: string;
  readonly addHeader: (name: string, value: string) => void;
}

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  let count = 0;
  const begin = (host: string): number | undefined => {
    if (!hosts.has(host)) return undefined;
    requests.set((count += 1), 'going');
    return count;
  };
  const end = (number: number | undefined): void => {
    if (number !== undefined && requests.delete(number)) moves += 1;
  };
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { request: ClientRequest };
    const number = begin(String(request.getHeader('host')));
    if (number === undefined) return;
    request.setHeader(NUMBER, String(number));
    request.once('close', () => end(number));
  });
  const fetched = new WeakMap<object, number>();
  subscribe('undici:request:create', (message) => {
    const { request } = message as { request: Fetched };
    const number = begin(new URL(request.origin).host);
    if (number === undefined) return;
    request.addHeader(NUMBER, String(number));
    fetched.set(request, number);
  });
  for (const name of ['undici:request:trailers', 'undici:request:error'])
    subscribe(name, (message) => end(fetched.get((message as { request: object }).request)));
  seeJobs();
}

/** Whoever makes a pair of keys, or signs. */
function seeJobs(): void {
  const make = promisify(crypto.generateKeyPair) as Work;
  Object.assign(crypto.generateKeyPair, { [promisify.custom]: seen(make) });
  const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle) as Record<'importKey' | 'sign' | 'verify', Work>;
  for (const name of ['importKey', 'sign', 'verify'] as const) subtle[name] = seen(subtle[name]);
}

type Work = (this: unknown, ...given: unknown[]) => Promise<unknown>;

function seen(work: Work): Work {
  return async function (...given) {
    jobs += 1;
    try {
      return await work.apply(this, given);
    } finally {
      jobs -= 1;
      moves += 1;
    }
  };
}

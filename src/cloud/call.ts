import { RATE_LIMIT, isNotFound, isUnanswered } from '../errors/api-error.ts';
import type { ApiError, Asked } from '../errors/api-error.ts';
import { serviceName } from '../errors/services.ts';
import type { ServiceName } from '../errors/services.ts';
import type { Clock } from '../time.ts';
import type { Gate } from './gate.ts';

/** What a request needs to be sent with patience. */
export interface CallOptions extends Asked {
  /**
   * Whether sending it again after an unclear answer does no harm: reads, guarded writes, and creates of a chosen name
   * (whose second copy is told "already exists"). Never the creation of a key.
   */
  readonly repeatable: boolean;
  /** How often a request that was given all its time is sent again; once, unless it is long. */
  readonly afterTimeLimit?: number;
}

/** Sends a request; the same for every service, so that retrying is decided in one place. */
export type Call = <T>(options: CallOptions, send: () => Promise<T>) => Promise<T>;

/** Where a call tells how it goes, `say` for everybody, `trace` for debug logs, never a body; and the gate that it passes, if any. */
export interface Telling {
  readonly say: (line: string) => void;
  readonly trace: (line: string) => void;
  readonly gate?: Gate | undefined;
}

/** What one service brings along: its words for errors, and its sign-in. */
export interface CallSetup extends Telling {
  readonly clock: Clock;
  /** undefined = no request failed: what was thrown goes on as it is. */
  readonly toApiError: (asked: Asked, thrown: unknown) => ApiError | undefined;
  /** Makes the next request use a new token; called once per request, on 401. Without it a 401 is final. */
  readonly refresh?: () => Promise<void>;
  /** How long a request that is told to come back later is tried, in milliseconds, where that is longer than usual. */
  readonly throttledFor?: number;
}

const TOTAL = 90_000;
const WORTH_SAYING = 2_000;
const FIRST_WAIT = 400;
const LONGEST_WAIT = 10_000;
/** Whatever a service asks for, and however the dice fall: nobody is asked without a pause. */
const SHORTEST_WAIT = 250;
/** A page in the service's stead is rarely gone a moment later. */
const AFTER_UNREADABLE = 2;

/**
 * Retry asks three questions, in order: is the request repeatable, is the error transient, is there time left. Waits
 * grow twofold with full jitter; `Retry-After` and RetryInfo make them longer, unless they ask for more than the time left.
 */
export function makeCall(setup: CallSetup): Call {
  const { clock, toApiError, refresh, trace, gate } = setup;
  const silent = new Set<ServiceName>();
  const pass = gate?.pass ?? (<T>(send: () => Promise<T>) => send());
  return async (options, send) => {
    const { call, service } = options;
    const begun = clock.now();
    const failures: ApiError[] = [];
    let isRefreshed = false;
    for (;;) {
      const started = clock.now();
      try {
        const answer = await pass(send);
        trace(`${service}: ${call}: done in ${String(clock.now() - started)} ms`);
        silent.delete(service);
        return answer;
      } catch (thrown) {
        const error = toApiError(options, thrown);
        if (error === undefined) throw thrown;
        trace(`${service}: ${call}: ${String(error.code ?? error.reason ?? 'no answer')} ${error.status}`);
        if (error.code === 401 && refresh !== undefined && !isRefreshed) {
          isRefreshed = true; // A 401 is answered before anything is done, so even a create may be sent again.
          await refresh();
          continue;
        }
        failures.push(error);
        await waitOut(setup, options, { error, failures, begun, silent });
      }
    }
  };
}

/** What has gone wrong with one request so far, the last error included. */
interface Trouble {
  readonly error: ApiError;
  readonly failures: readonly ApiError[];
  /** When it was first sent. */
  readonly begun: number;
  /** Services that do not answer, of which that is said: many requests wait for the same one. */
  readonly silent: Set<ServiceName>;
}

/** Waits until it may be sent again. @throws ApiError where it may not */
async function waitOut(setup: CallSetup, options: CallOptions, trouble: Trouble): Promise<void> {
  const { error, failures, begun } = trouble;
  const { clock, gate, say, throttledFor = 0 } = setup;
  const wait = pauseBefore(failures.length - 1, error);
  if (gate !== undefined && isThrottled(error)) {
    if (!gate.slowDown(wait)) throw error;
    return; // The gate waits, for all.
  }
  const within = timeFor(error, throttledFor);
  if (!mayRepeat(options, error, failures) || !(clock.now() + wait <= begun + within)) throw error;
  const line = whatIsAmiss(options, trouble, wait);
  if (line !== undefined) say(line);
  await clock.sleep(wait);
}

/** Who watches learns why it takes long: of an answer with each request, of silence once, because it is the same for all. */
function whatIsAmiss({ call, service }: CallOptions, { error, silent }: Trouble, wait: number): string | undefined {
  if (error.code !== undefined)
    return wait > WORTH_SAYING ? `Could not ${call} yet (${error.words}); trying again …` : undefined;
  if (silent.has(service)) return undefined;
  silent.add(service);
  return `${serviceName(service)} does not answer (${error.words}); trying again for ${String(TOTAL / 1_000)} seconds …`;
}

/** A service that says when to come back is waited for as long as the run may wait. */
function timeFor(error: ApiError, throttledFor: number): number {
  return isThrottled(error) ? Math.max(TOTAL, throttledFor) : TOTAL;
}

function pauseBefore(attempt: number, { retryAfter = 0 }: ApiError): number {
  const backOff = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
  return Math.max(SHORTEST_WAIT, backOff, retryAfter);
}

/** @param failures - of this very request, the last one included */
function mayRepeat(options: CallOptions, error: ApiError, failures: readonly ApiError[]): boolean {
  if (isThrottled(error)) return true; // A clear "not now": nothing was done, so nothing is sent twice.
  if (!options.repeatable || !isTransient(error)) return false;
  const { afterTimeLimit = 1 } = options;
  const tooLong = failures.filter((one) => isUnanswered(one, 'time-limit'));
  const unreadable = failures.filter((one) => isUnanswered(one, 'unreadable'));
  return tooLong.length <= afterTimeLimit && unreadable.length <= AFTER_UNREADABLE;
}

function isThrottled(error: ApiError): boolean {
  if (error.code === 429) return true;
  return (
    error.code === 403 &&
    (error.reason === RATE_LIMIT || /exceeded rate limits|per minute|secondary rate limit/i.test(error.words))
  );
}

function isTransient(error: ApiError): boolean {
  if (error.code !== undefined) return [500, 502, 503, 504].includes(error.code);
  // A certificate or a password that does not count now will not count in a minute.
  return !isUnanswered(error, 'certificate') && !isUnanswered(error, 'proxy-password');
}

/** undefined where the service says that the thing is not there; for a deletion: somebody was quicker. */
export async function orAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

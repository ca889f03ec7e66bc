import { isNotFound } from '../errors/api-error.ts';
import type { ApiError, Asked } from '../errors/api-error.ts';
import type { Clock } from '../time.ts';

/** What a request needs to be sent with patience. */
export interface CallOptions extends Asked {
  /**
   * Whether sending it again after an unclear answer does no harm: reads, guarded writes, and creates of a chosen name
   * (whose second copy is told "already exists"). Never the creation of a key.
   */
  readonly repeatable: boolean;
}

/** Sends a request; the same for every service, so that retrying is decided in one place. */
export type Call = <T>(options: CallOptions, send: () => Promise<T>) => Promise<T>;

/** Where a call tells how it goes: `say` for everybody, `trace` for debug logs. Never a body. */
export interface Telling {
  readonly say: (line: string) => void;
  readonly trace: (line: string) => void;
}

/** What one service brings along: its words for errors, and its sign-in. */
export interface CallSetup extends Telling {
  readonly clock: Clock;
  /** undefined = no request failed: what was thrown goes on as it is. */
  readonly toApiError: (asked: Asked, thrown: unknown) => ApiError | undefined;
  /** Makes the next request use a new token; called once per request, on 401. Without it a 401 is final. */
  readonly refresh?: () => Promise<void>;
}

const TOTAL = 90_000;
const WORTH_SAYING = 2_000;
const FIRST_WAIT = 400;
const LONGEST_WAIT = 10_000;

/**
 * Retry asks three questions, in order: is the request repeatable, is the error transient, is there time left. Waits
 * grow twofold with full jitter; `Retry-After` and RetryInfo are obeyed unless they ask for more than the time left.
 */
export function makeCall({ clock, toApiError, refresh, say, trace }: CallSetup): Call {
  return async (options, send) => {
    const { call, service } = options;
    const end = clock.now() + TOTAL;
    let isRefreshed = false;
    for (let attempt = 0; ; attempt += 1) {
      const started = clock.now();
      try {
        const answer = await send();
        trace(`${service}: ${call}: done in ${String(clock.now() - started)} ms`);
        return answer;
      } catch (thrown) {
        const error = toApiError(options, thrown);
        if (error === undefined) throw thrown;
        trace(`${service}: ${call}: ${String(error.code ?? 'no answer')} ${error.status}`);
        if (error.code === 401 && refresh !== undefined && !isRefreshed) {
          isRefreshed = true; // A 401 is answered before anything is done, so even a create may be sent again.
          await refresh();
          continue;
        }
        const wait = error.retryAfter ?? Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
        if (!mayRepeat(options, error) || clock.now() + wait > end) throw error;
        if (wait > WORTH_SAYING) say(`Could not ${call} yet (${error.words}); trying again …`);
        await clock.sleep(wait);
      }
    }
  };
}

function mayRepeat(options: CallOptions, error: ApiError): boolean {
  if (isThrottled(error)) return true; // A clear "not now": nothing was done, so nothing is sent twice.
  return options.repeatable && isTransient(error);
}

function isThrottled(error: ApiError): boolean {
  if (error.code === 429) return true;
  return (
    error.code === 403 &&
    (error.reason === 'rateLimitExceeded' || /exceeded rate limits|per minute|secondary rate limit/i.test(error.words))
  );
}

function isTransient(error: ApiError): boolean {
  return error.code === undefined || [500, 502, 503, 504].includes(error.code);
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

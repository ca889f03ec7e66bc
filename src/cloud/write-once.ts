import { ApiError, isUnclear } from '../errors/api-error.ts';
import { poll } from '../time.ts';
import type { Clock } from '../time.ts';

/** Whether a request with a lost answer took effect: `doubt` where nobody can tell whose effect it is. */
export type Landed<T> = { readonly value: T } | 'no' | 'doubt';

/** A request that must take effect once, and how to see whether it has. */
export interface WriteOnce<T> {
  readonly clock: Clock;
  /** How long to try, in milliseconds. */
  readonly within: number;
  /** One request, which nothing below repeats after an unclear answer. */
  readonly send: () => Promise<T>;
  readonly landed: () => Promise<Landed<T>>;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;

/**
 * Writes once, however many answers are lost: after each lost one, what is there decides whether to send again. What was
 * written may show a little late, so it is looked for twice, before and after the pause.
 *
 * @throws ApiError of the last lost answer, when time is up or whose effect it is stays in doubt
 */
export async function writeOnce<T>({ clock, within, send, landed }: WriteOnce<T>): Promise<T> {
  let lost: ApiError | undefined;
  const look = async (error: ApiError): Promise<{ readonly value: T } | undefined> => {
    const found = await landed();
    if (found === 'doubt') throw error;
    return found === 'no' ? undefined : found;
  };
  const written = await poll({ clock, within, first: FIRST_WAIT, most: LONGEST_WAIT }, async () => {
    const late = lost && (await look(lost));
    if (late !== undefined) return late;
    try {
      return { value: await send() };
    } catch (error) {
      if (!(error instanceof ApiError) || !isUnclear(error)) throw error;
      lost = error;
    }
    return look(lost);
  });
  if (written === undefined) throw lost ?? new Error('nothing was sent');
  return written.value;
}

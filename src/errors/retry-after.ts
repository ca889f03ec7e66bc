/** How long a service asks to be left alone. Pure. Nothing that is no finite time from now on is a wish. */

/** A pause in milliseconds; undefined where none is asked for, or where it cannot be read. */
export type Pause = number | undefined;

/** `Retry-After`: seconds or a date, and where several of it were joined, the first. */
export function retryAfterHeader(value: string | undefined, now: number): Pause {
  if (value === undefined) return undefined;
  const [seconds] = value.split(',');
  if (/^\s*\d{1,9}(?:\.\d{0,9})?\s*$/.test(seconds ?? '')) return Number(seconds) * 1000;
  return /[a-z]/i.test(value) ? until(Date.parse(value), now) : undefined;
}

/** `retryDelay` of RetryInfo: `3.5s` */
export function retryDelay(value: unknown): Pause {
  if (typeof value !== 'string') return undefined;
  const seconds = /^\s*(\d{1,9}(?:\.\d{0,9})?)s\s*$/.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** `X-RateLimit-Reset`: seconds since 1970. */
export function resetAt(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{9,11}$/.test(value) ? Number(value) * 1000 : undefined;
}

function until(time: number, now: number): Pause {
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}

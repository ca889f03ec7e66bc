/** From single authentications to the points of a time series: one for ten minutes, and known only hours later. */
import type { AuthenticationState } from '../directory/authentications.ts';

const SAMPLE_MS = 600_000;
/** Google's own, whatever hurry the world is in. */
const DELAY_MS = 10_800_000;
const KEPT_MS = 42 * 86_400_000;

/** How many there were between two moments, in milliseconds since 1970. */
export interface Point {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** All that can be known now, the newest first. After each use comes a point that says 0. */
export function pointsOf(authentications: readonly AuthenticationState[], now: number): Point[] {
  const counts = new Map<number, number>();
  for (const { occurredAt } of authentications) {
    const window = Math.floor(occurredAt / SAMPLE_MS);
    counts.set(window, (counts.get(window) ?? 0) + 1);
    counts.set(window + 1, counts.get(window + 1) ?? 0);
  }
  return [...counts]
    .map(([window, count]) => ({ start: window * SAMPLE_MS, end: (window + 1) * SAMPLE_MS, count }))
    .filter(({ start, end }) => end + DELAY_MS <= now && start > now - KEPT_MS)
    .sort((one, other) => other.start - one.start);
}

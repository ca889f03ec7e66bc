import type { Unanswered } from './api-error.ts';
import * as wire from './thrown.ts';

/** What a failed request was told, and by whom. */
export interface Answered {
  /** undefined = nothing that the service itself said. */
  readonly code: number | undefined;
  readonly unanswered: Unanswered | undefined;
}

/** Codes that say the same whoever sends them, with whatever body. */
const PLAIN = [407, 408, 429];

/**
 * Whether it was the service that answered. A refusal without the service's own words is that of a proxy or a portal on the
 * way: its 404 does not say that anything is absent, its 403 not that a right is missing.
 */
export function answerOf(thrown: unknown, { isReadable }: { readonly isReadable: boolean }): Answered {
  const code = wire.httpCode(thrown);
  if (code === undefined) return { code, unanswered: wire.whyUnanswered(thrown) };
  const isOwn = isReadable || code < 400 || code >= 500 || PLAIN.includes(code);
  return isOwn ? { code, unanswered: undefined } : { code: undefined, unanswered: 'unreadable' };
}

import { UnreadableAnswer } from '../errors/unreadable.ts';
import { MOST_PAGES } from './limits.ts';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** What asks for the next one; undefined = there is none. */
  readonly next: string | undefined;
}

/**
 * Reads page after page.
 *
 * @param ask - for the first page without a token; it is given `check`, to be called with what the page says comes next
 *   while the request is still under way, so that a list without an end counts as an answer that cannot be used
 */
export async function* pagesOf<T>(
  ask: (token: string | undefined, check: (next: string | undefined) => void) => Promise<Page<T>>,
): AsyncGenerator<readonly T[]> {
  const asked = new Set<string | undefined>();
  const check = (next: string | undefined): void => {
    if (next === undefined) return;
    if (asked.has(next)) throw new UnreadableAnswer('the list has no end: its next page is one that was read');
    if (asked.size >= MOST_PAGES) throw new UnreadableAnswer(`the list has more than ${String(MOST_PAGES)} pages`);
  };
  for (let token: string | undefined; ;) {
    asked.add(token);
    const { items, next } = await ask(token, check);
    yield items;
    if (next === undefined) return;
    token = next;
  }
}

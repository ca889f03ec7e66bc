/** Lists in pages. */
import type { Request } from '../engine/route.ts';
import { unfit } from './envelope.ts';

/** How many a page has when nobody says, and at most. */
export interface Sizes {
  readonly usual: number;
  readonly most: number;
}

const SIZES: Sizes = { usual: 10, most: 200 };

/** The list's page under its name, with where it lies; the names of the parameters come in two spellings. */
export function pageOf(name: string, items: readonly unknown[], { query }: Request): Record<string, unknown> {
  const read = (part: string): string | undefined =>
    query.get(`pagination[${part}]`) ?? query.get(`pagination.${part}`) ?? undefined;
  const { found, pagination } = slice(items, { count: read('count'), cursor: read('cursor') }, SIZES);
  return { [name]: found, pagination };
}

/** What of a list was asked for. */
interface Asked {
  readonly count: string | undefined;
  readonly cursor: string | undefined;
}

export function slice<Item>(
  items: readonly Item[],
  { count, cursor }: Asked,
  { usual, most }: Sizes,
): { readonly found: Item[]; readonly pagination: Readonly<Record<string, unknown>> } {
  const size = count === undefined ? usual : Number(count);
  if (!Number.isInteger(size) || size < 1 || size > most)
    throw unfit('pagination.count', `The count must be a whole number from 1 to ${String(most)}.`);
  const place = cursor === undefined ? '0' : Buffer.from(cursor, 'base64').toString();
  if (!/^\d+$/.test(place)) throw unfit('pagination.cursor', 'The cursor is not valid.');
  const start = Number(place);
  const next = start + size < items.length ? { next: cursorOf(start + size) } : {};
  const previous = start > 0 ? { previous: cursorOf(Math.max(0, start - size)) } : {};
  const pagination = { current: cursorOf(start), ...next, ...previous, totalEntries: items.length };
  return { found: items.slice(start, start + size), pagination };
}

/** Opaque to whoever gets it. */
function cursorOf(start: number): string {
  return Buffer.from(String(start)).toString('base64');
}

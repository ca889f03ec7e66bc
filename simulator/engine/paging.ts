/** Lists in pages, as Google's newer services give them: asked for by `pageSize` and `pageToken`. */
import type { Refusal, Request } from './route.ts';

export interface Paging {
  /** How many there are on a page when nobody says. */
  readonly usual: number;
  /** The service's refusal. */
  readonly wrong: (message: string) => Refusal;
}

export interface Page<Item> {
  readonly found: readonly Item[];
  /** For the answer: how to come to the next page, if there is one. */
  readonly next: { readonly nextPageToken?: string };
}

export function pageOf<Item>(items: readonly Item[], { query }: Request, { usual, wrong }: Paging): Page<Item> {
  const token = query.get('pageToken') ?? '';
  const start = token === '' ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0 || (token !== '' && start === 0)) throw wrong('Invalid page token.');
  const size = Number(query.get('pageSize') ?? 0);
  if (size < 0) throw wrong(`Invalid page size: ${String(size)}`);
  const end = start + (size === 0 ? usual : size);
  const next = end < items.length ? { nextPageToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { found: items.slice(start, end), next };
}

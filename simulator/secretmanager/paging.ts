/** Lists in pages, newest first, with the total. */
import type { Request } from '../engine/route.ts';
import { notHere, wrong } from './refusals.ts';

const MOST = 25_000;

/** The page that was asked for by `pageSize` and `pageToken`; what is empty is left out. */
export function page(name: string, oldestFirst: readonly unknown[], request: Request): Record<string, unknown> {
  const { query } = request;
  if ((query.get('filter') ?? '') !== '') throw notHere('filters of lists');
  const token = query.get('pageToken') ?? '';
  const start = token === '' ? 0 : Number(Buffer.from(token, 'base64url').toString());
  const size = Number(query.get('pageSize') ?? 0);
  if (!Number.isInteger(start) || start < 0 || (token !== '' && start === 0)) throw wrong('Invalid page token.');
  if (!Number.isInteger(size) || size < 0) throw wrong(`Invalid page size: ${query.get('pageSize') ?? ''}`);
  const items = oldestFirst.toReversed();
  if (items.length === 0) return {};
  const end = start + Math.min(size === 0 ? MOST : size, MOST);
  const found = items.slice(start, end);
  return {
    ...(found.length === 0 ? {} : { [name]: found }),
    ...(end < items.length ? { nextPageToken: Buffer.from(String(end)).toString('base64url') } : {}),
    totalSize: items.length,
  };
}

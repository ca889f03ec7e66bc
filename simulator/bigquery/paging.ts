/** Lists in pages. */
import type { Request } from '../engine/route.ts';
import { bigQuery } from './envelope.ts';

/** The page that was asked for by `maxResults` and `pageToken`, under the list's own name; left out when it is empty. */
export function page(name: string, items: readonly unknown[], { query }: Request): Record<string, unknown> {
  const token = query.get('pageToken') ?? '';
  const start = token === '' ? 0 : Number(Buffer.from(token, 'base64').toString());
  if (!Number.isInteger(start) || start < 0) throw bigQuery(400, 'invalid', 'Invalid page token.');
  const end = start + (Number(query.get('maxResults') ?? 0) || 1000);
  const found = items.slice(start, end);
  return {
    ...(found.length === 0 ? {} : { [name]: found }),
    ...(end < items.length ? { nextPageToken: Buffer.from(String(end)).toString('base64') } : {}),
  };
}

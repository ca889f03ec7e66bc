/** Lists in pages, newest first, with the total. */
import { pageOf } from '../engine/paging.ts';
import type { Request } from '../engine/route.ts';
import { notHere, wrong } from './refusals.ts';

const MOST = 25_000;

/** The page that was asked for; what is empty is left out. */
export function page(name: string, oldestFirst: readonly unknown[], request: Request): Record<string, unknown> {
  if ((request.query.get('filter') ?? '') !== '') throw notHere('filters of lists');
  const { found, next } = pageOf(oldestFirst.toReversed(), request, { usual: MOST, wrong });
  if (oldestFirst.length === 0) return {};
  return { ...(found.length === 0 ? {} : { [name]: found }), ...next, totalSize: oldestFirst.length };
}

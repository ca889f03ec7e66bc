/** Lists in pages. */
import type { Request } from '../engine/route.ts';
import { gitHub } from './envelope.ts';

/** How many items a page has, and may have. */
interface Sizes {
  readonly usual: number;
  readonly most: number;
}

/** A page, and where it lies. */
interface Slice<Item> {
  readonly items: readonly Item[];
  readonly number: number;
  /** The last page that has something on it, or the first. */
  readonly last: number;
}

/** The page that was asked for. Throws 422 for a page or a size that is no number. */
export function slice<Item>(items: readonly Item[], { query }: Request, sizes: Sizes): Slice<Item> {
  const read = (parameter: string, otherwise: number): number => {
    const given = query.get(parameter) ?? String(otherwise);
    if (!/^[1-9]\d*$/.test(given)) throw gitHub(422, `Invalid ${parameter}: ${given}`);
    return Number(given);
  };
  const size = Math.min(read('per_page', sizes.usual), sizes.most);
  const number = read('page', 1);
  const start = (number - 1) * size;
  return {
    items: items.slice(start, start + size),
    number,
    last: Math.max(1, Math.ceil(items.length / size)),
  };
}

/** The page under the list's own name, with the count of all. */
export function page(name: string, items: readonly unknown[], request: Request, sizes: Sizes): Record<string, unknown> {
  return { total_count: items.length, [name]: slice(items, request, sizes).items };
}

/**
 * The `Link` header that leads from a page to the others; empty where there are none.
 *
 * @param url - of the list, without a query
 */
export function linkHeader(url: string, { query }: Request, { number, last }: Slice<unknown>): Record<string, string> {
  const to = (rel: string, target: number): string => {
    const parameters = new URLSearchParams(query);
    parameters.set('page', String(target));
    return `<${url}?${parameters.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [to('prev', Math.min(number - 1, last))] : []),
    ...(number < last ? [to('next', number + 1), to('last', last)] : []),
    ...(number > 1 ? [to('first', 1)] : []),
  ];
  return links.length === 0 ? {} : { link: links.join(', ') };
}

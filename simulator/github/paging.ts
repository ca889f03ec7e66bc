/** Lists in pages. */
import { gitHub } from '../refusal.ts';
import type { Request } from '../route.ts';

/** The page that was asked for, under the list's own name, with the count of all. */
export function page(
  name: string,
  items: readonly unknown[],
  { query }: Request,
  sizes: { readonly usual: number; readonly most: number },
): Record<string, unknown> {
  const number = (parameter: string, otherwise: number): number => {
    const given = query.get(parameter) ?? String(otherwise);
    if (!/^[1-9]\d*$/.test(given)) throw gitHub(422, `Invalid ${parameter}: ${given}`);
    return Number(given);
  };
  const size = Math.min(number('per_page', sizes.usual), sizes.most);
  const start = (number('page', 1) - 1) * size;
  return { total_count: items.length, [name]: items.slice(start, start + size) };
}

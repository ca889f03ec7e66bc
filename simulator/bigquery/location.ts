/** Where data lies. */
import { bigQuery } from './envelope.ts';

/** As BigQuery spells it: `US` and `EU`, regions in lower case. Known by shape, as new regions open every year. */
export function spellLocation(given: string): string {
  if (/^(us|eu)$/i.test(given)) return given.toUpperCase();
  if (/^[a-z]+(-[a-z]+)+\d{1,2}$/i.test(given)) return given.toLowerCase();
  throw bigQuery(400, 'invalid', `Invalid storage region: ${given}`);
}

/** Whether two locations are one. `EU` is a multi-region and no region. */
export function isSameLocation(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

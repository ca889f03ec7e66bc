import type { Difference } from '../engine/resource.ts';

/** Each change once: what is there twice, spelled in two ways, is one difference. */
export function distinct<Change>(differences: readonly Difference<Change>[]): Difference<Change>[] {
  const last = new Map(differences.map((difference) => [JSON.stringify(difference.change), difference]));
  return [...last.values()];
}

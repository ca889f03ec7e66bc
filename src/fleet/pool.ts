/**
 * Works on everything, so many at a time; what is in one group, one after the other. What is not begun because the run ends is
 * left out.
 *
 * @param groups - taken in this order
 */
export async function inPool<T>(
  groups: readonly (readonly T[])[],
  { most, isOver }: { readonly most: number; readonly isOver: () => boolean },
  work: (one: T) => Promise<void>,
): Promise<void> {
  const queue = groups.values();
  const worker = async (): Promise<void> => {
    // One iterator for all: each group is taken once.
    for (const group of queue) {
      for (const one of group) {
        if (isOver()) return;
        await work(one);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, groups.length) }, worker));
}

/** What has the same key in one group, in the order in which each key comes first. */
export function grouped<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

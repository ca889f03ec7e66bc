/** Lets only so many of many pieces of work run at a time; the others wait for their turn, in order. */
export function fewAtATime(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < most) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift(); // It takes over the place of the one that ends.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

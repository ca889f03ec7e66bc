/** What is new takes the world's lag to show. */
import type { World } from './world.ts';

/** Whether it is too new for other services. */
export function isTooNew(
  { createdAt }: { readonly createdAt: number },
  { world, now }: { readonly world: World; readonly now: number },
): boolean {
  return createdAt + world.lagMs > now;
}

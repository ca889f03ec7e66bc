/** Makes as if time had passed: every stored time moves back, and what was due meanwhile happens at its time. */
import type { Context } from './engine/route.ts';
import { NEVER } from './engine/world.ts';
import { services } from './registry.ts';

/** Lets so many milliseconds pass in the world, which may be none. */
export async function passTime(milliseconds: number, context: Context): Promise<void> {
  const { live } = context;
  let left = milliseconds;
  for (;;) {
    const until = Date.now() + left;
    const [next] = services
      .flatMap(({ upcoming }) => upcoming?.(live, until) ?? [])
      .sort((one, other) => one.dueAt - other.dueAt);
    if (next === undefined || next.dueAt > until) break;
    const step = Math.max(0, next.dueAt - Date.now());
    ageBy(live, step);
    left -= step;
    await next.happen({ ...context, now: Date.now() });
  }
  ageBy(live, left);
}

/** Changes the value in place: numbers under names that end in `At` or `Time`, wherever they are. */
function ageBy(value: unknown, milliseconds: number): void {
  if (typeof value !== 'object' || value === null) return;
  const node = value as Record<string, unknown>;
  for (const [name, child] of Object.entries(node)) {
    if (typeof child === 'number' && /(At|Time)$/.test(name) && child < NEVER) node[name] = child - milliseconds;
    else ageBy(child, milliseconds);
  }
}

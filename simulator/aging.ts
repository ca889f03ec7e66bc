/** Makes as if time had passed: every stored time moves back. */
import { NEVER } from './engine/world.ts';

/** Changes the value in place: numbers under names that end in `At` or `Time`, wherever they are. */
export function ageBy(value: unknown, milliseconds: number): void {
  if (typeof value !== 'object' || value === null) return;
  const node = value as Record<string, unknown>;
  for (const [name, child] of Object.entries(node)) {
    if (typeof child === 'number' && /(At|Time)$/.test(name) && child < NEVER) node[name] = child - milliseconds;
    else ageBy(child, milliseconds);
  }
}

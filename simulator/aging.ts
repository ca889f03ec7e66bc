import { NEVER } from './world.ts';

/** Moves every stored time back, as if so many milliseconds had passed: numbers under a name ending in At or Time. */
export function ageBy(value: unknown, milliseconds: number): void {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const [name, inner] of Object.entries(fields)) {
    if (typeof inner !== 'number') ageBy(inner, milliseconds);
    else if (/(At|Time)$/.test(name) && inner !== NEVER) fields[name] = inner - milliseconds;
  }
}

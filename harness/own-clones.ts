/**
 * Jest gives each test file classes of its own, and `structuredClone` makes its copies of others: never deeply equal to what
 * they are copies of, so that the action would write what it has not changed. Here copies are of the classes of whoever asks.
 */
export function installOwnClones(): void {
  if (structuredClone({}).constructor !== Object) globalThis.structuredClone = copyOf;
}

/** Of what worlds and documents are made of: plain data. */
function copyOf<T>(value: T): T {
  return copied(value) as T;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null) return value;
  if (value.constructor.name !== 'Object') throw new TypeError('only plain data is copied');
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copied(one)]));
}

/** Ends a choice between the variants of a union: one that was forgotten does not compile, so none is passed over in silence. */
export function unreachable(variant: never): never {
  throw new Error(`nobody carries out ${JSON.stringify(variant)}`);
}

/** Every kind of thing that is managed, compared or searched. */
export type Kind = keyof Kinds;

/** Empty here: each resource and each destination adds its own kind. */
export interface Kinds extends Record<never, true> {}

/** One thing, as plan, log, summary and errors name it. */
export interface Address {
  readonly kind: Kind;
  readonly name: string;
}

/** `dataset/__segment_reverse_etl` */
export function spell({ kind, name }: Address): string {
  return `${kind}/${name}`;
}

/** Whether two addresses name the same thing. */
export function isSameAddress(one: Address, other: Address): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/**
 * All state of the simulator: plain data, one part per service, so that it can be shown, aged and reset as a whole.
 *
 * Every stored time is a number of milliseconds since 1970 under a name that ends in `At` or `Time`: `age` moves them all.
 * A key that never ends has `validBeforeTime` NEVER, which is not moved.
 */

/** 9999-12-31T23:59:59Z, how Google writes "does not end". */
export const NEVER = 253402300799000;

export interface World {
  /** How long a grant or a key takes to show, in milliseconds (`--lag`). */
  lagMs: number;
  /** Source of ids, etags and numbers; advanced by `next` in random.ts so that a seed gives the same world. */
  randomState: number;
  /** The parts of the services: read them with their `StatePart`, which knows their type. */
  [part: string]: unknown;
}

/**
 * A service's part of the world: where it stands, and how it begins. The world itself does not know the services, so that
 * a new one changes nothing here, and no type goes round in a circle.
 */
export interface StatePart<State> {
  (world: World): State;
  /** Its name in `GET /_simulator/world`. */
  readonly key: string;
  readonly empty: () => State;
}

export function statePart<State>(key: string, empty: () => State): StatePart<State> {
  return Object.assign((world: World) => world[key] as State, { key, empty });
}

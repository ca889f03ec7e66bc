/**
 * All state of the simulator: plain data, one part per service, so that it can be shown, aged and reset as a whole.
 *
 * Every stored time is a number of milliseconds since 1970 under a name that ends in `At` or `Time`: `age` moves them all.
 * A key that never ends has `validBeforeTime` NEVER, which is not moved.
 */
import type { Weather } from './weather.ts';

/** 9999-12-31T23:59:59Z, how Google writes "does not end". */
export const NEVER = 253402300799000;

/** A part of the world as it was from this moment until the next one that is kept. */
export interface Snapshot {
  readonly writtenAt: number;
  readonly state: unknown;
}

export interface World {
  weather: Weather;
  /** What decides by chance is decided by it. */
  seed: number;
  /** How often things were looked at while they were new or could be shown as they were. */
  looks: Record<string, number>;
  /** By the name of the part, oldest first. */
  history: Record<string, Snapshot[]>;
  /** Requests that a caller may send in a minute, which may be in a hurry; 0 = any number. */
  quota: { readonly most: number; readonly minute: number };
  /** Requests of the last minute, by caller, oldest first. */
  calls: Record<string, { readonly calledAt: number }[]>;
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

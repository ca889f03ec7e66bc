import { isDeepStrictEqual } from 'node:util';
import { isConflict } from '../errors/api-error.ts';
import { poll } from '../time.ts';
import type { Clock } from '../time.ts';

/** A thing that others change too: read it, change what is ours, write it back under its etag. */
export interface Document<T> {
  /** As last read or written; undefined = proven absent. The first call asks, later ones remember. */
  read(): Promise<T | undefined>;
  /** Asks again. */
  reread(): Promise<T | undefined>;
  /** Remembers what a create answered, so that nobody has to ask again. */
  learn(live: T | undefined): void;
  /**
   * Makes `change` (pure; gets a copy it may not keep) and writes, unless that changes nothing. A conflict means: read
   * again, change again. Returns what now stands.
   */
  edit(change: (live: T) => T): Promise<T>;
}

/** How to read and write one document. `put` sends `after`, guarded by what it finds in `before`. */
export interface DocumentIo<T> {
  readonly get: () => Promise<T | undefined>;
  readonly put: (after: T, before: T) => Promise<T>;
  readonly gone: () => Error;
}

/** A read after a conflict may be as old as the one before it. */
const CONFLICT_WAIT = { within: 60_000, first: 250, most: 5_000 };

export function makeDocument<T>(clock: Clock, io: DocumentIo<T>): Document<T> {
  let known: Promise<T | undefined> | undefined;
  const reread = (): Promise<T | undefined> => {
    const asked = io.get();
    known = asked;
    asked.catch(() => {
      if (known === asked) known = undefined; // What could not be read is asked for again by whoever needs it next.
    });
    return asked;
  };
  const read = (): Promise<T | undefined> => known ?? reread();
  return {
    read,
    reread,
    learn: (live) => {
      known = Promise.resolve(live);
    },
    edit: async (change) => {
      let refused: Error | undefined;
      const edited = await poll({ clock, ...CONFLICT_WAIT }, async () => {
        const before = await (refused === undefined ? read() : reread());
        if (before === undefined) throw io.gone();
        const after = change(structuredClone(before));
        if (isDeepStrictEqual(before, after)) return { value: before };
        try {
          const written = await io.put(after, before);
          known = Promise.resolve(written);
          return { value: written };
        } catch (error) {
          if (!(error instanceof Error) || !isConflict(error)) throw error;
          refused = error;
          return undefined;
        }
      });
      if (edited === undefined) throw refused ?? new Error('nothing was tried');
      return edited.value;
    },
  };
}

/** How long a thing may stay invisible, and how to recognize that it is. */
export interface Patience {
  readonly clock: Clock;
  readonly milliseconds: number;
  readonly isInvisible: (error: unknown) => boolean;
  /** Told before each wait of a second or more. */
  readonly onWait?: () => void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const WORTH_SAYING = 1_000;

/**
 * Tries until the services see what this run knows to exist: because it made it, was told that it exists, or read it.
 * Without such evidence an invisible thing is an absent thing: do not call this then.
 */
export async function untilVisible<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  const { clock, milliseconds: within, isInvisible } = patience;
  const onWait = (pause: number): void => {
    if (pause >= WORTH_SAYING) patience.onWait?.();
  };
  let last: Error | undefined;
  const seen = await poll({ clock, within, first: FIRST_WAIT, most: LONGEST_WAIT, onWait }, async () => {
    try {
      return { value: await attempt() };
    } catch (error) {
      if (!(error instanceof Error) || !isInvisible(error)) throw error;
      last = error;
      return undefined;
    }
  });
  if (seen === undefined) throw last ?? new Error('nothing was tried');
  return seen.value;
}

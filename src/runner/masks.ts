import { SHORTEST_MASK } from '../secret.ts';

/** What this run has had masked. */
export interface Masks {
  /**
   * The runner masks each line of a mask on its own, and a short one stars out innocent words.
   *
   * @returns what the runner is yet to be told
   */
  readonly add: (value: string) => readonly string[];
  /** Whether all of it is masked. */
  readonly covers: (value: string) => boolean;
  /** Stars it out here already: what is printed does not hang on what the runner makes of a mask. */
  readonly hide: (text: string) => string;
}

export function masksOfRun(): Masks {
  const known = new Set<string>();
  let longestFirst: readonly string[] = [];
  return {
    add: (value) => {
      const lines = value.split(/[\r\n]+/).filter((line) => line.trim().length >= SHORTEST_MASK && !known.has(line));
      for (const line of lines) known.add(line);
      // What lies within another would leave the other's ends.
      if (lines.length > 0) longestFirst = [...known].sort((one, other) => other.length - one.length);
      return lines;
    },
    covers: (value) => known.has(value),
    hide: (text) => longestFirst.reduce((rest, mask) => rest.replaceAll(mask, '***'), text),
  };
}

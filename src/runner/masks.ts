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
  /** By their beginnings: a run over many targets has thousands of masks, and each line is looked through for all of them. */
  const byBeginning = new Map<string, string[]>();
  /** Their first characters: most places of a line begin with none of them. */
  const firsts = new Set<number>();
  return {
    add: (value) => {
      const lines = value.split(/[\r\n]+/).filter((line) => line.trim().length >= SHORTEST_MASK && !known.has(line));
      for (const line of lines) {
        known.add(line);
        firsts.add(line.charCodeAt(0));
        const beginning = line.slice(0, SHORTEST_MASK);
        byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), line]);
      }
      return lines;
    },
    covers: (value) => known.has(value),
    hide: (text) => (known.size === 0 ? text : hidden(text, { firsts, byBeginning })),
  };
}

interface Known {
  readonly firsts: ReadonlySet<number>;
  readonly byBeginning: ReadonlyMap<string, readonly string[]>;
}

/** What lies within another mask, or overlaps with one, is starred out with it. */
function hidden(text: string, { firsts, byBeginning }: Known): string {
  let shown = '';
  let from = 0; // What is not decided yet.
  let end = 0; // Of the mask that has been found last, if any.
  for (let at = 0; at <= text.length - SHORTEST_MASK; at += 1) {
    if (!firsts.has(text.charCodeAt(at))) continue;
    const candidates = byBeginning.get(text.slice(at, at + SHORTEST_MASK)) ?? [];
    const length = Math.max(0, ...candidates.filter((mask) => text.startsWith(mask, at)).map((mask) => mask.length));
    if (length === 0) continue;
    if (at >= end) {
      shown += `${text.slice(from, at)}***`;
    }
    end = Math.max(end, at + length);
    from = end;
  }
  return shown + text.slice(from);
}

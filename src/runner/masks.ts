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
  /** A run over many targets has thousands of masks, and all that it prints is looked through for all of them. */
  const index: MaskIndex = { byBeginning: new Map(), skips: new Uint8Array(HASHES).fill(FARTHEST + 1) };
  return {
    add: (value) => {
      const lines = value.split(/[\r\n]+/).filter((line) => line.trim().length >= SHORTEST_MASK && !known.has(line));
      for (const line of lines) {
        known.add(line);
        addTo(index, line);
      }
      return lines;
    },
    covers: (value) => known.has(value),
    hide: (text) => (known.size === 0 ? text : hidden(text, index)),
  };
}

const HASHES = 1 << 16;

/** Where, in a window as long as the shortest mask, its last three characters begin. */
const FARTHEST = SHORTEST_MASK - 3;

/**
 * Masks by their first characters; and, by the hash of three characters, how far a search may move on where a window ends with
 * these: no mask begins in between. Where two hashes meet, the smaller number counts. So most of a text is passed over, however
 * many masks there are (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994).
 */
interface MaskIndex {
  readonly byBeginning: Map<string, readonly string[]>;
  readonly skips: Uint8Array;
}

function addTo({ byBeginning, skips }: MaskIndex, mask: string): void {
  const beginning = mask.slice(0, SHORTEST_MASK);
  byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), mask]);
  for (let at = 0; at <= FARTHEST; at += 1) {
    const hash = hashAt(mask, at);
    skips[hash] = Math.min(skips[hash] ?? 0, FARTHEST - at);
  }
}

/** Of three characters. */
function hashAt(text: string, at: number): number {
  return (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 5) ^ (text.charCodeAt(at + 2) << 9)) & (HASHES - 1);
}

/** How long the mask is that begins here; 0 where none does. */
function lengthAt(text: string, at: number, { byBeginning }: MaskIndex): number {
  const candidates = byBeginning.get(text.slice(at, at + SHORTEST_MASK)) ?? [];
  return Math.max(0, ...candidates.filter((mask) => text.startsWith(mask, at)).map((mask) => mask.length));
}

/** What lies within another mask, or overlaps with one, is starred out with it. */
function hidden(text: string, index: MaskIndex): string {
  let shown = '';
  let from = 0; // What is not decided yet.
  let end = 0; // Of the mask that has been found last, if any.
  let at = 0;
  while (at <= text.length - SHORTEST_MASK) {
    const skip = index.skips[hashAt(text, at + FARTHEST)] ?? 0;
    const length = skip === 0 ? lengthAt(text, at, index) : 0;
    if (length > 0) {
      if (at >= end) shown += `${text.slice(from, at)}***`;
      end = Math.max(end, at + length);
      from = end;
    }
    at += Math.max(1, skip);
  }
  return shown + text.slice(from);
}

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
  const index: MaskIndex = { byBeginning: new Map(), mayBegin: new Uint8Array(HASHES) };
  return {
    add: (value) => {
      const lines = value.split(/[\r\n]+/).filter((line) => line.trim().length >= SHORTEST_MASK && !known.has(line));
      for (const line of lines) {
        known.add(line);
        const beginning = line.slice(0, SHORTEST_MASK);
        index.byBeginning.set(beginning, [...(index.byBeginning.get(beginning) ?? []), line]);
        index.mayBegin[hashAt(line, 0)] = 1;
      }
      return lines;
    },
    covers: (value) => known.has(value),
    hide: (text) => (known.size === 0 ? text : hidden(text, index)),
  };
}

const HASHES = 1 << 16;

/** Masks by their beginnings, and the hashes of these: few places of a text pass the hash, and only there is text compared. */
interface MaskIndex {
  readonly byBeginning: Map<string, readonly string[]>;
  readonly mayBegin: Uint8Array;
}

/** Of its first three characters: no mask is shorter. */
function hashAt(text: string, at: number): number {
  return (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 5) ^ (text.charCodeAt(at + 2) << 9)) & (HASHES - 1);
}

/** How long the mask is that begins here; 0 where none does. */
function lengthAt(text: string, at: number, { byBeginning, mayBegin }: MaskIndex): number {
  if (mayBegin[hashAt(text, at)] === 0) return 0;
  const candidates = byBeginning.get(text.slice(at, at + SHORTEST_MASK)) ?? [];
  return Math.max(0, ...candidates.filter((mask) => text.startsWith(mask, at)).map((mask) => mask.length));
}

/** What lies within another mask, or overlaps with one, is starred out with it. */
function hidden(text: string, index: MaskIndex): string {
  let shown = '';
  let from = 0; // What is not decided yet.
  let end = 0; // Of the mask that has been found last, if any.
  for (let at = 0; at <= text.length - SHORTEST_MASK; at += 1) {
    const length = lengthAt(text, at, index);
    if (length === 0) continue;
    if (at >= end) {
      shown += `${text.slice(from, at)}***`;
    }
    end = Math.max(end, at + length);
    from = end;
  }
  return shown + text.slice(from);
}

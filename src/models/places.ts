import type { Place, Query } from './model.ts';

/** Where the characters of a text stand. Pure. */

/** Where lines of a text begin; lines end in `\n`. */
export interface Lines {
  readonly starts: readonly number[];
  readonly length: number;
}

export function linesOf(text: string): Lines {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return { starts, length: text.length };
}

/** A line and a column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** @param offset - beyond the text it is the end */
export function positionAt({ starts, length }: Lines, offset: number): Position {
  const at = Math.max(0, Math.min(offset, length));
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
}

/** Where a position lies in a text. A line or column that is not there is the nearest that is. */
export function offsetAt({ starts, length }: Lines, { line, column }: Position): number {
  const index = Math.max(0, Math.min(line, starts.length) - 1);
  const start = starts[index] ?? 0;
  const end = (starts[index + 1] ?? length + 1) - 1;
  return line > starts.length ? length : Math.min(start + Math.max(0, column - 1), end);
}

/** A query that is a whole file, or lies in it line by line. @param first - where its first character stands; other lines begin in `column` */
export function queryInLines(text: string, first: Place, column = 1): Query {
  const lines = linesOf(text);
  return {
    text,
    placeAt: (offset) => {
      const at = positionAt(lines, offset);
      const before = at.line === 1 ? first.column : column;
      return { file: first.file, line: first.line + at.line - 1, column: before + at.column - 1 };
    },
  };
}

/** A text as every system writes it. */
export function withoutReturns(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** `models.yml:4:11` */
export function spellPlace({ file, line, column }: Place): string {
  return `${file}:${String(line)}:${String(column)}`;
}

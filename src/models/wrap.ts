import { bodyOf } from './offline.ts';
import type { Place, Query } from './model.ts';
import { linesOf, offsetAt } from './places.ts';

/** A query as Segment runs it: put into a common table expression, one line below its first. Pure. */

const NAME = '__segment_model';

export function wrapped(query: string): string {
  return `WITH ${NAME} AS (\n${bodyOf(query)}\n) SELECT * FROM ${NAME}`;
}

/** The same, to count how often the identifier repeats. */
export function countingUnique(query: string, identifier: string): string {
  const column = `\`${identifier.replace(/[\\`]/g, String.raw`\$&`)}\``;
  const counts = `COUNT(*), COUNT(DISTINCT ${column}), COUNTIF(${column} IS NULL)`;
  return `WITH ${NAME} AS (\n${bodyOf(query)}\n) SELECT ${counts} FROM ${NAME}`;
}

/** What BigQuery says of a query, and where in the file of the user. */
export interface Said {
  readonly message: string;
  readonly place: Place;
}

/** BigQuery ends what it says of a place in ` at [line:column]`, as it counts in what it was sent. */
const AT = / at \[(\d+):(\d+)\]/g;

/** Words of BigQuery about a wrapped query. @param inOriginal - offset in what was sent → in the query of the file */
export function saidOf(
  words: string,
  query: Query,
  sent: string,
  inOriginal = (offset: number): number => offset,
): Said {
  const last = [...words.matchAll(AT)].at(-1);
  if (last === undefined) return { message: words, place: query.placeAt(0) };
  const [found, line, column] = [last[0], Number(last[1]), Number(last[2])];
  const offset = offsetOf(sent, line - 1, column);
  const message = `${words.slice(0, last.index)}${words.slice(last.index + found.length)}`;
  const place = query.placeAt(inOriginal(offset));
  return {
    message:
      query.madeFrom === undefined
        ? message
        : `${message} (line ${String(Math.max(1, line - 1))}, column ${String(column)} of ${query.madeFrom})`,
    place,
  };
}

/** @param line - of the query itself; 0 and less = the line before it */
function offsetOf(text: string, line: number, column: number): number {
  const lines = linesOf(text);
  if (line < 1) return 0;
  if (line > lines.starts.length) return text.trimEnd().length;
  const start = lines.starts[line - 1] ?? 0;
  const own = text.slice(start, lines.starts[line] ?? text.length);
  return Math.min(offsetAt(lines, { line, column: 1 }) + unitsBefore(own, column), text.length);
}

const TAB = 8;

/**
 * BigQuery's columns count characters, and take a tab for what lies up to the next multiple of eight. A column within a tab
 * does not exist in that count: whoever says it counts a tab as one.
 */
function unitsBefore(line: string, column: number): number {
  let [reached, units] = [1, 0];
  for (const character of line) {
    if (reached >= column) break;
    reached = character === '\t' ? Math.floor((reached - 1) / TAB) * TAB + TAB + 1 : reached + 1;
    units += character.length;
  }
  return reached === column ? units : charactersBefore(line, column);
}

function charactersBefore(line: string, column: number): number {
  return Array.from(line)
    .slice(0, column - 1)
    .join('').length;
}

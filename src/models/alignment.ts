/** A scalar as it is written. */
export interface Written {
  readonly start: number;
  readonly end: number;
  readonly type: string | null | undefined;
}

/**
 * Where each character of a text stands in a source that folds its lines, escapes or doubles what it quotes. What is no white
 * space stands there in the same order; white space is given the place of what follows it.
 */
export function alignment(text: string, source: string, { start, end, type }: Written): number[] {
  const isEscaped = type === 'QUOTE_DOUBLE';
  const offsets: number[] = [];
  let at = type === 'BLOCK_FOLDED' ? source.indexOf('\n', start) + 1 : isQuoted(type) ? start + 1 : start;
  for (const character of text) {
    if (/\s/.test(character)) {
      offsets.push(at);
      continue;
    }
    at = skipSpace(source, at, { end, isEscaped });
    offsets.push(...Array.from({ length: character.length }, () => at));
    at += widthAt(source, at, { character, isEscaped, isDoubled: type === 'QUOTE_SINGLE' });
  }
  return [...offsets, at];
}

function isQuoted(type: Written['type']): boolean {
  return type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
}

function skipSpace(source: string, from: number, { end, isEscaped }: { end: number; isEscaped: boolean }): number {
  const space = isEscaped ? /(?:\s|\\(?:[abtnvfreNLP_ \t0]|\r?\n))*/y : /\s*/y;
  space.lastIndex = from;
  return Math.min(end, from + (space.exec(source)?.[0].length ?? 0));
}

function widthAt(
  source: string,
  at: number,
  { character, isEscaped, isDoubled }: { character: string; isEscaped: boolean; isDoubled: boolean },
): number {
  if (isDoubled && character === "'") return 2;
  if (!isEscaped || source.charAt(at) !== '\\') return character.length;
  const escape = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|U[0-9a-fA-F]{8}|[\s\S])/y;
  escape.lastIndex = at;
  const found = escape.exec(source)?.[0] ?? '\\';
  // Half of a pair belongs to it; else the second escape is a character of its own.
  return found.length === 12 && character.length === 1 ? 6 : found.length;
}

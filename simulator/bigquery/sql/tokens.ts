/** Words, names, literals and marks of a statement. */
import { bigQuery } from '../envelope.ts';

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'integer' | 'float' | 'mark';
  /** Without quotes, escapes resolved. */
  readonly text: string;
  /** As BigQuery counts: `[line:column]`, from 1. */
  readonly at: string;
}

const SHAPES =
  /(?<space>\s+|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)|`(?<name>(?:[^`\\\n]|\\.)+)`|(?<quoted>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<float>\d+\.\d+)|(?<integer>\d+)|(?<mark><=|>=|!=|<>|[(),;.*=<>[\]-])/y;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '`': '`',
};

/** Throws 400 for what it cannot read. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  const shapes = new RegExp(SHAPES);
  while (shapes.lastIndex < sql.length) {
    const start = shapes.lastIndex;
    const groups = shapes.exec(sql)?.groups;
    const at = positionOf(sql, start);
    if (groups === undefined)
      throw bigQuery(400, 'invalidQuery', `Syntax error: Illegal input character "${sql.charAt(start)}" at ${at}`);
    const { name, quoted, word, float, integer, mark } = groups;
    if (name !== undefined) tokens.push({ kind: 'name', text: unescape(name, at), at });
    else if (quoted !== undefined) tokens.push({ kind: 'string', text: unescape(quoted.slice(1, -1), at), at });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (float !== undefined) tokens.push({ kind: 'float', text: float, at });
    else if (integer !== undefined) tokens.push({ kind: 'integer', text: integer, at });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, at });
  }
  return tokens;
}

/** Columns count characters; a tab takes what lies up to the next multiple of eight. */
function positionOf(sql: string, index: number): string {
  const before = sql.slice(0, index).split(/\r\n|\r|\n/);
  let column = 1;
  for (const character of before.at(-1) ?? '') column += character === '\t' ? 8 - ((column - 1) % 8) : 1;
  return `[${String(before.length)}:${String(column)}]`;
}

function unescape(text: string, at: string): string {
  return text.replace(/\\(.)/g, (_whole, letter: string) => {
    const meant = ESCAPES[letter];
    if (meant === undefined)
      throw bigQuery(400, 'invalidQuery', `Syntax error: Illegal escape sequence: \\${letter} at ${at}`);
    return meant;
  });
}

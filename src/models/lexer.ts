/** GoogleSQL in pieces, as far as this action needs them: what is text, what is a comment, and what stands between. Pure. */

/** A piece of a query that is no white space. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'line comment' | 'block comment' | 'mark';
  /** As it stands there. */
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
  /** Whether it never ends: what follows belongs to it. */
  readonly isOpen?: true;
}

const SPACE = /[\s\u00A0\uFEFF]+/y;
const LINE_COMMENT = /(?:--|#)[^\n]*/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/y;
const WORD = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;
/** `'''` and `"""` may hold line breaks; a backslash keeps the next character from ending anything, in raw strings too. */
const STRINGS: readonly (readonly [start: RegExp, whole: RegExp])[] = [
  [/(?:rb|br|r|b)?'''/iy, /(?:rb|br|r|b)?'''(?:[^'\\]|\\[\s\S]|'(?!''))*'''/iy],
  [/(?:rb|br|r|b)?"""/iy, /(?:rb|br|r|b)?"""(?:[^"\\]|\\[\s\S]|"(?!""))*"""/iy],
  [/(?:rb|br|r|b)?'/iy, /(?:rb|br|r|b)?'(?:[^'\\\n]|\\[^\n])*'/iy],
  [/(?:rb|br|r|b)?"/iy, /(?:rb|br|r|b)?"(?:[^"\\\n]|\\[^\n])*"/iy],
];
const NAME = /`(?:[^`\\\n]|\\[^\n])*`/y;
const MARK = /@@|@\{|\|>|<=|>=|<>|!=|<<|>>|=>|\|\||[\s\S]/uy;

/** In order; one that never ends is the last. */
export function tokensIn(sql: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length;) {
    const space = textAt(SPACE, sql, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = tokenAt(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(sql: string, at: number): Token {
  return commentAt(sql, at) ?? stringAt(sql, at) ?? nameAt(sql, at) ?? plainAt(sql, at);
}

function commentAt(sql: string, at: number): Token | undefined {
  const line = textAt(LINE_COMMENT, sql, at);
  if (line !== undefined) return { kind: 'line comment', text: line, at };
  const block = textAt(BLOCK_COMMENT, sql, at);
  if (block === undefined) return undefined;
  const isClosed = block.endsWith('*/') && block.length >= 4;
  return { kind: 'block comment', text: block, at, ...(isClosed ? {} : { isOpen: true }) };
}

function stringAt(sql: string, at: number): Token | undefined {
  const shape = STRINGS.find(([start]) => textAt(start, sql, at) !== undefined);
  if (shape === undefined) return undefined;
  const text = textAt(shape[1], sql, at);
  return text === undefined ? open('string', sql, at) : { kind: 'string', text, at };
}

function nameAt(sql: string, at: number): Token | undefined {
  if (sql.charAt(at) !== '`') return undefined;
  const text = textAt(NAME, sql, at);
  return text === undefined ? open('name', sql, at) : { kind: 'name', text, at };
}

/** Nobody can tell where it was meant to end, so nothing after it is looked at. */
function open(kind: Token['kind'], sql: string, at: number): Token {
  return { kind, text: sql.slice(at), at, isOpen: true };
}

function plainAt(sql: string, at: number): Token {
  const word = textAt(WORD, sql, at);
  if (word !== undefined) return { kind: 'word', text: word, at };
  const number = textAt(NUMBER, sql, at);
  if (number !== undefined) return { kind: 'number', text: number, at };
  return { kind: 'mark', text: textAt(MARK, sql, at) ?? sql.charAt(at), at };
}

function textAt(shape: RegExp, sql: string, at: number): string | undefined {
  shape.lastIndex = at;
  return shape.exec(sql)?.[0];
}

/** Without comments. */
export function codeIn(tokens: readonly Token[]): Token[] {
  return tokens.filter(({ kind }) => kind !== 'line comment' && kind !== 'block comment');
}

/** Whether it is this keyword; after a period it would be the name of a column. */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase());
}

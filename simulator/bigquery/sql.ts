/** The few statements that this world understands; anything else is refused, never guessed at. */
import { bigQuery } from '../refusal.ts';

/** A table or dataset as a statement names it. */
export interface Path {
  readonly parts: readonly string[];
}

export type Statement =
  | { readonly kind: 'select'; readonly columns: readonly string[]; readonly from: Path | undefined }
  | {
      readonly kind: 'create schema';
      readonly schema: Path;
      readonly ifNotExists: boolean;
      readonly location: string | undefined;
    }
  | {
      readonly kind: 'grant' | 'revoke';
      readonly role: string;
      readonly schema: Path;
      readonly members: readonly string[];
    }
  | {
      readonly kind: 'create table';
      readonly table: Path;
      readonly orReplace: boolean;
      readonly columns: readonly string[];
    };

interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'mark';
  readonly text: string;
}

/** Splits a statement; throws 400 for what it cannot read. */
function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|`([^`]*)`|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([A-Za-z_][A-Za-z0-9_]*)|(\d+(?:\.\d+)?)|([(),;.*=<>])/gy;
  let end = 0;
  for (let match = pattern.exec(sql); match !== null; match = pattern.exec(sql)) {
    end = pattern.lastIndex;
    const [, name, double, single, word, number, mark] = match;
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (double !== undefined) tokens.push({ kind: 'string', text: double });
    else if (single !== undefined) tokens.push({ kind: 'string', text: single });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  if (end !== sql.length) throw unsupported(`at "${sql.slice(end, end + 20)}"`);
  return tokens;
}

function unsupported(what: string): Error {
  return bigQuery(400, 'invalidQuery', `Syntax error or a statement that this simulator does not support: ${what}`);
}

/** Reads one statement; a `;` at its end is allowed. */
export function parse(sql: string): Statement {
  const tokens = tokenize(sql);
  if (tokens.at(-1)?.text === ';') tokens.pop();
  let at = 0;
  const peek = (): Token | undefined => tokens[at];
  const isWord = (word: string): boolean => peek()?.kind === 'word' && peek()?.text.toUpperCase() === word;
  const take = (): Token => {
    const token = tokens[at];
    if (token === undefined) throw unsupported('it ends too early');
    at += 1;
    return token;
  };
  const skip = (...words: string[]): boolean => {
    const found = words.every((word, index) => tokens[at + index]?.text.toUpperCase() === word);
    if (found) at += words.length;
    return found;
  };
  const expect = (...words: string[]): void => {
    if (!skip(...words)) throw unsupported(`expected ${words.join(' ')} at "${peek()?.text ?? ''}"`);
  };
  const path = (): Path => {
    const parts: string[] = [];
    do {
      const token = take();
      if (token.kind !== 'name' && token.kind !== 'word') throw unsupported(`at "${token.text}"`);
      parts.push(...(token.kind === 'name' ? token.text.split('.') : [token.text]));
    } while (skip('.'));
    return { parts };
  };
  const done = <T extends Statement>(statement: T): T => {
    if (peek() !== undefined) throw unsupported(`at "${peek()?.text ?? ''}"`);
    return statement;
  };
  const members = (): string[] => {
    const found: string[] = [];
    do {
      const token = take();
      if (token.kind !== 'string') throw unsupported(`at "${token.text}"`);
      found.push(token.text);
    } while (skip(','));
    return found;
  };

  if (skip('SELECT')) {
    const columns: string[] = [];
    do {
      const token = take();
      if (token.kind === 'mark' && token.text !== '*') throw unsupported(`at "${token.text}"`);
      columns.push(token.text);
      if (skip('AS')) columns.splice(-1, 1, take().text);
    } while (skip(','));
    const from = skip('FROM') ? path() : undefined;
    if (skip('LIMIT')) take();
    return done({ kind: 'select', columns, from });
  }
  if (skip('CREATE', 'SCHEMA')) {
    const ifNotExists = skip('IF', 'NOT', 'EXISTS');
    const schema = path();
    let location: string | undefined;
    if (skip('OPTIONS')) {
      expect('(');
      expect('LOCATION');
      expect('=');
      location = take().text;
      expect(')');
    }
    return done({ kind: 'create schema', schema, ifNotExists, location });
  }
  if (isWord('CREATE')) {
    take();
    const orReplace = skip('OR', 'REPLACE');
    expect('TABLE');
    const table = path();
    const columns: string[] = [];
    expect('(');
    do {
      columns.push(take().text);
      take();
    } while (skip(','));
    expect(')');
    return done({ kind: 'create table', table, orReplace, columns });
  }
  const kind = skip('GRANT') ? 'grant' : skip('REVOKE') ? 'revoke' : undefined;
  if (kind === undefined) throw unsupported(`"${sql.slice(0, 40)}"`);
  const role = take().text;
  expect('ON', 'SCHEMA');
  const schema = path();
  expect(kind === 'grant' ? 'TO' : 'FROM');
  return done({ kind, role, schema, members: members() });
}

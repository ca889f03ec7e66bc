/** Goes through the tokens of a statement one by one. */
import { bigQuery } from '../envelope.ts';
import type { Path } from './statement.ts';
import type { Token } from './tokens.ts';

/** What a parser asks of the tokens. Words are compared without case; everything that does not fit throws 400. */
export interface Reader {
  /** Takes these words and marks, if all of them come next. */
  skip(...words: string[]): boolean;
  expect(...words: string[]): void;
  /** Takes the next token, if it is of that kind. */
  takeIf(kind: Token['kind']): Token | undefined;
  take(kind: Token['kind']): Token;
  /** A name, in backticks or without. */
  identifier(): Token;
  path(): Path;
  /** One or more, with commas between. */
  several<T>(one: () => T): T[];
  end(): void;
}

export function readTokens(tokens: readonly Token[]): Reader {
  let next = 0;
  const peek = (): Token | undefined => tokens[next];
  const isAt = (word: string, ahead: number): boolean => {
    const token = tokens[next + ahead];
    return (token?.kind === 'word' || token?.kind === 'mark') && token.text.toUpperCase() === word;
  };
  const refuse = (): Error => {
    const token = peek();
    if (token === undefined) return unread('end of statement', tokens.at(-1)?.at ?? '[1:1]');
    return unread(`"${token.text}"`, token.at);
  };
  const reader: Reader = {
    skip: (...words) => {
      const found = words.every(isAt);
      if (found) next += words.length;
      return found;
    },
    expect: (...words) => {
      if (!reader.skip(...words)) throw refuse();
    },
    takeIf: (kind) => {
      const token = peek();
      if (token?.kind !== kind) return undefined;
      next += 1;
      return token;
    },
    take: (kind) => {
      const token = reader.takeIf(kind);
      if (token === undefined) throw refuse();
      return token;
    },
    identifier: () => reader.takeIf('name') ?? reader.take('word'),
    path: () => {
      const parts: string[] = [];
      do {
        const token = reader.identifier();
        parts.push(...(token.kind === 'name' ? token.text.split('.') : [token.text]));
      } while (reader.skip('.'));
      return joinDomain(parts);
    },
    several: (one) => {
      const found = [one()];
      while (reader.skip(',')) found.push(one());
      return found;
    },
    end: () => {
      if (peek() !== undefined) throw refuse();
    },
  };
  return reader;
}

/** A project may be `example.com:project`: its dots are no ends of parts. */
function joinDomain(parts: readonly string[]): string[] {
  const colon = parts.findIndex((part) => part.includes(':'));
  return colon === -1 ? [...parts] : [parts.slice(0, colon + 1).join('.'), ...parts.slice(colon + 1)];
}

function unread(what: string, at: string): Error {
  return bigQuery(400, 'invalidQuery', `Syntax error, or not supported by this simulator: Unexpected ${what} at ${at}`);
}

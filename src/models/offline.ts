import { codeIn, tokensIn } from './lexer.ts';
import type { Token } from './lexer.ts';
import { finding } from './finding.ts';
import type { Model, ModelFinding, Query } from './model.ts';
import { unstableIn } from './unstable.ts';

/** What can be said of a model without asking anybody. Pure. */

const LONGEST_QUERY = 65_535;
const LONGEST_IDENTIFIER = 191;

/** In the order in which they stand in the file. */
export function offlineFindings({ query, identifier, places }: Model): ModelFinding[] {
  const tokens = tokensIn(query.text);
  const ofIdentifier =
    identifier.length > LONGEST_IDENTIFIER
      ? [tooLong(places.identifier, 'query_identifier_column', identifier.length, LONGEST_IDENTIFIER)]
      : [];
  const ofQuery = query.text.length > LONGEST_QUERY ? [queryTooLong(query)] : [];
  if (codeIn(tokens).every(({ text }) => text === ';')) return [...ofIdentifier, empty(query)];
  return [
    ...ofIdentifier,
    ...ofQuery,
    ...afterSemicolon(query, tokens),
    ...unclosed(query, tokens),
    ...parameters(query, tokens),
    ...commentAtEnd(query, tokens),
    ...unstable(query, tokens),
  ];
}

/** The query without its final semicolon, every other character in its place: what Segment wraps. */
export function bodyOf(text: string): string {
  const last = tokensIn(text).at(-1);
  return last?.text === ';' ? `${text.slice(0, last.at)} ${text.slice(last.at + 1)}` : text;
}

function tooLong(place: ModelFinding['place'], what: string, length: number, most: number): ModelFinding {
  const counted = `${what} has ${String(length)} characters, and Segment allows ${String(most)}`;
  return finding('too-long', place, `${counted}. Move a part of it into a view, or shorten it.`);
}

function queryTooLong(query: Query): ModelFinding {
  return tooLong(query.placeAt(LONGEST_QUERY), 'The query', query.text.length, LONGEST_QUERY);
}

function empty(query: Query): ModelFinding {
  return finding('file', query.placeAt(0), 'The query is empty: write a SELECT.');
}

function afterSemicolon(query: Query, tokens: readonly Token[]): ModelFinding[] {
  const at = tokens.findIndex(({ kind, text }) => kind === 'mark' && text === ';');
  const semicolon = tokens[at];
  if (semicolon === undefined) return [];
  const next = tokens[at + 1];
  if (next === undefined) {
    const message =
      'The query ends in a semicolon, which has no place in the common table expression that Segment puts it into. It is left out here: remove it.';
    return [finding('final-semicolon', query.placeAt(semicolon.at), message)];
  }
  const what =
    next.kind === 'line comment' || next.kind === 'block comment' ? 'A comment follows' : 'Something follows';
  const message = `${what} the semicolon on line ${String(query.placeAt(semicolon.at).line)}: Segment puts the query into a common table expression, which holds one statement and not even a comment after it. Remove what follows.`;
  return [finding('statements', query.placeAt(next.at), message)];
}

const WHAT = { string: 'string', 'block comment': 'comment', name: 'quoted name' } as const;
const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[' };

function unclosed(query: Query, tokens: readonly Token[]): ModelFinding[] {
  const open = tokens.find(({ isOpen }) => isOpen === true);
  if (open !== undefined) {
    const what = WHAT[open.kind as keyof typeof WHAT];
    return [finding('unclosed', query.placeAt(open.at), `The ${what} that begins here is not closed. Close it.`)];
  }
  const opened: Token[] = [];
  for (const token of tokens.filter(({ kind }) => kind === 'mark')) {
    if (token.text === '(' || token.text === '[') opened.push(token);
    if (!Object.hasOwn(CLOSES, token.text)) continue;
    if (opened.at(-1)?.text !== CLOSES[token.text]) {
      const message = `This ${token.text} closes no ${CLOSES[token.text] ?? ''}: where Segment puts the query between brackets, it would end the query. Remove it.`;
      return [finding('unclosed', query.placeAt(token.at), message)];
    }
    opened.pop();
  }
  const first = opened[0];
  return first === undefined
    ? []
    : [finding('unclosed', query.placeAt(first.at), `The ${first.text} that stands here is not closed. Close it.`)];
}

/** `@name` and `?`; not `@@variable` of the system, nor a hint `@{…}`. */
function parameters(query: Query, tokens: readonly Token[]): ModelFinding[] {
  return tokens.flatMap((token, index) => {
    const name = tokens[index + 1];
    const isNamed = token.text === '@' && token.kind === 'mark' && name?.at === token.at + 1;
    if (!isNamed && !(token.kind === 'mark' && token.text === '?')) return [];
    const spelled = isNamed ? `@${name.text}` : '?';
    const message = `${spelled} is a parameter, to which Segment binds no value. Write the value into the query.`;
    return [finding('parameters', query.placeAt(token.at), message)];
  });
}

function commentAtEnd(query: Query, tokens: readonly Token[]): ModelFinding[] {
  const last = tokens.at(-1);
  const isAfterSemicolon = tokens.some(({ kind, text }) => kind === 'mark' && text === ';');
  if (last?.kind !== 'line comment' || isAfterSemicolon) return [];
  const message =
    'The query ends in a comment: whatever Segment puts after it on the same line becomes a part of that. Move it up, or write it as /* … */.';
  return [finding('comment-at-end', query.placeAt(last.at), message)];
}

function unstable(query: Query, tokens: readonly Token[]): ModelFinding[] {
  return unstableIn(tokens).map(({ id, token }) => {
    const name = token.text.toUpperCase();
    const message =
      id === 'unstable-column'
        ? `${name} changes by itself, and with it a column of each row: each sync sends every row again. Leave it out of what the query returns; in WHERE it does no harm.`
        : `${name === 'LIMIT' ? 'LIMIT without ORDER BY' : name} leaves to chance which rows there are: from sync to sync rows come and go. Order them by something unique, or leave it out.`;
    return finding(id, query.placeAt(token.at), message);
  });
}

import { codeIn, isWord } from './lexer.ts';
import type { Token } from './lexer.ts';

/** What of a query comes out otherwise each time. Pure. */

/** Something that changes by itself, and where. */
export interface Unstable {
  readonly id: 'unstable-column' | 'unstable-rows';
  readonly token: Token;
}

/** What is at hand within one pair of brackets, or outside all. */
interface Level {
  /** Whether what stands here decides only which rows there are. */
  readonly filters: boolean;
  clause: Clause;
  /** Whether rows have an order here, and whether chance makes it. */
  order: 'none' | 'given' | 'random';
}

type Clause = 'filter' | 'order' | 'source' | 'other';

const VOLATILE = [
  ...['CURRENT_DATE', 'CURRENT_DATETIME', 'CURRENT_TIME', 'CURRENT_TIMESTAMP'],
  ...['RAND', 'GENERATE_UUID', 'SESSION_USER'],
];
/** Each begins a part of a query. ON decides, like WHERE, which rows there are. */
const CLAUSES: Readonly<Record<string, Clause>> = {
  WHERE: 'filter',
  HAVING: 'filter',
  QUALIFY: 'filter',
  ON: 'filter',
  FROM: 'source',
  JOIN: 'source',
  UNNEST: 'source',
  ORDER: 'order',
  SELECT: 'other',
  EXTEND: 'other',
  SET: 'other',
  AGGREGATE: 'other',
  GROUP: 'other',
  WINDOW: 'other',
  LIMIT: 'other',
};

export function unstableIn(tokens: readonly Token[]): Unstable[] {
  const code = codeIn(tokens);
  const levels: Level[] = [{ filters: false, clause: 'other', order: 'none' }];
  return code.flatMap((token, index): Unstable[] => {
    const level = levels.at(-1) ?? { filters: false, clause: 'other', order: 'none' };
    if (token.text === '(') {
      const filters = level.filters || level.clause !== 'other';
      levels.push({ filters: filters && level.clause !== 'source', clause: 'other', order: 'none' });
    }
    if (token.text === ')' && levels.length > 1) levels.pop();
    if (token.kind !== 'word' || code[index - 1]?.text === '.') return [];
    return atWord(level, code, index);
  });
}

function atWord(level: Level, code: readonly Token[], index: number): Unstable[] {
  const token = code[index];
  if (token === undefined) return [];
  const word = token.text.toUpperCase();
  const clause = clauseAt(code, index);
  if (clause !== undefined) level.clause = clause;
  // What is selected anew has no order yet; in pipe syntax the order stays.
  if (word === 'SELECT' && code[index - 1]?.text !== '|>') level.order = 'none';
  if (clause === 'order') level.order = 'given';
  const isVolatile = VOLATILE.includes(word) && isCalled(word, code[index + 1]);
  if (isVolatile && level.clause === 'order' && word === 'RAND') level.order = 'random';
  const isLimit = word === 'LIMIT' && code[index + 1]?.kind === 'number';
  if ((isLimit && level.order !== 'given') || (word === 'TABLESAMPLE' && isWord(code[index + 1], 'SYSTEM'))) {
    return [{ id: 'unstable-rows', token }];
  }
  return isVolatile && !level.filters && level.clause === 'other' ? [{ id: 'unstable-column', token }] : [];
}

/** `IS DISTINCT FROM` compares, and `EXTRACT(DAY FROM …)` takes a part: neither names a source. */
function clauseAt(code: readonly Token[], index: number): Clause | undefined {
  const token = code[index];
  const clause = CLAUSES[token?.text.toUpperCase() ?? ''];
  if (!isWord(token, 'FROM')) return isWord(token, 'ORDER') && !isWord(code[index + 1], 'BY') ? undefined : clause;
  const isComparison = isWord(code[index - 1], 'DISTINCT') && isWord(code[index - 2], 'IS', 'NOT');
  const isPart = isWord(code[index - 3], 'EXTRACT') && code[index - 2]?.text === '(';
  return isComparison || isPart ? undefined : clause;
}

/** Those of the date and the time need no brackets. */
function isCalled(word: string, next: Token | undefined): boolean {
  return word.startsWith('CURRENT_') || next?.text === '(';
}

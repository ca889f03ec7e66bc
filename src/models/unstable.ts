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
    if (token.text === '(')
      levels.push({ filters: filtersWithin(level, code[index + 1]), clause: 'other', order: 'none' });
    if (token.text === ')' && levels.length > 1) levels.pop();
    if (token.kind !== 'word' || code[index - 1]?.text === '.') return [];
    return atWord(level, code, index, token);
  });
}

/** Whether what stands in the next brackets only decides which rows there are, as do the arguments of UNNEST. */
function filtersWithin({ filters, clause }: Level, first: Token | undefined): boolean {
  const isArgument = clause === 'source' && !isWord(first, 'SELECT', 'WITH', 'FROM');
  return filters || clause === 'filter' || clause === 'order' || isArgument;
}

function atWord(level: Level, code: readonly Token[], index: number, token: Token): Unstable[] {
  const clause = clauseAt(code, index);
  if (clause !== undefined) level.clause = clause;
  // What is selected anew has no order yet; in pipe syntax the order stays.
  if (isWord(token, 'SELECT') && code[index - 1]?.text !== '|>') level.order = 'none';
  if (clause === 'order') level.order = 'given';
  if (isByChance(level, code, index)) return [{ id: 'unstable-rows', token }];
  if (!isVolatile(token, code[index + 1])) return [];
  if (level.clause === 'order' && isWord(token, 'RAND')) level.order = 'random';
  return !level.filters && level.clause === 'other' ? [{ id: 'unstable-column', token }] : [];
}

/** Rows are cut off that nothing has put into an order, or drawn. */
function isByChance({ order }: Level, code: readonly Token[], index: number): boolean {
  const next = code[index + 1];
  if (isWord(code[index], 'TABLESAMPLE')) return isWord(next, 'SYSTEM');
  return isWord(code[index], 'LIMIT') && next?.kind === 'number' && order !== 'given';
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
function isVolatile(token: Token, next: Token | undefined): boolean {
  return isWord(token, ...VOLATILE) && (token.text.toUpperCase().startsWith('CURRENT_') || next?.text === '(');
}

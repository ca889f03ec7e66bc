import { codeIn, isWord, tokensIn } from './lexer.ts';
import type { Token } from './lexer.ts';

/** Where a query names tables. Without a parser: what may as well be a column is told apart. Pure. */

/** Something that names a table, or may. */
export interface Mention {
  readonly at: number;
  readonly end: number;
  /** `project.dataset.table` */
  readonly table: string;
  /** `table`: it cannot be anything else. `quoted`: a whole path in backticks. `bare`: it may as well be a column. */
  readonly kind: 'table' | 'quoted' | 'bare';
}

/** In order. @param overrides - the datasets that matter, `project.dataset` */
export function mentionsOf(text: string, overrides: ReadonlyMap<string, string>, projectId: string): Mention[] {
  const code = codeIn(tokensIn(text));
  const aliases = aliasesIn(code);
  const positions = tablePositions(code);
  const mentions: Mention[] = [];
  for (let index = 0; index < code.length;) {
    const path = pathAt(code, index);
    if (path === undefined) {
      index += 1;
      continue;
    }
    const isCalled = code[path.next]?.text === '(';
    const mention = mentionOf(path, { isTable: positions.has(index) && !isCalled, aliases, projectId });
    if (mention !== undefined && overrides.has(mention.table.slice(0, mention.table.lastIndexOf('.'))))
      mentions.push(mention);
    index = path.next;
  }
  return mentions;
}

interface Around {
  readonly isTable: boolean;
  readonly aliases: ReadonlySet<string>;
  readonly projectId: string;
}

function mentionOf(path: NamePath, { isTable, aliases, projectId }: Around): Mention | undefined {
  const { parts, at, end, isWhole } = path;
  const [first = ''] = parts;
  // `crm.name`, where crm is what a table is called here.
  if (aliases.has(first.toLowerCase())) return undefined;
  if (isTable || isWhole) {
    const table = parts.length === 2 ? [projectId, ...parts] : parts;
    if (table.length < 3) return undefined;
    const name = [table.slice(0, -2).join('.'), ...table.slice(-2)].join('.');
    return { at, end, table: name, kind: isTable ? 'table' : 'quoted' };
  }
  // `shop.users.id` of a table that was given no other name.
  return parts.length < 3 ? undefined : { at, end, table: [projectId, ...parts.slice(0, 2)].join('.'), kind: 'bare' };
}

/** A path of names. */
interface NamePath {
  readonly parts: readonly string[];
  readonly at: number;
  readonly end: number;
  /** Whether all of it stands in one pair of backticks, with periods in it. */
  readonly isWhole: boolean;
  /** Index of what follows it. */
  readonly next: number;
}

type NameToken = Token & { readonly kind: 'word' | 'name' };

const isName = (token: Token | undefined): token is NameToken => token?.kind === 'word' || token?.kind === 'name';

/** `my-project.dataset.table`: a project may have hyphens, and digits after them, without quotes. */
function pathAt(code: readonly Token[], from: number): NamePath | undefined {
  const first = code[from];
  if (!isName(first)) return undefined;
  const whole = plain(first).split('.');
  if (first.kind === 'name' && whole.length > 2) {
    return { parts: whole, at: first.at, end: first.at + first.text.length, isWhole: true, next: from + 1 };
  }
  return joinedAt(code, from, first);
}

/** A path that is not all in one pair of backticks, or has one period in them. */
function joinedAt(code: readonly Token[], from: number, first: NameToken): NamePath {
  let name = plain(first);
  const parts: string[] = [];
  let end = first.at + first.text.length;
  let next = from + 1;
  for (let token = code[next]; token !== undefined; token = code[next]) {
    const isJoined = token.at === end || token.text === '.' || name === '';
    const piece = pieceOf(token, { isFirst: parts.length === 0, isAfterPeriod: name === '' });
    if (piece === undefined || !isJoined) break;
    if (piece === '.') {
      parts.push(name);
      name = '';
    } else if (piece.endsWith('.')) {
      parts.push(name + piece.slice(0, -1));
      name = '';
    } else name += piece;
    end = token.at + token.text.length;
    next += 1;
  }
  const all = [...parts, name].flatMap((part) => part.split('.')).filter((part) => part !== '');
  return { parts: all, at: first.at, end, isWhole: first.kind === 'name' && next === from + 1 && all.length > 1, next };
}

/** What a token adds to a path; undefined = it is no part of one. */
function pieceOf(
  token: Token,
  where: { readonly isFirst: boolean; readonly isAfterPeriod: boolean },
): string | undefined {
  if (token.text === '.') return where.isAfterPeriod ? undefined : '.';
  if (where.isAfterPeriod) return isName(token) || token.text === '*' ? plain(token) : undefined;
  if (!where.isFirst) return undefined;
  return token.text === '-' || token.kind === 'word' || token.kind === 'number' ? token.text : undefined;
}

function plain({ kind, text }: Token): string {
  return kind === 'name' ? text.slice(1, -1).replace(/\\(.)/g, '$1').replace(':', '.') : text;
}

/** Indexes of tokens that stand where a table is named: after FROM, JOIN, and a comma between tables. */
function tablePositions(code: readonly Token[]): Set<number> {
  const found = new Set<number>();
  const isInFrom: boolean[] = [false];
  code.forEach((token, index) => {
    if (token.text === '(') isInFrom.push(false);
    if (token.text === ')' && isInFrom.length > 1) isInFrom.pop();
    const last = isInFrom.length - 1;
    if (startsTables(code, index)) isInFrom[last] = true;
    else if (isWord(token, ...ENDS_TABLES)) isInFrom[last] = false;
    const isPlace = isInFrom[last] === true && (startsTables(code, index) || token.text === ',');
    if (isPlace && isName(code[index + 1])) found.add(index + 1);
  });
  return found;
}

const ENDS_TABLES = [
  'WHERE',
  'GROUP',
  'HAVING',
  'QUALIFY',
  'WINDOW',
  'ORDER',
  'LIMIT',
  'SELECT',
  'UNION',
  'INTERSECT',
  'ON',
  'USING',
];

/** `IS DISTINCT FROM` and `EXTRACT(DAY FROM …)` name no table. */
function startsTables(code: readonly Token[], index: number): boolean {
  if (isWord(code[index], 'JOIN')) return true;
  if (!isWord(code[index], 'FROM')) return false;
  const isComparison = isWord(code[index - 1], 'DISTINCT') && isWord(code[index - 2], 'IS', 'NOT');
  const isPart = isWord(code[index - 3], 'EXTRACT') && code[index - 2]?.text === '(';
  return !isComparison && !isPart;
}

/** What tables and common table expressions are called within the query, in lower case. */
function aliasesIn(code: readonly Token[]): Set<string> {
  const found = new Set<string>();
  for (const index of tablePositions(code)) {
    const path = pathAt(code, index);
    if (path === undefined) continue;
    found.add((path.parts.at(-1) ?? '').toLowerCase());
    const after = isWord(code[path.next], 'AS') ? code[path.next + 1] : code[path.next];
    if (isName(after) && !isWord(after, ...ENDS_TABLES, ...JOINS)) found.add(plain(after).toLowerCase());
  }
  code.forEach((token, index) => {
    const isExpression = isWord(code[index + 1], 'AS') && code[index + 2]?.text === '(';
    if (isName(token) && isExpression) found.add(plain(token).toLowerCase());
    if (token.text === ')' && isWord(code[index + 1], 'AS') && isName(code[index + 2]))
      found.add(plain(code[index + 2] ?? token).toLowerCase());
  });
  return found;
}

const JOINS = [
  'JOIN',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'CROSS',
  'NATURAL',
  'FOR',
  'TABLESAMPLE',
  'PIVOT',
  'UNPIVOT',
  'EXCEPT',
  'WITH',
];

/** Finds what was prepared for a query, on its own or inside the one line and bracket that models are tried in. */
import type { World } from '../../engine/world.ts';
import { bigQueryState } from '../state.ts';
import type { PreparedState } from '../state.ts';

/** What a model is tried in: a line, the query, a bracket and something that reads it. */
const FIRST_LINE = /^\s*WITH\s+(?<name>[A-Za-z_]\w*)\s+AS\s*\([^\S\n]*\n/i;

export interface Found {
  readonly prepared: PreparedState;
  /** How many lines the query lies lower than in what was prepared. */
  readonly lower: number;
  /** Whether only rows are counted of it. */
  readonly counts: boolean;
}

/** The newest one whose query is this, but for spaces around it. */
export function findPrepared(sql: string, world: World): Found | undefined {
  const before = FIRST_LINE.exec(sql)?.[0];
  const body = before === undefined ? sql : sql.slice(before.length);
  const end = before === undefined ? /^\s*$/ : /^\s*\)/;
  const sent = withoutReturns(body.trimStart());
  const prepared = bigQueryState(world).prepared.find(({ query }) => {
    const wanted = withoutReturns(query.trim());
    return sent.startsWith(wanted) && end.test(sent.slice(wanted.length));
  });
  if (prepared === undefined) return undefined;
  const counts = before !== undefined && COUNTS.test(sent.slice(withoutReturns(prepared.query.trim()).length));
  const linesBefore = (whole: string, part: string): number =>
    whole.slice(0, whole.length - part.length).split('\n').length - 1;
  const lower = linesBefore(sql, body.trimStart()) - linesBefore(prepared.query, prepared.query.trimStart());
  return { prepared, lower, counts };
}

/** What only counts the rows of a query, and nothing else of it. */
const COUNTS = /^\s*\)\s*SELECT\s+COUNT\s*\(/i;

/** BigQuery takes every kind of line break for one. */
function withoutReturns(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The query that a wrapped one reads, and nothing else; undefined = it is not wrapped. */
export function unwrap(sql: string): string | undefined {
  const found = FIRST_LINE.exec(sql);
  const [before] = found ?? [];
  const end = new RegExp(
    `^([\\s\\S]*)\\)\\s*SELECT\\s+\\*\\s+FROM\\s+${found?.groups?.['name'] ?? ''}\\s*;?\\s*$`,
    'i',
  );
  const inner = end.exec(sql.slice(before?.length))?.[1];
  return before === undefined || inner === undefined ? undefined : `${before.replace(/[^\n]/g, ' ')}${inner}`;
}

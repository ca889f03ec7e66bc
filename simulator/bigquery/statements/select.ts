/** SELECT: of constants, or of one table or view, whose rows this world does not keep. */
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import type { Expression, Select } from '../sql/statement.ts';
import { resultFields, typeOf } from './columns.ts';
import type { StatementOptions, StatementResult } from './run.ts';
import { checkFilter, checkTags, readTable } from './source.ts';
import type { Source } from './source.ts';

export function select(statement: Select, options: StatementOptions, context: Context): StatementResult {
  const { from, items, limit } = statement;
  const source = from === undefined ? undefined : readTable(from, options, context);
  const { location = options.location ?? 'US', bytes = 0 } = source ?? {};
  if (source !== undefined) checkTags(statement, source, context);
  const fields = resultFields(statement, source?.fields);
  checkWhere(statement, source);
  const expressions = items.flatMap(({ expression }) => (expression.kind === 'all' ? [] : [expression]));
  const isOneRow = source === undefined || expressions.some(({ kind }) => kind === 'count');
  const row = { f: expressions.map((expression) => ({ v: valueOf(expression, statement, context) })) };
  const referencedTables = source === undefined ? {} : { referencedTables: source.tables };
  return {
    location,
    fields,
    rows: isOneRow && limit !== 0 ? [row] : [],
    bytes,
    statistics: { statementType: 'SELECT', ...referencedTables },
  };
}

function checkWhere(statement: Select, source: Source | undefined): void {
  if (source !== undefined) checkFilter(statement, source);
  for (const [left, right] of statement.where) {
    if (left.kind === 'count' || right.kind === 'count')
      throw bigQuery(400, 'invalidQuery', 'Aggregate function COUNT(*) not allowed in WHERE clause');
    const types = [left, right].map((one) => typeOf(one, statement, source && [...source.fields, ...source.pseudo]));
    if (
      ![left, right].some((one) => isFit(one, types)) &&
      new Set(types.map((type) => (type === 'FLOAT' ? 'INTEGER' : type))).size > 1
    )
      throw bigQuery(
        400,
        'invalidQuery',
        `No matching signature for operator = for argument types: ${types.join(', ')}`,
      );
  }
}

/** NULL can be compared with anything, a text with whatever is written as a text. */
function isFit(one: Expression, types: readonly string[]): boolean {
  if (one.kind !== 'literal') return false;
  const isTime = types.some((type) => ['DATE', 'DATETIME', 'TIME', 'TIMESTAMP'].includes(type));
  return one.value === null || (one.type === 'STRING' && isTime);
}

function valueOf(expression: Expression, { from }: Select, context: Context): string | null {
  if (expression.kind === 'literal') return expression.value;
  if (expression.kind === 'session user') return context.caller().principal.replace(/^(user|serviceAccount):/, '');
  if (expression.kind === 'count') return from === undefined ? '1' : '0';
  return null;
}

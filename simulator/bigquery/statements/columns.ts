/** The columns that a SELECT answers, and their types. */
import { bigQuery } from '../envelope.ts';
import type { Expression, Select } from '../sql/statement.ts';
import type { FieldState } from '../state.ts';

/** Columns of the result; `available` is undefined without FROM. */
export function resultFields(statement: Select, available: readonly FieldState[] | undefined): FieldState[] {
  const hasCount = statement.items.some(({ expression }) => expression.kind === 'count');
  const fields = statement.items.flatMap(({ expression, alias }, index): FieldState[] => {
    if (expression.kind === 'all') {
      if (available === undefined) throw bigQuery(400, 'invalidQuery', 'SELECT * must have a FROM clause');
      if (hasCount) throw mixed('*');
      return available.map(({ name, type, mode }) => ({ name, type, mode }));
    }
    const type = typeOf(expression, statement, available);
    if (expression.kind !== 'column') return [{ name: alias ?? `f${String(index)}_`, type, mode: 'NULLABLE' }];
    if (hasCount) throw mixed(expression.name);
    return [{ name: alias ?? expression.name.split('.').at(-1) ?? '', type, mode: 'NULLABLE' }];
  });
  const names = fields.map(({ name }) => name.toLowerCase());
  const twice = fields.find(({ name }) => names.filter((other) => other === name.toLowerCase()).length > 1);
  if (twice !== undefined)
    throw bigQuery(
      400,
      'invalidQuery',
      `Duplicate column names in the result are not supported. Found duplicate(s): ${twice.name}`,
    );
  return fields;
}

/** Type of an expression. Throws 400 for a column that is not there. */
export function typeOf(
  expression: Expression,
  statement: Select,
  available: readonly FieldState[] | undefined,
): string {
  if (expression.kind === 'literal') return expression.type;
  if (expression.kind === 'count') return 'INTEGER';
  if (expression.kind === 'session user') return 'STRING';
  const [first = '', second] = expression.name.split('.');
  const qualifier = (statement.alias ?? statement.from?.at(-1) ?? '').toLowerCase();
  const name = second === undefined ? first : first.toLowerCase() === qualifier ? second : undefined;
  const found = available?.find((field) => field.name.toLowerCase() === name?.toLowerCase());
  if (found === undefined)
    throw bigQuery(400, 'invalidQuery', `Unrecognized name: ${expression.name} at ${expression.at}`);
  return found.type;
}

function mixed(what: string): Error {
  return bigQuery(
    400,
    'invalidQuery',
    `SELECT list expression references ${what} which is neither grouped nor aggregated`,
  );
}

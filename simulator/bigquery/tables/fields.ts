/** Columns, as schemas and statements name them. */
import { list, record, text } from '../../engine/json.ts';
import { bigQuery, unsupported } from '../envelope.ts';
import type { FieldState } from '../state.ts';

/** Names of types in SQL and in schemas, by the one that schemas answer. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  INTEGER: ['INT64', 'INT', 'SMALLINT', 'BIGINT', 'TINYINT', 'BYTEINT', 'INTEGER'],
  FLOAT: ['FLOAT64', 'FLOAT'],
  STRING: ['STRING'],
  BOOLEAN: ['BOOL', 'BOOLEAN'],
  BYTES: ['BYTES'],
  DATE: ['DATE'],
  DATETIME: ['DATETIME'],
  TIME: ['TIME'],
  TIMESTAMP: ['TIMESTAMP'],
  NUMERIC: ['NUMERIC', 'DECIMAL'],
  BIGNUMERIC: ['BIGNUMERIC', 'BIGDECIMAL'],
  JSON: ['JSON'],
  GEOGRAPHY: ['GEOGRAPHY'],
};
const MODES = ['NULLABLE', 'REQUIRED', 'REPEATED'];

/** A type by its schema name. Throws 400 for one that BigQuery does not have. */
export function columnType(given: string): string {
  const found = Object.entries(TYPES).find(([, names]) => names.includes(given.toUpperCase()))?.[0];
  if (found === undefined) throw bigQuery(400, 'invalidQuery', `Type not found: ${given}`);
  return found;
}

/** The columns of a schema, checked. */
export function tableFields(given: readonly unknown[]): FieldState[] {
  const fields = given.map((one) => {
    const { name, type, mode, policyTags, ...others } = record(one);
    const [extra] = Object.keys(others).filter((field) => field !== 'description');
    if (extra !== undefined) throw unsupported(`The field ${extra} of a column`);
    const spelled = text(mode) ?? 'NULLABLE';
    if (!MODES.includes(spelled)) throw bigQuery(400, 'invalid', `Invalid mode: ${spelled}`);
    const names = list(record(policyTags)['names']).map(String);
    const field = { name: text(name) ?? '', type: columnType(text(type) ?? ''), mode: spelled };
    return names.length === 0 ? field : { ...field, policyTags: { names } };
  });
  checkNames(fields);
  return fields;
}

/** Throws for names that BigQuery does not take, or takes once only. */
export function checkNames(fields: readonly FieldState[]): void {
  const names = list(fields.map(({ name }) => name.toLowerCase()));
  for (const { name } of fields) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,299}$/.test(name)) throw bigQuery(400, 'invalid', `Invalid field name "${name}".`);
    if (names.filter((other) => other === name.toLowerCase()).length > 1)
      throw bigQuery(400, 'invalid', `Duplicate column name ${name}`);
  }
}

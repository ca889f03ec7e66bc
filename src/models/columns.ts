import type { TriedQuery } from '../cloud/google/query-jobs.ts';
import type { Accuracy, Column, QueryFacts } from './model.ts';

/** What a dry run told, in this chapter's words. Pure. */

type Field = TriedQuery['fields'][number];

/** BigQuery's API has older names for some types. */
const NAMES: Readonly<Record<string, string>> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  RECORD: 'STRUCT',
  DECIMAL: 'NUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
};
const ACCURACIES: readonly Accuracy[] = ['PRECISE', 'LOWER_BOUND', 'UPPER_BOUND'];
const DEEPEST = 15;

export function factsOf({ statementType, fields, tables, routines, bytes, accuracy }: TriedQuery): QueryFacts {
  return {
    ...{ statementType, tables: [...new Set(tables)], routines: [...new Set(routines)], bytes },
    columns: fields.map((field): Column => ({ name: field.name ?? '', type: typeOf(field, 0) })),
    accuracy: ACCURACIES.find((one) => one === accuracy) ?? 'UNKNOWN',
  };
}

function typeOf(field: Field, depth: number): string {
  const given = (field.type ?? '').toUpperCase();
  const name = NAMES[given] ?? given;
  const parts = depth < DEEPEST ? (field.fields ?? []) : [];
  const inner = parts.map((part) => `${part.name ?? ''} ${typeOf(part, depth + 1)}`).join(', ');
  const whole = name === 'STRUCT' && inner !== '' ? `STRUCT<${inner}>` : name;
  return field.mode === 'REPEATED' ? `ARRAY<${whole}>` : whole;
}

/** `SELECT items [FROM table [WHERE a = b AND …]] [LIMIT n]`. */
import type { Reader } from './reader.ts';
import type { Expression, Select, SelectItem } from './statement.ts';

const COMPARISONS = ['=', '!=', '<>', '<=', '>=', '<', '>'];

/** What follows the word SELECT. */
export function readSelect(reader: Reader): Select {
  const items = reader.several(() => readItem(reader));
  const from = reader.skip('FROM') ? reader.path() : undefined;
  const alias = from !== undefined && reader.skip('AS') ? reader.identifier().text : undefined;
  const where: [Expression, Expression][] = [];
  if (from !== undefined && reader.skip('WHERE')) {
    do where.push(readComparison(reader));
    while (reader.skip('AND'));
  }
  const limit = reader.skip('LIMIT') ? Number(reader.take('integer').text) : undefined;
  return { kind: 'select', items, from, alias, where, limit };
}

function readItem(reader: Reader): SelectItem {
  if (reader.skip('*')) return { expression: { kind: 'all' }, alias: undefined };
  const expression = readExpression(reader);
  return { expression, alias: reader.skip('AS') ? reader.identifier().text : undefined };
}

function readComparison(reader: Reader): [Expression, Expression] {
  const left = readExpression(reader);
  if (reader.skip('IS', 'NOT', 'NULL') || reader.skip('IS', 'NULL')) return [left, left];
  if (!COMPARISONS.some((mark) => reader.skip(mark))) reader.expect('=');
  return [left, readExpression(reader)];
}

function readExpression(reader: Reader): Expression {
  const sign = reader.skip('-') ? '-' : '';
  const integer = reader.takeIf('integer');
  if (integer !== undefined) return { kind: 'literal', type: 'INTEGER', value: sign + integer.text };
  const float = reader.takeIf('float');
  if (float !== undefined || sign !== '')
    return { kind: 'literal', type: 'FLOAT', value: String(Number(sign + (float ?? reader.take('float')).text)) };
  const string = reader.takeIf('string');
  if (string !== undefined) return { kind: 'literal', type: 'STRING', value: string.text };
  for (const value of ['true', 'false']) {
    if (reader.skip(value.toUpperCase())) return { kind: 'literal', type: 'BOOLEAN', value };
  }
  // BigQuery takes an untyped NULL for a number.
  if (reader.skip('NULL')) return { kind: 'literal', type: 'INTEGER', value: null };
  if (reader.skip('COUNT', '(', '*', ')')) return { kind: 'count' };
  if (reader.skip('SESSION_USER', '(', ')')) return { kind: 'session user' };
  return readColumn(reader);
}

function readColumn(reader: Reader): Expression {
  const { text, at } = reader.identifier();
  const name = reader.skip('.') ? `${text}.${reader.identifier().text}` : text;
  return { kind: 'column', name, at };
}

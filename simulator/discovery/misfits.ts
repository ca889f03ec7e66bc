/** The one judge of shapes: what of a value does not fit its schema, in the words of Google's front end. */
import { record } from '../engine/json.ts';
import type { Document, Method, Schema } from './document.ts';

/** By what a value is judged. In requests Google takes whole numbers as strings, too. */
export interface Judgment {
  readonly schemas: Document['schemas'];
  readonly side: 'request' | 'reply';
}

/** Everything that does not fit: unknown fields, wrong types, words that are not in the enum. Null is as good as left out. */
export function* misfits(value: unknown, given: Schema, at: string, judgment: Judgment): Generator<string> {
  if (value === null || value === undefined) return;
  const schema = given.$ref === undefined ? given : (judgment.schemas[given.$ref] ?? {});
  if (schema.type === 'object') yield* misfitsOfObject(value, schema, at, judgment);
  else if (schema.type === 'array') yield* misfitsOfList(value, schema, at, judgment);
  else if (!isScalar(value, schema, judgment.side)) {
    // A secret that somebody forgot to encode must not stand in a refusal.
    const quoted = schema.format === 'byte' || typeof value === 'object' ? '' : `, ${JSON.stringify(value)}`;
    yield `Invalid value at '${at}' (${nameOfType(schema)})${quoted}`;
  }
}

function* misfitsOfObject(value: unknown, schema: Schema, at: string, judgment: Judgment): Generator<string> {
  if (typeof value !== 'object' || Array.isArray(value)) {
    yield at === ''
      ? 'Invalid JSON payload received. Root element must be a message.'
      : `Invalid value at '${at}' (TYPE_MESSAGE)`;
    return;
  }
  if (schema.properties === undefined && schema.additionalProperties === undefined) return;
  const where = at === '' ? '' : ` at '${at}'`;
  for (const [name, child] of Object.entries(record(value))) {
    const known = fieldOf(schema, name);
    if (known === undefined) yield `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`;
    else yield* misfits(child, known, at === '' ? name : `${at}.${name}`, judgment);
  }
}

function fieldOf({ properties = {}, additionalProperties }: Schema, name: string): Schema | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
}

function* misfitsOfList(value: unknown, { items = {} }: Schema, at: string, judgment: Judgment): Generator<string> {
  if (!Array.isArray(value)) {
    yield `Invalid value at '${at}' (TYPE_LIST)`;
    return;
  }
  for (const [index, child] of value.entries()) yield* misfits(child, items, `${at}[${String(index)}]`, judgment);
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  int64: /^-?\d+$/,
  uint64: /^\d+$/,
  'google-duration': /^-?\d+(\.\d{1,9})?s$/,
  'google-datetime': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
};

function isScalar(value: unknown, schema: Schema, side: Judgment['side']): boolean {
  if (schema.type === 'boolean' || schema.type === 'number') return typeof value === schema.type;
  if (schema.type === 'integer')
    return Number.isInteger(value) || (side === 'request' && typeof value === 'string' && /^-?\d+$/.test(value));
  if (schema.type !== 'string') return true;
  const isSpelledOtherwise = side === 'request' && isWhole(schema) && Number.isInteger(value);
  return isSpelledOtherwise ? isString(String(value), schema) : typeof value === 'string' && isString(value, schema);
}

function isString(value: string, schema: Schema): boolean {
  return (FORMATS[schema.format ?? '']?.test(value) ?? true) && schema.enum?.includes(value) !== false;
}

function isWhole({ format = '' }: Schema): boolean {
  return /^u?int64$/.test(format);
}

function nameOfType(schema: Schema): string {
  if (schema.type === 'boolean') return 'TYPE_BOOL';
  if (schema.type === 'number') return 'TYPE_DOUBLE';
  return schema.type === 'integer' || isWhole(schema) ? 'TYPE_INT64' : 'TYPE_STRING';
}

/** Parameters that neither the method has nor every method, and values that do not fit theirs. */
export function* misfitsOfQuery(query: URLSearchParams, method: Method, document: Document): Generator<string> {
  for (const [name, value] of query) {
    const own = method.parameters?.[name];
    const schema = own?.location === 'query' ? own : document.parameters[name];
    if (schema === undefined)
      yield `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter.`;
    else if (!isParameter(value, schema)) yield `Invalid value at '${name}': "${value}"`;
  }
}

function isParameter(value: string, schema: Schema): boolean {
  if (schema.type === 'boolean') return /^(true|false)$/i.test(value);
  if (schema.type === 'integer') return (schema.format === 'uint32' ? /^\d+$/ : /^-?\d+$/).test(value);
  return schema.enum?.includes(value) !== false;
}

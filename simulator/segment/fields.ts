/** What is sent in a body, field by field. Whatever is not known is refused. */
import { record } from '../engine/json.ts';
import { unfit } from './envelope.ts';

/** What a field must be; `?` = it may be left out. */
export type Shape = 'string' | 'text' | 'boolean' | 'record' | 'string?' | 'text?' | 'boolean?' | 'record?' | 'any?';

const IS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  /** A string with something in it. */
  text: (value) => typeof value === 'string' && value !== '',
  boolean: (value) => typeof value === 'boolean',
  record: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  any: () => true,
};

/** The body, once it has nothing but these fields, all that must be there, and each of its type. Throws 422 otherwise. */
export function readFields(
  body: unknown,
  shapes: Readonly<Record<string, Shape>>,
  at = '',
): Readonly<Record<string, unknown>> {
  const given = record(body);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(shapes, name)) throw unfit(`${at}${name}`, `The field ${at}${name} is not known.`);
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const value = given[name];
    if (value === undefined && shape.endsWith('?')) continue;
    if (value === undefined) throw unfit(`${at}${name}`, `The field ${at}${name} is required.`);
    if (IS[shape.replace('?', '')]?.(value) !== true)
      throw unfit(`${at}${name}`, `The field ${at}${name} is not valid.`);
  }
  return given;
}

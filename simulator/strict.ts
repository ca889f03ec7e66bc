/** Strictness about what is sent: an unknown field or parameter is refused, as Google's front end does. */
import { record } from './json.ts';
import { google } from './refusal.ts';
import type { Request } from './route.ts';

/** What a value must be: a JSON type, a list of a shape, an object of shapes, or anything at all. */
export type Shape = 'string' | 'number' | 'boolean' | 'any' | readonly [Shape] | { readonly [field: string]: Shape };

const refuse = (message: string): Error => google(400, 'INVALID_ARGUMENT', message, { errors: true });

/** Throws 400 for a field that the shape does not know, or a value of another type. No body passes as `{}`. */
export function checkBody(body: unknown, shape: Readonly<Record<string, Shape>>): void {
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) {
    throw refuse('Invalid JSON payload received. Root element must be a message.');
  }
  check(body ?? {}, shape, '');
}

function check(value: unknown, shape: Shape, at: string): void {
  if (shape === 'any' || value === null) return;
  if (typeof shape === 'string') {
    // proto3 JSON takes an integer written as a string, too.
    const isNumeric = shape === 'number' && typeof value === 'string' && /^-?\d+$/.test(value);
    if (typeof value !== shape && !isNumeric)
      throw refuse(`Invalid value at '${at}' (${shape}), ${JSON.stringify(value)}`);
  } else if (isListShape(shape)) {
    if (!Array.isArray(value)) throw refuse(`Invalid value at '${at}' (list), ${JSON.stringify(value)}`);
    value.forEach((item: unknown, index) => check(item, shape[0], `${at}[${String(index)}]`));
  } else {
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw refuse(`Invalid value at '${at}' (message), ${JSON.stringify(value)}`);
    }
    for (const [name, inner] of Object.entries(record(value))) {
      const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (known === undefined) {
        const where = at === '' ? '' : ` at '${at}'`;
        throw refuse(`Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`);
      }
      check(inner, known, at === '' ? name : `${at}.${name}`);
    }
  }
}

function isListShape(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

const STANDARD = new Set([
  ...['alt', '$alt', 'prettyPrint', '$prettyPrint', 'key', 'fields', '$fields', 'quotaUser', 'userProject'],
  ...['$.xgafv', 'access_token', 'oauth_token', 'callback', '$userProject', 'uploadType', 'upload_protocol'],
]);

/** Throws 400 for a query parameter that the method does not have. */
export function checkQuery(request: Request, ...known: string[]): void {
  for (const name of request.query.keys()) {
    if (known.includes(name) || STANDARD.has(name)) continue;
    throw refuse(
      `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
    );
  }
}

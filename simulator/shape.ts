/** Strictness about what is sent: an unknown field or parameter is refused, as Google's front end does. */
import { google } from './refusal.ts';
import { record } from './json.ts';
import type { Request } from './route.ts';

/** Field names; a nested shape is looked into, `true` is taken as it is. */
export interface Shape {
  readonly [field: string]: true | Shape;
}

/** Throws 400 for a field that the shape does not know. */
export function checkBody(body: unknown, shape: Shape, at = ''): void {
  for (const [name, value] of Object.entries(record(body))) {
    const known = shape[name];
    if (known === undefined) {
      const where = at === '' ? '' : ` at '${at}'`;
      throw google(
        400,
        'INVALID_ARGUMENT',
        `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`,
      );
    }
    if (known !== true && typeof value === 'object' && !Array.isArray(value)) {
      checkBody(value, known, at === '' ? name : `${at}.${name}`);
    }
  }
}

const STANDARD = ['alt', 'prettyPrint', 'key', 'fields', 'quotaUser', 'userProject', '$.xgafv', 'access_token', '$alt'];

/** Throws 400 for a query parameter that the method does not have. */
export function checkQuery(request: Request, ...known: string[]): void {
  for (const name of request.query.keys()) {
    if (known.includes(name) || STANDARD.includes(name)) continue;
    throw google(
      400,
      'INVALID_ARGUMENT',
      `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter.`,
    );
  }
}

/** Names of secrets and variables, and bodies that hold nothing else. */
import { record, text } from '../engine/json.ts';
import type { Request } from '../engine/route.ts';
import { gitHub } from './envelope.ts';

const MOST_BYTES = 48 * 1024;

/** The name as GitHub stores it: in upper case. Throws 422 for one that it refuses. */
export function spellName(given: string, what: 'Secret' | 'Variable'): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(given))
    throw gitHub(
      422,
      `${what} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).`,
    );
  if (/^GITHUB_/i.test(given)) throw gitHub(422, `${what} names must not start with GITHUB_.`);
  if (given.length > 255) throw gitHub(422, `${what} names must be at most 255 characters long.`);
  return given.toUpperCase();
}

/** The name in a path, of something that may not be there. */
export function nameOf(request: Request): string {
  return (request.params['name'] ?? '').toUpperCase();
}

/**
 * The strings of a body. Throws 422 for fields that are missing, no strings, or not known. With `isShared` it may say
 * which repositories of an organization it is for: those fields are audience.ts's to read.
 */
export function readStrings<Field extends string>(
  request: Request,
  { required, known, isShared }: Expected<Field>,
): Partial<Record<Field, string>> {
  const body = record(request.body);
  const invalid = (what: string): Error => gitHub(422, `Invalid request.\n\n${what}`);
  for (const [field, value] of Object.entries(body)) {
    if (isShared && (field === 'visibility' || field === 'selected_repository_ids')) continue;
    if (!known.some((one) => one === field)) throw invalid(`"${field}" is not a permitted key.`);
    if (text(value) === undefined)
      throw invalid(`For 'properties/${field}', ${JSON.stringify(value)} is not a string.`);
  }
  for (const field of required) {
    if (body[field] === undefined) throw invalid(`"${field}" wasn't supplied.`);
  }
  return body as Partial<Record<Field, string>>;
}

interface Expected<Field extends string> {
  readonly required: readonly string[];
  readonly known: readonly Field[];
  readonly isShared: boolean;
}

/** Throws 422 for a value that GitHub does not take. */
export function checkSize(value: string): void {
  if (Buffer.byteLength(value) > MOST_BYTES) throw gitHub(422, 'The value is too large: 48 KB at most.');
}

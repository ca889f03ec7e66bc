import * as v from 'valibot';
import type { Kind } from './kinds.ts';
import { nearest } from './nearest.ts';

/** What was most likely meant by a value that is not valid: the spelling next to it that is. Pure. */

const FLAGS: Readonly<Record<string, string>> = {
  yes: 'true',
  on: 'true',
  1: 'true',
  no: 'false',
  off: 'false',
  0: 'false',
};

/** Slips that people make in every input, each undone; the first that gives something valid was meant. */
const SPELLINGS: readonly ((given: string) => string | undefined)[] = [
  (given) => /^(["'`])(.*)\1$/.exec(given)?.[2], // Quotes that YAML does not take off.
  (given) => given.toLowerCase(),
  (given) => given.replaceAll('_', '-'),
  (given) => given.replaceAll('-', '_'),
  (given) => FLAGS[given.toLowerCase()],
  (given) => /^(\d+) ?(?:d|days?)$/i.exec(given)?.[1],
  (given) => /^(.+)\/versions\/[^/]+$/.exec(given)?.[1], // A version, where the secret is asked for.
  (given) => /^[A-Za-z]+:(.+)$/.exec(given)?.[1], // A member, where the email is asked for.
  (given) => /^([^@]+)@[^@]+$/.exec(given)?.[1], // The email, where the ID is asked for.
  (given) => /\/([^/]+)$/.exec(given)?.[1], // The full name of something.
];

/** undefined = it cannot be told. */
export function meant(kind: Pick<Kind<unknown>, 'schema' | 'json' | 'likely'>, given: string): string | undefined {
  const isValid = (one: string | undefined): one is string =>
    one !== undefined && v.safeParse(kind.schema, one).success;
  const spelled = [kind.likely, ...SPELLINGS].map((undo) => undo?.(given)).find(isValid);
  if (spelled !== undefined) return spelled;
  const { enum: allowed } = kind.json;
  return Array.isArray(allowed) ? nearest(given, allowed.map(String)) : undefined;
}

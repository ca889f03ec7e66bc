import { masksOfKey } from '../secret.ts';
import type { SecretForm } from './row.ts';
import { inputGroups, rowsOf } from './schema.ts';
import { keyFileIn } from './schema/run.ts';

/** How a secret could show, by the form that its row declares. */
const forms: Readonly<Record<SecretForm, (secret: string) => readonly string[]>> = {
  'as it is': (secret) => [secret],
  'key file': (secret) => {
    const file = keyFileIn(secret);
    return file === undefined ? [secret] : masksOfKey(secret, file.private_key);
  },
};

/**
 * Every form in which a secret among the inputs could show, be it valid or not: what the runner must star out before anything
 * is said, of wrong inputs too.
 *
 * @param get - the raw text of an input; '' when it was not given
 */
export function secretsIn(get: (name: string) => string): readonly string[] {
  return rowsOf(inputGroups).flatMap(({ input, secret }) => {
    const given = secret === undefined ? '' : get(input).trim();
    return secret === undefined || given === '' ? [] : forms[secret](given);
  });
}

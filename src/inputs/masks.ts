import { masksOfKey, Secret } from '../secret.ts';
import type { RunOptions } from './options.ts';
import type { SecretForm } from './row.ts';
import { runInputs } from './schema.ts';
import type { Groups } from './schema.ts';
import { keyFileIn } from './schema/run.ts';

/** How a secret could show, by the form that its row declares. */
const forms: Readonly<Record<SecretForm, (secret: string) => readonly string[]>> = {
  'as it is': (secret) => [secret],
  'key file': (secret) => masksOfKey(secret, keyFileIn(secret)?.private_key ?? ''),
};

/** Every form in which a secret among the inputs could show: what the runner must star out before anything else is done. */
export function secretsIn(options: RunOptions): readonly string[] {
  const values: Readonly<Record<string, unknown>> = { ...options, ...options.identity, ...options.reporting };
  const groups: Groups = runInputs;
  return Object.values(groups).flatMap((rows) =>
    Object.entries(rows).flatMap(([property, row]) =>
      secretsWithin(values[property]).flatMap((secret) => forms[row.secret ?? 'as it is'](secret.reveal())),
    ),
  );
}

/** A value is a secret, or holds some. */
function secretsWithin(value: unknown): readonly Secret[] {
  if (typeof value !== 'object' || value === null) return [];
  const parts: readonly unknown[] = Object.values(value);
  return [value, ...parts].filter((part) => part instanceof Secret);
}

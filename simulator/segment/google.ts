/** Segment as a client of Google: with the key that it was given, and nothing else. */
import { record, text } from '../engine/json.ts';
import type { Context, Reply } from '../engine/route.ts';
import { assertionOf, readKeyFile } from './key-file.ts';
import type { KeyFile } from './key-file.ts';

/** Why Segment gets no further: a code, and words. */
export class Failure extends Error {
  readonly errorCode: string;
  constructor(errorCode: string, message: string) {
    super(message);
    this.errorCode = errorCode;
  }
}

/** One request to Google. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
}

export function askGoogle({ method, path, token, body }: Asked, { origin, send }: Context): Promise<Reply> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return send({ method, path, query: new URLSearchParams(), headers, body, origin });
}

/** What Google said in its refusal. */
export function messageOf({ status, body }: Reply): string {
  const { error, error_description: description } = record(body);
  return text(description) ?? text(record(error)['message']) ?? `Google answered ${String(status)}`;
}

/** A token, which is to authenticate with the key. Throws a Failure where it is no key, or Google does not take it. */
export async function mint(
  secret: unknown,
  context: Context,
): Promise<{ readonly key: KeyFile; readonly token: string }> {
  const key = readKeyFile(secret);
  const assertion = key === undefined ? undefined : await assertionOf(key, context.now);
  if (key === undefined || assertion === undefined)
    throw new Failure('InvalidCredentials', 'The credentials are not the JSON file of a service account.');
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  const reply = await askGoogle({ method: 'POST', path: '/token', body: grant }, context);
  if (reply.status !== 200) throw new Failure('AuthenticationFailed', messageOf(reply));
  return { key, token: text(record(reply.body)['access_token']) ?? '' };
}

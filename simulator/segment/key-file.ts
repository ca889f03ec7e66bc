/** The key of a service account, as Segment was given it. */
import { SignJWT, importPKCS8 } from 'jose';
import { record, text } from '../engine/json.ts';

export interface KeyFile {
  readonly projectId: string;
  readonly keyId: string;
  readonly privateKey: string;
  readonly email: string;
  readonly tokenUri: string;
}

/** The id that a file gives its key, whatever else it holds. */
export function keyIdOf(given: unknown): string | null {
  return text(fileOf(given)['private_key_id']) ?? null;
}

function fileOf(given: unknown): Record<string, unknown> {
  return record(typeof given === 'string' ? parsed(given) : given);
}

/** Reads a JSON file, or what was one; undefined = it is none. */
export function readKeyFile(given: unknown): KeyFile | undefined {
  const file = fileOf(given);
  const read = (name: string): string => text(file[name]) ?? '';
  const key = {
    projectId: read('project_id'),
    keyId: read('private_key_id'),
    privateKey: read('private_key'),
    email: read('client_email'),
    tokenUri: read('token_uri'),
  };
  const isWhole = read('type') === 'service_account' && Object.values(key).every((value) => value !== '');
  return isWhole ? key : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No JSON, so no key.
  }
}

/** What is signed with it to get a token; undefined = it holds no private key. */
export async function assertionOf(key: KeyFile, now: number): Promise<string | undefined> {
  const privateKey = await importPKCS8(key.privateKey, 'RS256').catch(() => undefined);
  if (privateKey === undefined) return undefined;
  const seconds = Math.floor(now / 1000);
  return new SignJWT({ scope: 'https://www.googleapis.com/auth/bigquery' })
    .setProtectedHeader({ alg: 'RS256', kid: key.keyId })
    .setIssuer(key.email)
    .setAudience(key.tokenUri)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 3600)
    .sign(privateKey);
}

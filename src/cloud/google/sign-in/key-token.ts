import type * as Jose from 'jose';
import { UnreadableAnswer } from '../../../errors/unreadable.ts';
import { SCOPES } from './identity.ts';
import { requestToken } from './token-request.ts';
import type { Token, TokenDesk } from './token-request.ts';

/** What of a key file is needed to mint tokens. */
export interface KeyFile {
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id: string;
  readonly token_uri: string;
}

const LIFETIME_SECONDS = 3600;

/**
 * Mints an access token from a key by a signed assertion. Done here, because google-auth-library posts to a fixed host,
 * whatever the endpoint overrides say. The assertion's audience is the key's `token_uri` wherever it is posted; its times
 * are Google's, as far as an answer has told them, because an assertion from the future is refused.
 *
 * @throws ApiError of service `oauth2` with the words of the token endpoint
 */
export async function mintToken(desk: TokenDesk, key: KeyFile, tokenUrl: string): Promise<Token> {
  const { SignJWT, importPKCS8 } = await signing();
  const issuedAt = Math.floor((Date.now() - desk.wire.clockAhead()) / 1000);
  const assertion = await new SignJWT({ scope: SCOPES.join(' ') })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.private_key_id })
    .setIssuer(key.client_email)
    .setAudience(key.token_uri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(await importPKCS8(key.private_key, 'RS256'));
  desk.mask(assertion); // Good for a token for as long as it lasts.
  const data = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  const call = `get a token with the key ${key.private_key_id.slice(0, 12)}`;
  return requestToken(desk, { call, service: 'oauth2', url: tokenUrl, data });
}

const signing = (): Promise<typeof Jose> => import('jose');

/** Loads what minting takes, while the key is on its way. What fails here fails again for whoever mints, and is told there. */
export function prepareToMint(): void {
  signing().catch(() => undefined);
}

/** The file in Google's answer to the creation of a key. @throws UnreadableAnswer */
export function readKeyFile(text: string): KeyFile {
  try {
    const file = JSON.parse(text) as Partial<KeyFile> | null;
    const parts = [file?.client_email, file?.private_key, file?.private_key_id, file?.token_uri];
    if (parts.every((part) => typeof part === 'string' && part !== '')) return file as KeyFile;
  } catch {
    // What it says instead is secret, as far as anybody knows.
  }
  throw new UnreadableAnswer('there is no key file in it');
}

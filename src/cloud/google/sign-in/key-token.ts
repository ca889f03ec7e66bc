import { gaxios } from 'google-auth-library';
import { googleError } from '../../../errors/from-google.ts';
import { SCOPES } from './identity.ts';

/** What of a key file is needed to mint tokens. */
export interface KeyFile {
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id: string;
  readonly token_uri: string;
}

/** An access token and when it ends, in milliseconds since 1970. */
export interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

const LIFETIME_SECONDS = 3600;

/**
 * Mints an access token from a key by a signed assertion. Done here, because google-auth-library posts to a fixed host,
 * whatever the endpoint overrides say. The assertion's audience is the key's `token_uri` wherever it is posted.
 *
 * @throws ApiError of service `oauth2` with the words of the token endpoint
 */
export async function mintToken(key: KeyFile, tokenUrl: string): Promise<Token> {
  const { SignJWT, importPKCS8 } = await import('jose');
  const issuedAt = Math.floor(Date.now() / 1000);
  const assertion = await new SignJWT({ scope: SCOPES.join(' ') })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.private_key_id })
    .setIssuer(key.client_email)
    .setAudience(key.token_uri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(await importPKCS8(key.private_key, 'RS256'));
  try {
    const answer = await gaxios.request<{ access_token: string; expires_in: number }>({
      url: tokenUrl,
      method: 'POST',
      data: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
      responseType: 'json',
      retry: false,
      timeout: 30_000,
    });
    return { value: answer.data.access_token, expiresAt: (issuedAt + answer.data.expires_in) * 1000 };
  } catch (thrown) {
    const call = `get a token with the key ${key.private_key_id.slice(0, 12)}`;
    throw googleError({ call, service: 'oauth2' }, thrown);
  }
}

/** The key that signs the runner's OIDC tokens. It lives as long as the process, and is in no world. */
import { exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWK } from 'jose';

export const ISSUER_KEY_ID = 'simulator-1';

/** Both halves, and the public one as STS finds it at the issuer. */
export interface IssuerKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

let key: Promise<IssuerKey> | undefined;

/** Made at the first call. */
export function issuerKey(): Promise<IssuerKey> {
  key ??= makeKey();
  return key;
}

async function makeKey(): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const jwk = { ...(await exportJWK(publicKey)), kid: ISSUER_KEY_ID, alg: 'RS256', use: 'sig' };
  return { privateKey, publicKey, jwk };
}

import { createPrivateKey, createPublicKey } from 'node:crypto';

/** Public halves of keys, all in one spelling: SPKI, DER, base64. */

/** Of a private key; undefined where the text only looks like one. */
export function publicHalfOf(privatePem: string): string | undefined {
  try {
    return spelled(createPublicKey(createPrivateKey(privatePem)));
  } catch {
    return undefined; // What OpenSSL says of it helps nobody.
  }
}

/** Of a public key in PEM. @throws Error where it is none */
export function publicHalfIn(publicPem: string): string {
  return spelled(createPublicKey(publicPem));
}

function spelled(key: ReturnType<typeof createPublicKey>): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}

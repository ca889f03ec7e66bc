import { blake2b } from 'blakejs';
import nacl from 'tweetnacl';

const NONCE_BYTES = 24;

/**
 * libsodium's sealed box, as GitHub wants secrets: an ephemeral key pair, whose public half goes in front, and a nonce
 * that is the hash of both public keys.
 *
 * @param publicKey - of the secret store, base64
 * @returns base64
 */
export function seal(message: string, publicKey: string): string {
  const recipient = Buffer.from(publicKey, 'base64');
  const ephemeral = nacl.box.keyPair();
  const nonce = blake2b(Buffer.concat([ephemeral.publicKey, recipient]), undefined, NONCE_BYTES);
  const box = nacl.box(Buffer.from(message), nonce, recipient, ephemeral.secretKey);
  return Buffer.concat([ephemeral.publicKey, box]).toString('base64');
}

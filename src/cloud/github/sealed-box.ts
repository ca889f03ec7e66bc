import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { hsalsa, secretbox } from '@noble/ciphers/salsa.js';
import { blake2b } from '@noble/hashes/blake2.js';

const NONCE_BYTES = 24;
/** The words “expand 32-byte k”, by which Salsa20 makes a key of a shared secret. */
const SIGMA = new Uint32Array(new TextEncoder().encode('expand 32-byte k').buffer);
const KEY_WORDS = 8;

/**
 * libsodium's sealed box, as GitHub wants secrets: an ephemeral key pair, whose public half goes in front, and a nonce
 * that is the hash of both public keys. X25519 is Node's own.
 *
 * @param publicKey - of the secret store, base64
 * @returns base64
 */
export function seal(message: string, publicKey: string): string {
  const recipient = Buffer.from(publicKey, 'base64');
  const ephemeral = generateKeyPairSync('x25519');
  const inFront = rawOf(ephemeral.publicKey);
  const nonce = blake2b(Buffer.concat([inFront, recipient]), { dkLen: NONCE_BYTES });
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: keyOf(recipient) });
  const box = secretbox(boxKey(shared), nonce).seal(Buffer.from(message));
  return Buffer.concat([inFront, box]).toString('base64');
}

/** HSalsa20 of the shared secret and an input of zeros: what NaCl calls `beforenm`. */
function boxKey(shared: Buffer): Uint8Array {
  const key = new Uint32Array(KEY_WORDS);
  hsalsa(SIGMA, new Uint32Array(Uint8Array.from(shared).buffer), new Uint32Array(4), key);
  return new Uint8Array(key.buffer);
}

function keyOf(raw: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') }, format: 'jwk' });
}

function rawOf(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

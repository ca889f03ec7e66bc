import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import sodium from 'libsodium-wrappers';
import { seal } from '../../../src/cloud/github/sealed-box.ts';

test('libsodium opens what we seal', async () => {
  await sodium.ready;
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (message) => {
      const sealed = sodium.from_base64(
        seal(message, sodium.to_base64(publicKey, sodium.base64_variants.ORIGINAL)),
        sodium.base64_variants.ORIGINAL,
      );
      expect(sodium.to_string(sodium.crypto_box_seal_open(sealed, publicKey, privateKey))).toBe(message);
    }),
  );
});

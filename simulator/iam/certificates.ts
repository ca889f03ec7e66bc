/** Certificates in which public keys are uploaded. */
import { X509Certificate } from 'node:crypto';
import type { KeyState } from '../directory/iam.ts';
import { invalid } from '../engine/refusal.ts';
import type { Context } from '../engine/route.ts';

const FEWEST_BITS = 2048;
const NOT_A_CERTIFICATE = 'The public key data must be a base64-encoded X.509 certificate in PEM form.';

/** Reads what was uploaded. Throws 400 for what is no certificate, for another kind of key, and for one that has ended. */
export function readCertificate(
  publicKeyData: string,
  { now }: Context,
): Pick<KeyState, 'publicKey' | 'validAfterTime' | 'validBeforeTime'> & { certificate: string } {
  const pem = Buffer.from(publicKeyData, 'base64').toString();
  const certificate = parse(pem);
  const { publicKey } = certificate;
  if (publicKey.asymmetricKeyType !== 'rsa' || (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < FEWEST_BITS)
    throw invalid('The certificate must hold an RSA key of at least 2048 bits.');
  const validAfterTime = Date.parse(certificate.validFrom);
  const validBeforeTime = Date.parse(certificate.validTo);
  if (validBeforeTime <= now || validBeforeTime <= validAfterTime) throw invalid('The certificate has expired.');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    validAfterTime,
    validBeforeTime,
    certificate: pem,
  };
}

function parse(pem: string): X509Certificate {
  if (!/^-----BEGIN CERTIFICATE-----\n[\s\S]+-----END CERTIFICATE-----\s*$/.test(pem)) throw invalid(NOT_A_CERTIFICATE);
  try {
    return new X509Certificate(pem);
  } catch {
    throw invalid(NOT_A_CERTIFICATE);
  }
}

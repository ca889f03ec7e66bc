import { generateKeyPair, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { masksOfPem } from '../../secret.ts';
import { DAY } from '../../time.ts';

/** A key pair made here: the private half never leaves the runner, except to where the key is delivered. */
export interface Pair {
  /** PEM of a self-signed X.509 certificate: what Google is shown. */
  readonly certificate: string;
  /** PKCS #8 PEM. */
  readonly privateKey: string;
}

const BITS = 2048; // What Google makes itself, and the least it takes.
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';
const COMMON_NAME = '2.5.4.3';
const SERIAL_BYTES = 16;

/**
 * Makes an RSA pair and a certificate that ends after so many days: the end is in what Google is given, so nobody has to
 * remember it. The certificate says nothing about anybody, because Google shows it to the world.
 *
 * @param now - milliseconds since 1970, by Google's clock: a certificate from the future is refused
 */
export async function makePair(lifetimeDays: number, mask: (value: string) => void, now = Date.now()): Promise<Pair> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: BITS });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const form of masksOfPem(pem)) mask(form);
  const start = Math.floor(now / 1000) * 1000; // Certificates tell whole seconds.
  const validity = new Validity({ notBefore: new Date(start), notAfter: new Date(start + lifetimeDays * DAY) });
  return { certificate: certify(validity, publicKey, privateKey), privateKey: pem };
}

function certify(validity: Validity, publicKey: KeyObject, privateKey: KeyObject): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: SHA256_WITH_RSA, parameters: null });
  const commonName = new AttributeTypeAndValue({
    type: COMMON_NAME,
    value: new AttributeValue({ utf8String: 'Segment Reverse ETL' }),
  });
  const name = new Name([new RelativeDistinguishedName([commonName])]);
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serial(),
    signature: algorithm,
    issuer: name,
    subject: name,
    validity,
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), privateKey);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  const lines = Buffer.from(AsnConvert.serialize(certificate))
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** A positive number of full length, as RFC 5280 wants serial numbers. */
function serial(): ArrayBuffer {
  const bytes = Uint8Array.from(randomBytes(SERIAL_BYTES));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.buffer;
}

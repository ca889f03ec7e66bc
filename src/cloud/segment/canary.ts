import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Secret, masksOfPem } from '../../secret.ts';
import { keyFileOf } from '../google/key-file.ts';
import { publicHalfOf } from '../google/public-half.ts';

/** A whole key file without power: Google never saw its key. */
export interface Canary {
  readonly file: Secret;
  /** SPKI, DER, base64. */
  readonly publicKey: string;
}

/** Made anew for each use, so that nothing can be prepared for it. */
export async function makeCanary(projectId: string, mask: (value: string) => void): Promise<Canary> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const form of masksOfPem(pem)) mask(form);
  const file = keyFileOf({
    id: randomBytes(20).toString('hex'),
    email: `canary@${projectId.split(':').at(-1) ?? ''}.iam.gserviceaccount.com`,
    projectId,
    uniqueId: '0',
    privateKey: pem,
  });
  return { file: new Secret(file), publicKey: publicHalfOf(pem) ?? '' };
}

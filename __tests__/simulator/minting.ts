import { SignJWT, importPKCS8 } from 'jose';
import type { Lab } from './world.ts';

/** A key as its maker got it. */
export interface MadeKey {
  readonly id: string;
  /** The JSON file, parsed. */
  readonly file: Readonly<Record<string, string>>;
  /** Mints a token with it: the status of the answer. */
  mint(): Promise<number>;
}

/** Makes a key of the account, as often as it takes. */
export async function makeKey(at: Lab, path: string): Promise<MadeKey> {
  for (;;) {
    const { status, body } = await at.send(`POST ${path}/keys`, {});
    if (status !== 200) continue;
    const file = JSON.parse(Buffer.from(String(body['privateKeyData']), 'base64').toString()) as Record<
      'client_email' | 'private_key' | 'private_key_id' | 'token_uri',
      string
    >;
    const assertion = async (): Promise<string> =>
      new SignJWT({ scope: 'https://www.googleapis.com/auth/bigquery' })
        .setProtectedHeader({ alg: 'RS256', kid: file.private_key_id })
        .setIssuer(file.client_email)
        .setAudience(file.token_uri)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(await importPKCS8(file.private_key, 'RS256'));
    return {
      id: file.private_key_id,
      file,
      mint: async () => {
        const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await assertion() };
        return (await at.send('POST /token', grant)).status;
      },
    };
  }
}

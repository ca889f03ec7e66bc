import { SignJWT, importPKCS8 } from 'jose';
import type { Lab } from './world.ts';

/** Makes a key of the account, as often as it takes, and says how to mint a token with it: the status of the answer. */
export async function makeKey(at: Lab, path: string): Promise<{ readonly id: string; mint(): Promise<number> }> {
  for (;;) {
    const { status, body } = await at.send(`POST ${path}/keys`, {});
    if (status !== 200) continue;
    const file = JSON.parse(Buffer.from(String(body['privateKeyData']), 'base64').toString()) as Record<
      'client_email' | 'private_key' | 'private_key_id' | 'token_uri',
      string
    >;
    const signed = await new SignJWT({ scope: 'https://www.googleapis.com/auth/bigquery' })
      .setProtectedHeader({ alg: 'RS256', kid: file.private_key_id })
      .setIssuer(file.client_email)
      .setAudience(file.token_uri)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(await importPKCS8(file.private_key, 'RS256'));
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: signed };
    return { id: file.private_key_id, mint: async () => (await at.send('POST /token', grant)).status };
  }
}

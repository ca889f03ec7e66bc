import { OAuth2Client } from 'google-auth-library';
import { ApiError } from '../../../errors/api-error.ts';
import { withToken } from '../clients.ts';
import type { Cloud } from '../clients.ts';
import { SCOPES } from './identity.ts';
import { mintToken } from './key-token.ts';
import type { KeyFile } from './key-token.ts';
import { parseSecret } from '../../../secret.ts';
import type { Secret } from '../../../secret.ts';
import type { IssuedKey } from '../keys.ts';

const LIFETIME = '900s';

/** Mints a token with a key just issued: the proof that it works. @throws ApiError of service `oauth2` */
export async function mintWith(cloud: Cloud, key: IssuedKey, mask: (value: string) => void): Promise<string> {
  return mintFrom(cloud, key.file, mask);
}

async function mintFrom(cloud: Cloud, file: Secret, mask: (value: string) => void): Promise<string> {
  const token = await mintToken(parseSecret(file.reveal()) as KeyFile, cloud.endpoints.token);
  mask(token.value);
  return token.value;
}

/** Google Cloud as the account itself; why this run cannot become it; or the refusal of a token to a key that should work. */
export type AsAccount =
  | { readonly cloud: Cloud; readonly how: string }
  | { readonly why: string }
  | { readonly refused: ApiError; readonly how: string };

/** How this run may become the account. */
export interface Becoming {
  readonly email: string;
  /** The key just issued, or the one in use as the workflow was given it. */
  readonly key: { readonly file: Secret; readonly how: string } | undefined;
  readonly mask: (value: string) => void;
}

/**
 * Google Cloud as our own account sees it: by a key where there is one, which must work then; else by impersonation, where
 * the workflow's identity may.
 */
export async function becomeAccount(cloud: Cloud, { email, key, mask }: Becoming): Promise<AsAccount> {
  const as = (token: string, how: string): AsAccount => ({ cloud: withToken(cloud, bearer(token)), how });
  if (key === undefined) {
    try {
      return as(await impersonate(cloud, email, mask), 'by impersonation');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // A right that is lacking says nothing of the account; what else IAM says against a token does.
      if (error.code === 403 || error.code === 404 || error.code === undefined) return { why: error.words };
      return { refused: error, how: 'by impersonation' };
    }
  }
  try {
    return as(await mintFrom(cloud, key.file, mask), key.how);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { refused: error, how: key.how };
  }
}

async function impersonate(cloud: Cloud, email: string, mask: (value: string) => void): Promise<string> {
  const name = `projects/-/serviceAccounts/${email}`;
  const token = await cloud.call(
    { call: `impersonate ${email}`, service: 'iamcredentials', repeatable: true },
    async () => {
      const requestBody = { scope: SCOPES, lifetime: LIFETIME };
      const answer = await cloud.iamCredentials.projects.serviceAccounts.generateAccessToken({ name, requestBody });
      return answer.data.accessToken ?? '';
    },
  );
  mask(token);
  return token;
}

function bearer(token: string): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token });
  return client;
}

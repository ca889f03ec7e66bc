import { OAuth2Client } from 'google-auth-library';
import { ApiError, isUnclear } from '../../../errors/api-error.ts';
import { fromGoogle } from '../../../errors/from-google.ts';
import type { Secret } from '../../../secret.ts';
import { expectTexts } from '../../answer.ts';
import { makeCall } from '../../call.ts';
import { withToken } from '../clients.ts';
import type { Cloud } from '../clients.ts';
import type { IssuedKey } from '../keys.ts';
import type { Wire } from '../wire.ts';
import { SCOPES } from './identity.ts';
import { UnreadableAnswer } from '../../../errors/unreadable.ts';
import { mintToken } from './key-token.ts';
import { isToken } from './token-request.ts';
import type { KeyFile } from './key-token.ts';
import { parseSecret } from '../../../secret.ts';

const LIFETIME = '900s';

/** Mints a token with a key just issued: the proof that it works. @throws ApiError of service `oauth2` */
export async function mintWith(cloud: Cloud, key: IssuedKey, mask: (value: string) => void): Promise<string> {
  return mintFrom(cloud, key.file, mask);
}

async function mintFrom(cloud: Cloud, file: Secret, mask: (value: string) => void): Promise<string> {
  const { wire, endpoints, clock } = cloud;
  const silent = (): void => undefined;
  // Nothing renews a key that is refused: a call of its own, without the workflow's refresh.
  const call = makeCall({ clock, toApiError: fromGoogle, say: silent, trace: silent, gate: wire.gate });
  const key = parseSecret(file.reveal()) as KeyFile;
  const asked = { call: `get a token with the key ${key.private_key_id.slice(0, 12)}`, service: 'oauth2' } as const;
  const token = await call({ ...asked, repeatable: true }, () => mintToken({ wire, mask }, key, endpoints.token));
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
  const as = (token: string, how: string): AsAccount => ({ cloud: withToken(cloud, bearer(token, cloud.wire)), how });
  if (key === undefined) {
    try {
      return as(await impersonate(cloud, email, mask), 'by impersonation');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // A right that is lacking says nothing of the account, and no answer says nothing at all; what else IAM says against
      // a token does.
      if (error.code === 403 || error.code === 404 || isUnclear(error)) return { why: error.words };
      return { refused: error, how: 'by impersonation' };
    }
  }
  try {
    return as(await mintFrom(cloud, key.file, mask), key.how);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return isUnclear(error) ? { why: error.words } : { refused: error, how: key.how };
  }
}

async function impersonate(cloud: Cloud, email: string, mask: (value: string) => void): Promise<string> {
  const name = `projects/-/serviceAccounts/${email}`;
  const token = await cloud.call(
    { call: `impersonate ${email}`, service: 'iamcredentials', repeatable: true },
    async () => {
      const requestBody = { scope: SCOPES, lifetime: LIFETIME };
      const answer = await cloud.iamCredentials.projects.serviceAccounts.generateAccessToken({ name, requestBody });
      const { accessToken = '' } = expectTexts('access token', answer.data, ['accessToken']);
      if (!isToken(accessToken ?? '')) throw new UnreadableAnswer('there is no access token in it');
      return accessToken ?? '';
    },
  );
  mask(token);
  return token;
}

function bearer(token: string, { transporter }: Wire): OAuth2Client {
  const client = new OAuth2Client({ transporter });
  client.setCredentials({ access_token: token });
  return client;
}

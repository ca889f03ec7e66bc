import type { Endpoints } from '../endpoints.ts';
import { SCOPES } from './identity.ts';
import { requestToken } from './token-request.ts';
import type { Token, TokenDesk } from './token-request.ts';

/** What is shown to Security Token Service. */
export interface Exchange {
  readonly subjectToken: string;
  readonly subjectTokenType: string;
  /** `//iam.googleapis.com/…` */
  readonly audience: string;
  /** Of a workforce pool: the project that is charged. */
  readonly userProject?: string | undefined;
}

/** A federated token for the token of another issuer. @throws ApiError of service `sts` */
export function exchangeToken(desk: TokenDesk, endpoints: Endpoints, exchange: Exchange): Promise<Token> {
  const { subjectToken, subjectTokenType, audience, userProject } = exchange;
  const data = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience,
    scope: SCOPES.join(' '),
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token: subjectToken,
    subject_token_type: subjectTokenType,
    ...(userProject === undefined ? {} : { options: JSON.stringify({ userProject }) }),
  });
  const call = "exchange the workflow's OIDC token";
  return requestToken(desk, { call, service: 'sts', url: `${endpoints.sts}/v1/token`, data });
}

/** As whom, and for how long. */
export interface Impersonation {
  readonly email: string;
  readonly lifetimeSeconds: number;
  /** Accounts in between, each of which may impersonate the next. */
  readonly delegates?: readonly string[];
}

/** What Google gives unless asked for less. */
export const USUAL_LIFETIME = 3600;

/** A token of a service account for a token that may impersonate it. @throws ApiError of service `iamcredentials` */
export function impersonateWith(
  desk: TokenDesk,
  endpoints: Endpoints,
  bearer: string,
  { email, lifetimeSeconds, delegates = [] }: Impersonation,
): Promise<Token> {
  return requestToken(desk, {
    call: `impersonate ${email}`,
    service: 'iamcredentials',
    url: `${endpoints.iamcredentials}/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
    headers: { authorization: `Bearer ${bearer}` },
    data: {
      scope: SCOPES,
      lifetime: `${String(lifetimeSeconds)}s`,
      ...(delegates.length === 0 ? {} : { delegates }),
    },
  });
}

import { OAuth2Client } from 'google-auth-library';
import type { AuthClient } from 'google-auth-library';
import { MARGIN } from './identity.ts';
import type { Token, TokenDesk } from './token-request.ts';

/** How a client gets its tokens. */
export interface Renewing {
  readonly fetchToken: () => Promise<Token>;
  /** Project that is charged for the requests, where the credential does not tell. */
  readonly quotaProject?: string | undefined;
}

/** A client that gets a new token when the one it has is about to end; however many requests need it, it asks once. */
export function renewingClient({ wire }: TokenDesk, { fetchToken, quotaProject }: Renewing): AuthClient {
  const client = new OAuth2Client({
    transporter: wire.transporter,
    eagerRefreshThresholdMillis: MARGIN,
    ...(quotaProject === undefined ? {} : { quota_project_id: quotaProject }),
  });
  let underWay: ReturnType<NonNullable<typeof client.refreshHandler>> | undefined;
  const renew = async (): Promise<{ access_token: string; expiry_date: number }> => {
    try {
      const { value, expiresAt } = await fetchToken();
      return { access_token: value, expiry_date: expiresAt };
    } finally {
      underWay = undefined;
    }
  };
  client.refreshHandler = () => (underWay ??= renew());
  return client;
}

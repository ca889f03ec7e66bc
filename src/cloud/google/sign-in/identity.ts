import type { AuthClient } from 'google-auth-library';
import type { Secret } from '../../../secret.ts';
import type { Endpoints } from '../endpoints.ts';

/** How the workflow says who it is. */
export interface IdentityOptions {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`; without it, ADC. */
  readonly provider: string | undefined;
  /** E-mail of the account to impersonate; without it the federated identity itself acts. */
  readonly serviceAccount: string | undefined;
  readonly audience: string | undefined;
  /** The text of a key file that signs in, whatever else is given. */
  readonly key?: Secret | undefined;
  /** Asks the runner for an OIDC token with this audience. */
  readonly idToken: (audience: string) => Promise<string>;
  readonly endpoints: Endpoints;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** Who the workflow is. */
export interface Identity {
  readonly client: AuthClient;
  /** As policies and access lists name it; undefined when the credential does not tell. */
  readonly principal: () => string | undefined;
}

/** Audience of the OIDC token: the provider's own name, unless its owner lists others. */
export function audienceOf(provider: string, audience: string | undefined): string {
  return audience ?? `https://iam.googleapis.com/${provider}`;
}

/** What every token is asked for. */
export const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

/**
 * Tokens are refreshed this late, because one of direct federation lives about five minutes: by the library's own five
 * minutes of margin it would be expired at birth, and every call would sign in anew.
 */
export const MARGIN = 30_000;

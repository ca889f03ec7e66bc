import { IdentityPoolClient } from 'google-auth-library';
import { ApiError, statusOfCode } from '../../../errors/api-error.ts';
import { Blocked } from '../../../errors/diagnostic.ts';
import { applicationDefault } from './application-default.ts';
import { MARGIN, SCOPES, audienceOf, impersonationUrl } from './identity.ts';
import type { Identity, IdentityOptions } from './identity.ts';

/** Chooses the credential: workload identity when a provider is given, else Application Default Credentials. */
export async function identify(options: IdentityOptions): Promise<Identity> {
  return options.provider === undefined
    ? applicationDefault(options)
    : federated({ ...options, provider: options.provider });
}

function federated(options: IdentityOptions & { readonly provider: string }): Identity {
  const { provider, serviceAccount, endpoints } = options;
  let subject: string | undefined;
  const client = new IdentityPoolClient({
    type: 'external_account',
    audience: `//iam.googleapis.com/${provider}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${endpoints.sts}/v1/token`,
    subject_token_supplier: {
      getSubjectToken: async () => {
        const token = await askRunner(options, audienceOf(provider, options.audience));
        subject = claims(token).sub;
        return token;
      },
    },
    ...(serviceAccount === undefined
      ? {}
      : { service_account_impersonation_url: impersonationUrl(endpoints, serviceAccount) }),
    scopes: SCOPES,
    eagerRefreshThresholdMillis: MARGIN,
  });
  const pool = provider.replace(/\/providers\/.*$/, '');
  return {
    client,
    principal: () => {
      if (serviceAccount !== undefined) return `serviceAccount:${serviceAccount}`;
      return subject === undefined ? undefined : `principal://iam.googleapis.com/${pool}/subject/${subject}`;
    },
  };
}

/** The runner's toolkit tells a failure only in words. */
async function askRunner(options: IdentityOptions, audience: string): Promise<string> {
  try {
    return await options.idToken(audience);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Blocked) throw error;
    const code = Number(/Error Code : (\d+)/.exec(error.message)?.[1]);
    const facts = {
      call: "get this workflow's OIDC token",
      service: 'github-oidc',
      code: Number.isNaN(code) ? undefined : code,
      status: statusOfCode(Number.isNaN(code) ? undefined : code),
      reason: undefined,
      words: error.message.replace(/\s+/g, ' '),
      requestId: undefined,
      details: [],
      retryAfter: undefined,
    };
    throw new ApiError(facts, error);
  }
}

function claims(token: string): { readonly sub?: string } {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub?: string };
  } catch {
    return {}; // Not a JWT: the token service will say so, in better words than ours.
  }
}

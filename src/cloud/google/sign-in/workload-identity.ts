import { Blocked } from '../../../errors/diagnostic.ts';
import { oidcError } from '../../../errors/from-runner.ts';
import { applicationDefault, byKey } from './application-default.ts';
import { USUAL_LIFETIME, exchangeToken, impersonateWith } from './exchange.ts';
import { audienceOf } from './identity.ts';
import type { Identity, IdentityOptions } from './identity.ts';
import { renewingClient } from './renewing.ts';
import type { TokenDesk } from './token-request.ts';

/** Chooses the credential: workload identity when a provider is given, else Application Default Credentials. */
export async function identify(options: IdentityOptions, desk: TokenDesk): Promise<Identity> {
  if (options.key !== undefined) return byKey(options.key, options, desk);
  return options.provider === undefined
    ? applicationDefault(options, desk)
    : federated({ ...options, provider: options.provider }, desk);
}

function federated(options: IdentityOptions & { readonly provider: string }, desk: TokenDesk): Identity {
  const { provider, serviceAccount, endpoints } = options;
  let subject: string | undefined;
  const client = renewingClient(desk, {
    fetchToken: async () => {
      const subjectToken = await askRunner(options, audienceOf(provider, options.audience));
      subject = claims(subjectToken).sub;
      const token = await exchangeToken(desk, endpoints, {
        subjectToken,
        subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
        audience: `//iam.googleapis.com/${provider}`,
      });
      if (serviceAccount === undefined) return token;
      const as = { email: serviceAccount, lifetimeSeconds: USUAL_LIFETIME };
      return impersonateWith(desk, endpoints, token.value, as);
    },
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

async function askRunner(options: IdentityOptions, audience: string): Promise<string> {
  try {
    return await options.idToken(audience);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Blocked) throw error;
    throw oidcError(error);
  }
}

function claims(token: string): { readonly sub?: string } {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub?: string };
  } catch {
    return {}; // Not a JWT: the token service will say so, in better words than ours.
  }
}

import { ApiError } from '../../../errors/api-error.ts';
import { Blocked } from '../../../errors/diagnostic.ts';
import { oidcError } from '../../../errors/from-runner.ts';
import { applicationDefault, byKey } from './application-default.ts';
import { USUAL_LIFETIME, exchangeToken, impersonateWith } from './exchange.ts';
import { audienceOf } from './identity.ts';
import type { Identity, IdentityOptions } from './identity.ts';
import { renewingClient } from './renewing.ts';
import type { Token, TokenDesk } from './token-request.ts';

/** Chooses the credential: workload identity when a provider is given, else Application Default Credentials. */
export async function identify(options: IdentityOptions, desk: TokenDesk): Promise<Identity> {
  if (options.key !== undefined) return byKey(options.key, options, desk);
  return options.provider === undefined
    ? applicationDefault(options, desk)
    : federated({ ...options, provider: options.provider }, desk);
}

function federated(options: IdentityOptions & { readonly provider: string }, desk: TokenDesk): Identity {
  const { provider, serviceAccount, endpoints } = options;
  const pool = provider.replace(/\/providers\/.*$/, '');
  const memberOf = (sub: string | undefined): string | undefined =>
    sub === undefined ? undefined : `principal://iam.googleapis.com/${pool}/subject/${sub}`;
  const exchange = (subjectToken: string): Promise<Token> =>
    exchangeToken(desk, endpoints, {
      subjectToken,
      subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
      audience: `//iam.googleapis.com/${provider}`,
    });
  let subject: string | undefined;
  const client = renewingClient(desk, {
    fetchToken: async () => {
      const subjectToken = await askRunner(options, audienceOf(provider, options.audience));
      const said = claims(subjectToken);
      const { event_name: event, sub } = said;
      subject = sub;
      const token = await exchange(subjectToken).catch((error: unknown) => {
        throw error instanceof ApiError ? told(error, { provider, claims: spelled(said) }) : error;
      });
      if (serviceAccount === undefined) return token;
      const as = { email: serviceAccount, lifetimeSeconds: USUAL_LIFETIME };
      try {
        return await impersonateWith(desk, endpoints, token.value, as);
      } catch (error) {
        throw error instanceof ApiError
          ? told(error, { account: serviceAccount, member: memberOf(sub), event })
          : error;
      }
    },
  });
  return {
    client,
    principal: () => {
      if (serviceAccount !== undefined) return `serviceAccount:${serviceAccount}`;
      return memberOf(subject);
    },
  };
}

/** Who asked to become whom: a remedy needs that, and the service does not say it. */
function told(error: ApiError, facts: Readonly<Record<string, string | undefined>>): ApiError {
  const known = Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined);
  const metadata = Object.fromEntries(known);
  const { call, service, code, status, reason, words, requestId, retryAfter } = error;
  const details = [...error.details, { '@type': 'workflow', metadata }];
  return new ApiError({ call, service, code, status, reason, words, requestId, retryAfter, details }, error);
}

async function askRunner(options: IdentityOptions, audience: string): Promise<string> {
  try {
    return await options.idToken(audience);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Blocked) throw error;
    throw oidcError(error);
  }
}

/** What GitHub says of the run. */
interface Claims {
  readonly sub?: string;
  readonly event_name?: string;
  readonly repository?: string;
  readonly repository_id?: string;
  readonly repository_owner_id?: string;
  readonly ref?: string;
  readonly environment?: string;
}

/** What providers look at, and no more of a token than that. */
const LOOKED_AT = [
  'sub',
  'repository',
  'repository_id',
  'repository_owner_id',
  'ref',
  'environment',
  'event_name',
] as const;

function spelled(said: Claims): string | undefined {
  const parts = LOOKED_AT.flatMap((name) => (typeof said[name] === 'string' ? [`${name} ${said[name]}`] : []));
  return parts.length === 0 ? undefined : parts.join(', ');
}

function claims(token: string): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
  } catch {
    return {}; // Not a JWT: the token service will say so, in better words than ours.
  }
}

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  ExternalAccountClient,
  GoogleAuth,
  IdentityPoolClient,
  OAuth2Client,
  UserRefreshClient,
} from 'google-auth-library';
import type { AuthClient, ExternalAccountClientOptions } from 'google-auth-library';
import { ApiError, statusOfCode } from '../api-error.ts';
import { audienceOf } from '../ahead.ts';
import { Refused } from '../refusal.ts';
import type { Endpoints } from './endpoints.ts';
import { mintToken } from './key-token.ts';
import type { KeyFile } from './key-token.ts';

/** How the workflow says who it is. */
export interface IdentityOptions {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`; without it, ADC. */
  readonly provider: string | undefined;
  /** E-mail of the account to impersonate; without it the federated identity itself acts. */
  readonly serviceAccount: string | undefined;
  readonly audience: string | undefined;
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

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

/**
 * Tokens are refreshed this late, because one of direct federation lives about five minutes: by the library's own five
 * minutes of margin it would be expired at birth, and every call would sign in anew.
 */
const MARGIN = 30_000;

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
    if (!(error instanceof Error) || error instanceof Refused) throw error;
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

/** Address that makes a token of the account `email` out of ours. */
function impersonationUrl(endpoints: Endpoints, email: string): string {
  return `${endpoints.iamCredentials}/v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
}

function claims(token: string): { readonly sub?: string } {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub?: string };
  } catch {
    return {}; // Not a JWT: the token service will say so, in better words than ours.
  }
}

type CredentialFile = Partial<KeyFile> & {
  readonly type?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly refresh_token?: string;
  readonly service_account_impersonation_url?: string;
};

async function applicationDefault(options: IdentityOptions): Promise<Identity> {
  const file = credentialFile(options.env);
  if (file?.type === 'service_account') return ofKey(file, options.endpoints);
  if (file?.type === 'authorized_user') return ofUser(file, options.endpoints);
  if (file?.type === 'external_account') return ofExternalAccount(file, options);
  try {
    const client = await new GoogleAuth({ scopes: SCOPES }).getClient();
    return { client, principal: () => undefined };
  } catch (error) {
    throw noCredentials(error);
  }
}

function ofKey(file: CredentialFile, endpoints: Endpoints): Identity {
  const { client_email: email, private_key: privateKey, private_key_id: keyId } = file;
  if (email === undefined || privateKey === undefined || keyId === undefined) {
    throw noCredentials('the key file lacks client_email, private_key or private_key_id');
  }
  const uri = file.token_uri ?? 'https://oauth2.googleapis.com/token';
  const key: KeyFile = { client_email: email, private_key: privateKey, private_key_id: keyId, token_uri: uri };
  const client = new OAuth2Client({ eagerRefreshThresholdMillis: MARGIN });
  client.refreshHandler = async () => {
    const token = await mintToken(key, endpoints.token);
    return { access_token: token.value, expiry_date: token.expiresAt };
  };
  return { client, principal: () => `serviceAccount:${email}` };
}

function ofUser(file: CredentialFile, endpoints: Endpoints): Identity {
  const client = new UserRefreshClient({
    ...(file.client_id === undefined ? {} : { clientId: file.client_id }),
    ...(file.client_secret === undefined ? {} : { clientSecret: file.client_secret }),
    ...(file.refresh_token === undefined ? {} : { refreshToken: file.refresh_token }),
    endpoints: { oauth2TokenUrl: endpoints.token },
    eagerRefreshThresholdMillis: MARGIN,
  });
  return { client, principal: () => undefined };
}

/** What google-github-actions/auth leaves behind; its fixed hosts follow the same overrides as ours. */
function ofExternalAccount(file: CredentialFile, options: IdentityOptions): Identity {
  const email = /serviceAccounts\/([^:]+):generateAccessToken$/.exec(file.service_account_impersonation_url ?? '')?.[1];
  const client = ExternalAccountClient.fromJSON({
    ...(file as ExternalAccountClientOptions),
    token_url: `${options.endpoints.sts}/v1/token`,
    ...(email === undefined ? {} : { service_account_impersonation_url: impersonationUrl(options.endpoints, email) }),
    scopes: SCOPES,
    eagerRefreshThresholdMillis: MARGIN,
  });
  if (client === null) throw noCredentials('the credential file is not one of an external account');
  return { client, principal: () => (email === undefined ? undefined : `serviceAccount:${email}`) };
}

/** The file that Application Default Credentials would use; undefined when there is none, as on Google's own machines. */
function credentialFile(env: Readonly<NodeJS.ProcessEnv>): CredentialFile | undefined {
  const named = env['GOOGLE_APPLICATION_CREDENTIALS'];
  const folder = env['CLOUDSDK_CONFIG'] ?? join(homedir(), '.config', 'gcloud');
  const path = named === undefined || named === '' ? join(folder, 'application_default_credentials.json') : named;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CredentialFile;
  } catch (error) {
    if (named === undefined || named === '') return undefined;
    throw noCredentials(error);
  }
}

function noCredentials(error: unknown): Refused {
  return new Refused(
    [
      {
        attempted: 'sign in to Google Cloud',
        because: `no usable credential was found (${error instanceof Error ? error.message : String(error)})`,
        remedy:
          'Set the input workload_identity_provider (and service_account) and give the job the permission id-token: write, ' +
          'or run google-github-actions/auth in an earlier step.',
      },
    ],
    error,
  );
}

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ExternalAccountClient, GoogleAuth, OAuth2Client, UserRefreshClient } from 'google-auth-library';
import type { ExternalAccountClientOptions } from 'google-auth-library';
import { Blocked } from '../../../errors/diagnostic.ts';
import { isSigningKey, parseSecret } from '../../../secret.ts';
import type { Endpoints } from '../endpoints.ts';
import { MARGIN, SCOPES, impersonationUrl } from './identity.ts';
import type { Identity, IdentityOptions } from './identity.ts';
import { mintToken } from './key-token.ts';
import type { KeyFile } from './key-token.ts';

type CredentialFile = Partial<KeyFile> & {
  readonly type?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly refresh_token?: string;
  readonly service_account_impersonation_url?: string;
};

/** Application Default Credentials: the file they name, else what Google's own machines provide. */
export async function applicationDefault(options: IdentityOptions): Promise<Identity> {
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
  if (!isSigningKey(privateKey)) {
    throw noCredentials(
      'the private_key in the key file is not an RSA key in PKCS #8 PEM: it was cut, or its line breaks were escaped twice',
    );
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
    return parseSecret(readFileSync(path, 'utf8')) as CredentialFile;
  } catch (error) {
    if (named === undefined || named === '') return undefined;
    throw noCredentials(error);
  }
}

function noCredentials(error: unknown): Blocked {
  return new Blocked(
    [
      {
        severity: 'error',
        code: 'sign-in.no-credentials',
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

import { AwsClient, GoogleAuth, IdentityPoolClient, PluggableAuthClient } from 'google-auth-library';
import type { ExternalAccountClientOptions } from 'google-auth-library';
import { isSigningKey, parseSecret } from '../../../secret.ts';
import type { Secret } from '../../../secret.ts';
import type { Endpoints } from '../endpoints.ts';
import { credentialFile, impersonated, noCredentials } from './credential-file.ts';
import type { CredentialFile } from './credential-file.ts';
import { USUAL_LIFETIME, exchangeToken, impersonateWith } from './exchange.ts';
import { SCOPES } from './identity.ts';
import type { Identity, IdentityOptions } from './identity.ts';
import { mintToken } from './key-token.ts';
import type { KeyFile } from './key-token.ts';
import { renewingClient } from './renewing.ts';
import { requestToken } from './token-request.ts';
import type { Token, TokenDesk } from './token-request.ts';

/**
 * Application Default Credentials: the file they name, else what Google's own machines provide; and as the account that
 * `service_account` names, whoever that credential is.
 */
export async function applicationDefault(options: IdentityOptions, desk: TokenDesk): Promise<Identity> {
  const own = await ownIdentity(options, desk);
  const { serviceAccount: email, endpoints } = options;
  const principal = `serviceAccount:${email ?? ''}`;
  if (email === undefined || own.principal() === principal) return own;
  const fetchToken = async (): Promise<Token> => {
    const { token } = await own.client.getAccessToken();
    return impersonateWith(desk, endpoints, token ?? '', { email, lifetimeSeconds: USUAL_LIFETIME });
  };
  const quotaProject = own.client.quotaProjectId;
  return { client: renewingClient(desk, { fetchToken, quotaProject }), principal: () => principal };
}

async function ownIdentity(options: IdentityOptions, desk: TokenDesk): Promise<Identity> {
  const file = credentialFile(options.env);
  const given = options.env['GOOGLE_CLOUD_QUOTA_PROJECT'];
  const quotaProject = given === undefined || given === '' ? file?.quota_project_id : given;
  const way = file === undefined ? undefined : wayOf(file, options.endpoints, desk);
  if (way !== undefined) {
    const { fetchToken, email } = way;
    const client = renewingClient(desk, { fetchToken, quotaProject });
    return { client, principal: () => (email === undefined ? undefined : `serviceAccount:${email}`) };
  }
  try {
    const quota = quotaProject === undefined ? {} : { quotaProjectId: quotaProject };
    const clientOptions = { transporter: desk.wire.transporter, ...quota };
    const auth = new GoogleAuth({ scopes: SCOPES, clientOptions });
    const client = await withoutMetadataWarning(() => auth.getClient());
    return { client, principal: () => undefined };
  } catch (error) {
    throw noCredentials(
      file === undefined ? 'there is no file, and this is no machine of Google' : 'its type is unknown',
      error,
    );
  }
}

/** Google's library warns on standard error of what it then throws; that is told here, with what to do. */
async function withoutMetadataWarning<T>(work: () => Promise<T>): Promise<T> {
  const emitWarning = process.emitWarning.bind(process);
  const filtered: unknown = new Proxy(emitWarning, {
    apply: (emit, self, warned: unknown[]): unknown =>
      warned[1] === 'MetadataLookupWarning' ? undefined : Reflect.apply(emit, self, warned),
  });
  process.emitWarning = filtered as typeof emitWarning;
  try {
    return await work();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The account of a key file. @throws Blocked where it is none */
export function byKey(key: Secret, { endpoints }: Pick<IdentityOptions, 'endpoints'>, desk: TokenDesk): Identity {
  const { fetchToken, email } = ofKey(parseSecret(key.reveal()) as CredentialFile, endpoints, desk);
  const client = renewingClient(desk, { fetchToken });
  return { client, principal: () => (email === undefined ? undefined : `serviceAccount:${email}`) };
}

/** How a credential turns into tokens, and whose those are, if it tells. */
interface Way {
  readonly fetchToken: () => Promise<Token>;
  readonly email: string | undefined;
}

/** undefined for types that are left to Google's library. */
function wayOf(file: CredentialFile, endpoints: Endpoints, desk: TokenDesk): Way | undefined {
  return WAYS.get(file.type)?.(file, endpoints, desk);
}

type MakeWay = (file: CredentialFile, endpoints: Endpoints, desk: TokenDesk) => Way;

const WAYS: ReadonlyMap<string | undefined, MakeWay> = new Map([
  ['service_account', ofKey],
  ['authorized_user', ofUser],
  ['external_account', ofExternalAccount],
  ['impersonated_service_account', ofImpersonated],
]);

function ofKey(file: CredentialFile, endpoints: Endpoints, desk: TokenDesk): Way {
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
  return { fetchToken: () => mintToken(desk, key, endpoints.token), email };
}

/** A person, as `gcloud auth application-default login` leaves it. */
function ofUser(file: CredentialFile, endpoints: Endpoints, desk: TokenDesk): Way {
  const { client_id: id, client_secret: secret, refresh_token: refreshToken } = file;
  if (id === undefined || secret === undefined || refreshToken === undefined) {
    throw noCredentials('the credential file lacks client_id, client_secret or refresh_token');
  }
  const fetchToken = (): Promise<Token> => {
    const form = { grant_type: 'refresh_token', client_id: id, client_secret: secret, refresh_token: refreshToken };
    const asked = {
      call: 'sign in with the credentials of a person',
      service: 'oauth2',
      url: endpoints.token,
    } as const;
    return requestToken(desk, { ...asked, data: new URLSearchParams(form) });
  };
  return { fetchToken, email: undefined };
}

/** What google-github-actions/auth leaves behind; its fixed hosts follow the same overrides as ours. */
function ofExternalAccount(file: CredentialFile, endpoints: Endpoints, desk: TokenDesk): Way {
  const email = impersonated(file);
  const source = subjectOf(file, desk);
  const { audience = '', subject_token_type: subjectTokenType = '', workforce_pool_user_project: userProject } = file;
  const fetchToken = async (): Promise<Token> => {
    const subjectToken = await source.retrieveSubjectToken();
    const token = await exchangeToken(desk, endpoints, { subjectToken, subjectTokenType, audience, userProject });
    if (email === undefined) return token;
    const lifetimeSeconds = file.service_account_impersonation?.token_lifetime_seconds ?? USUAL_LIFETIME;
    return impersonateWith(desk, endpoints, token.value, { email, lifetimeSeconds });
  };
  return { fetchToken, email };
}

/** Where the foreign token comes from (a file, a URL, a program, AWS) is known to Google's library. */
function subjectOf(file: CredentialFile, { wire }: TokenDesk): { retrieveSubjectToken(): Promise<string> } {
  try {
    return externalClient({ ...(file as ExternalAccountClientOptions), transporter: wire.transporter });
  } catch (error) {
    throw noCredentials('the credential file is not a usable one of an external account', error);
  }
}

/**
 * What the library's own `fromJSON` chooses, which warns in every log that nobody has validated the file: `credentialFile` has,
 * and the hosts of this run are asked whatever the file names.
 */
function externalClient(options: ExternalAccountClientOptions): { retrieveSubjectToken(): Promise<string> } {
  const source = options.credential_source ?? {};
  if ('environment_id' in source) return new AwsClient(options as ConstructorParameters<typeof AwsClient>[0]);
  if ('executable' in source)
    return new PluggableAuthClient(options as ConstructorParameters<typeof PluggableAuthClient>[0]);
  return new IdentityPoolClient(options as ConstructorParameters<typeof IdentityPoolClient>[0]);
}

/** An account that the credential within may impersonate, as `gcloud … --impersonate-service-account` leaves it. */
function ofImpersonated(file: CredentialFile, endpoints: Endpoints, desk: TokenDesk): Way {
  const email = impersonated(file);
  const { source_credentials: source, delegates = [] } = file;
  const within = source?.type === 'impersonated_service_account' ? undefined : source && wayOf(source, endpoints, desk);
  if (email === undefined || within === undefined) {
    throw noCredentials('the credential file lacks service_account_impersonation_url or usable source_credentials');
  }
  const fetchToken = async (): Promise<Token> => {
    const { value } = await within.fetchToken();
    return impersonateWith(desk, endpoints, value, { email, lifetimeSeconds: USUAL_LIFETIME, delegates });
  };
  return { fetchToken, email };
}

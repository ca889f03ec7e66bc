import { BigQuery } from '@google-cloud/bigquery';
import { GoogleAuth } from 'google-auth-library';
import type { AuthClient } from 'google-auth-library';
import { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/v3.js';
import { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { iamcredentials_v1 } from 'googleapis/build/src/apis/iamcredentials/v1.js';
import type { Clock } from '../../time.ts';
import { identify } from './sign-in/workload-identity.ts';
import type { IdentityOptions } from './sign-in/identity.ts';
import { makeCall } from '../call.ts';
import type { Call } from '../call.ts';
import type { Endpoints } from './endpoints.ts';
import { apiError } from '../../errors/from-wire.ts';

/** Google Cloud as one identity sees it: typed clients, and the one way to call them. */
export interface Cloud {
  readonly call: Call;
  readonly clock: Clock;
  readonly endpoints: Endpoints;
  readonly projectId: string;
  readonly iam: iam_v1.Iam;
  readonly resourceManager: cloudresourcemanager_v3.Cloudresourcemanager;
  readonly iamCredentials: iamcredentials_v1.Iamcredentials;
  readonly bigQuery: BigQuery;
  /** For the clients of services that few runs speak to: they load late. */
  readonly clientOptions: ClientOptions;
  /** Who calls, as policies name it; undefined when the credential does not tell. */
  readonly principal: () => string | undefined;
}

/** What every client is made with, besides where its service is. */
export interface ClientOptions {
  readonly auth: GoogleAuth;
  readonly retry: false;
  readonly timeout: number;
}

/** What `connect` needs besides the identity. */
export interface CloudOptions extends IdentityOptions {
  readonly projectId: string;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly trace: (line: string) => void;
  readonly mask: (value: string) => void;
}

const TIMEOUT = 60_000;

/** Signs in and builds the clients. The libraries' own retries are off: `call` alone decides. */
export async function connect(options: CloudOptions): Promise<Cloud> {
  const identity = await identify(options);
  identity.client.on('tokens', (tokens) => {
    if (typeof tokens.access_token === 'string') options.mask(tokens.access_token);
  });
  const cloud = clientsOf(identity.client, options);
  // Google's libraries load this with their first request; here it loads while the OIDC token is on its way.
  await import('node-fetch');
  await cloud.call({ call: 'sign in to Google Cloud', service: 'sts', repeatable: true }, async () => {
    try {
      await identity.client.getAccessToken();
    } catch (thrown) {
      throw signInError(thrown, options);
    }
  });
  return { ...cloud, principal: identity.principal };
}

/** The same cloud, seen with a bare access token: how the account's own rights are tried. */
export function withToken(cloud: Cloud, client: AuthClient): Cloud {
  const silent = (): void => undefined;
  const options = { ...cloud, say: silent, trace: silent };
  return { ...clientsOf(client, options), principal: () => undefined };
}

type Clients = Omit<Cloud, 'principal'>;

function clientsOf(
  authClient: AuthClient,
  options: Pick<CloudOptions, 'clock' | 'endpoints' | 'projectId' | 'say' | 'trace'>,
): Clients {
  const { clock, endpoints, projectId, say, trace } = options;
  const auth = new GoogleAuth({ authClient });
  const common = { auth, retry: false, timeout: TIMEOUT } as const;
  return {
    clock,
    endpoints,
    projectId,
    clientOptions: common,
    call: makeCall(clock, () => expire(authClient), { say, trace }),
    iam: new iam_v1.Iam({ ...common, rootUrl: `${endpoints.iam}/` }),
    resourceManager: new cloudresourcemanager_v3.Cloudresourcemanager({
      ...common,
      rootUrl: `${endpoints.resourceManager}/`,
    }),
    iamCredentials: new iamcredentials_v1.Iamcredentials({ ...common, rootUrl: `${endpoints.iamCredentials}/` }),
    bigQuery: new BigQuery({
      authClient,
      projectId,
      apiEndpoint: endpoints.bigQuery,
      retryOptions: { autoRetry: false, maxRetries: 0 },
    }),
  };
}

/** Makes the next request mint a new token. */
function expire(client: AuthClient): Promise<void> {
  client.setCredentials({ ...client.credentials, expiry_date: 1 });
  return Promise.resolve();
}

/** Tells which of the three steps of signing in failed: each has its own remedies. */
function signInError(thrown: unknown, options: CloudOptions): unknown {
  const config = (thrown as { config?: { url?: URL | string } } | undefined)?.config;
  const url = String(config?.url ?? '');
  if (url.includes(':generateAccessToken')) {
    return apiError(`impersonate ${options.serviceAccount ?? 'the service account'}`, 'iamcredentials', thrown);
  }
  if (url === options.endpoints.token) return apiError('sign in with the key file', 'oauth2', thrown);
  if (url === '') return thrown;
  return apiError("exchange the workflow's OIDC token", 'sts', thrown);
}

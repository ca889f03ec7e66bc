import { BigQuery } from '@google-cloud/bigquery';
import { GoogleAuth } from 'google-auth-library';
import type { AuthClient } from 'google-auth-library';
import { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/v3.js';
import { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { iamcredentials_v1 } from 'googleapis/build/src/apis/iamcredentials/v1.js';
import { fromGoogle } from '../../errors/from-google.ts';
import type { Clock } from '../../time.ts';
import { makeCall } from '../call.ts';
import type { Call } from '../call.ts';
import type { Endpoints } from './endpoints.ts';
import { carried } from './carried.ts';
import type { SignedIn } from './sign-in/sign-in.ts';
import type { Wire } from './wire.ts';

/** One project of Google Cloud as one identity sees it: typed clients, and the one way to call them. */
export interface Cloud {
  readonly call: Call;
  readonly wire: Wire;
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
}

/** Builds the clients of one project. Cheap, and sends nothing. */
export function clientsOf(
  { client: authClient, call, wire, clock, endpoints, principal }: Omit<SignedIn, 'callTold'>,
  { projectId }: Pick<Cloud, 'projectId'>,
): Cloud {
  const auth = new GoogleAuth({ authClient });
  const clientOptions = { auth, retry: false } as const;
  const at = (rootUrl: string): ClientOptions & { readonly rootUrl: string } => ({
    ...clientOptions,
    rootUrl: `${rootUrl}/`,
  });
  return {
    call,
    wire,
    clock,
    endpoints,
    projectId,
    clientOptions,
    principal,
    iam: new iam_v1.Iam(at(endpoints.iam)),
    resourceManager: new cloudresourcemanager_v3.Cloudresourcemanager(at(endpoints.cloudresourcemanager)),
    iamCredentials: new iamcredentials_v1.Iamcredentials(at(endpoints.iamcredentials)),
    bigQuery: carried(new BigQuery({ authClient, projectId, apiEndpoint: endpoints.bigquery }), authClient),
  };
}

/**
 * The same project, seen with a bare access token: how the account's own access is tried. Nothing can renew the token, and
 * nothing is said of requests that are meant to fail.
 */
export function withToken(cloud: Cloud, client: AuthClient): Cloud {
  const { wire, clock, endpoints, projectId } = cloud;
  const silent = (): void => undefined;
  const call = makeCall({ clock, toApiError: fromGoogle, say: silent, trace: silent, gate: wire.gate });
  return clientsOf({ client, call, wire, clock, endpoints, principal: () => undefined }, { projectId });
}

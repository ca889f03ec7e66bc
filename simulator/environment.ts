/** The variables that point this action, gcloud and bq at a simulator. */
import { GITHUB_TOKEN, OWNER_TOKEN, PROJECT, PROVISIONER, READER, REPOSITORY } from './world-names.ts';
import type { World } from './world.ts';

const SERVICES = [
  ...['IAM', 'CLOUDRESOURCEMANAGER', 'BIGQUERY', 'IAMCREDENTIALS', 'SERVICEUSAGE', 'SECRETMANAGER', 'ORGPOLICY', 'STS'],
];

/** @param url - without a trailing slash; gcloud wants overrides with one */
export function environmentOf({ identity }: World, url: string): Record<string, string> {
  const overrides = SERVICES.map((name) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`, `${url}/`] as const);
  return {
    ...Object.fromEntries(overrides),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY: `${url}/bigquery/v2/`,
    CLOUDSDK_AUTH_TOKEN_HOST: `${url}/token`,
    GITHUB_API_URL: url,
    GITHUB_REPOSITORY: REPOSITORY,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/_runner/oidc/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: identity.runnerToken,
    SIMULATOR_PROJECT: PROJECT,
    SIMULATOR_WORKLOAD_IDENTITY_PROVIDER: identity.providers[0]?.name ?? '',
    SIMULATOR_SERVICE_ACCOUNT: PROVISIONER,
    SIMULATOR_READER_SERVICE_ACCOUNT: READER,
    SIMULATOR_OWNER_TOKEN: OWNER_TOKEN,
    SIMULATOR_GITHUB_TOKEN: GITHUB_TOKEN,
  };
}

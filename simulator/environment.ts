import { CI_PROJECT, GITHUB_TOKENS, READER, PROVISIONER, REPOSITORY, TARGET_PROJECT, TOKENS } from './scenario.ts';
import type { World } from './world.ts';

/** Every variable that points the action, gcloud and bq at a simulator, and what it accepts. */
export function environmentOf(url: string, world: World): Record<string, string> {
  const root = `${url}/`;
  const override = (name: string, value = root): [string, string] => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`, value];
  return Object.fromEntries([
    override('IAM'),
    override('CLOUDRESOURCEMANAGER'),
    override('BIGQUERY', `${root}bigquery/v2/`),
    override('IAMCREDENTIALS'),
    override('SERVICEUSAGE'),
    override('SECRETMANAGER'),
    override('ORGPOLICY'),
    override('STS'),
    ['CLOUDSDK_AUTH_TOKEN_HOST', `${root}token`],
    ['GITHUB_API_URL', url],
    ['GITHUB_REPOSITORY', REPOSITORY],
    ['ACTIONS_ID_TOKEN_REQUEST_URL', `${root}_runner/oidc/token?api-version=2.0`],
    ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', TOKENS.runner],
    ['SIMULATOR_PROJECT', TARGET_PROJECT],
    ['SIMULATOR_CI_PROJECT', CI_PROJECT],
    ['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER', world.identity.providers[0]?.name ?? ''],
    ['SIMULATOR_SERVICE_ACCOUNT', PROVISIONER],
    ['SIMULATOR_READER_SERVICE_ACCOUNT', READER],
    ['SIMULATOR_OWNER_TOKEN', TOKENS.owner],
    ...Object.entries(GITHUB_TOKENS).map(([name, { token }]) => [name, token] as const),
  ]);
}

/** Which store of GitHub holds a secret. */
export type SecretScope =
  | { readonly kind: 'repository' }
  | { readonly kind: 'environment'; readonly environment: string }
  | { readonly kind: 'organization'; readonly organization: string };

/** A secret as messages name it. */
export function secretIn(scope: SecretScope, name: string): string {
  if (scope.kind === 'environment') return `the secret ${name} of the environment ${scope.environment}`;
  if (scope.kind === 'organization') return `the secret ${name} of the organization ${scope.organization}`;
  return `the repository secret ${name}`;
}

export const visibilities = ['all', 'private', 'selected'] as const;
/** Which repositories see an organization's secret. */
export type Visibility = (typeof visibilities)[number];

/** What a token needs to write there, in GitHub's words. */
export function permissionsFor(scope: SecretScope): string {
  return {
    repository: 'the repository permissions Secrets: write and Variables: write',
    environment: 'the repository permission Environments: write',
    organization: 'the organization permissions Secrets: write and Variables: write',
  }[scope.kind];
}

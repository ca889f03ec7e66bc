import { permissionsFor } from '../../cloud/github/scope.ts';
import type { SecretScope } from '../../cloud/github/scope.ts';
import type { ApiError } from '../../errors/api-error.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import { explainApiError } from '../../errors/explain.ts';

/** Which secret, as messages name it. */
export interface RefusedSecret {
  readonly name: string;
  readonly scope: SecretScope;
  /** `owner/name` */
  readonly repository: string;
}

/** Why no key can be delivered to a secret of GitHub. Pure. */
export function whyRefused(
  { name, scope, repository }: RefusedSecret,
  because: string,
  error: ApiError | undefined,
): Problem {
  const where = scope.kind === 'organization' ? '' : ` of ${repository}`;
  return {
    severity: 'error',
    code: 'destination.refuses',
    attempted: `make sure that a key can be delivered to ${name}${where}`,
    because,
    remedy: remedyFor(scope, error),
  };
}

/** What to do about a refusal: its own remedy where its cause is known, else what the token needs for this scope. */
export function remedyFor(scope: SecretScope, error: ApiError | undefined): string {
  const known = error && explainApiError(error);
  if (known !== undefined && known.code !== 'github.permission-missing') return known.remedy;
  return (
    `${missing(scope, error)}Give github_token a fine-grained personal access token, or the token of a GitHub App, with ` +
    `${permissionsFor(scope)}. GITHUB_TOKEN can never write secrets.`
  );
}

/** GitHub says 404 for what is not there, and for what the token may not see. */
function missing(scope: SecretScope, error: ApiError | undefined): string {
  if (error?.code !== 404 || scope.kind === 'repository') return '';
  return scope.kind === 'environment'
    ? `If the environment ${scope.environment} does not exist yet, create it in the settings of the repository. `
    : `Check that the organization ${scope.organization} exists. `;
}

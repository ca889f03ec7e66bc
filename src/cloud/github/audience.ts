import { ApiError, UNKNOWN_REPOSITORY, isNotFound } from '../../errors/api-error.ts';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import type { AskGitHub, Reply } from './client.ts';
import type { SecretScope, Visibility } from './scope.ts';

/** Who may see what is in a store. */
export interface Audience {
  readonly scope: SecretScope;
  /** For an organization's secrets alone. */
  readonly visibility: Visibility;
  /** `owner/name` */
  readonly selected: readonly string[];
}

/** What has to be sent with a secret so that they see it. Repositories are looked up once, unless that failed. */
export function audienceOf(
  ask: AskGitHub,
  { scope, visibility, selected }: Audience,
): () => Promise<Record<string, unknown>> {
  let ids: Promise<number[]> | undefined;
  const lookUp = (): Promise<number[]> => {
    const asked = Promise.all(selected.map((repository) => idOf(ask, repository)));
    asked.catch(() => {
      if (ids === asked) ids = undefined;
    });
    return asked;
  };
  return async () => {
    if (scope.kind !== 'organization') return {};
    if (visibility !== 'selected') return { visibility };
    ids ??= lookUp();
    return { visibility: 'selected', selected_repository_ids: await ids };
  };
}

async function idOf(ask: AskGitHub, repository: string): Promise<number> {
  const [owner, repo] = repository.split('/');
  try {
    const asked = { call: `look up the repository ${repository}`, repeatable: true };
    return await ask(asked, { route: 'GET /repos/{owner}/{repo}', parameters: { owner, repo } }, expectId);
  } catch (error) {
    throw error instanceof ApiError && isNotFound(error) ? unknownRepository(repository, error) : error;
  }
}

function expectId({ data }: Reply): number {
  const { id } = (data ?? {}) as { readonly id?: unknown };
  if (typeof id !== 'number') throw new UnreadableAnswer('it is no repository: id is missing');
  return id;
}

/** Told apart from a store that cannot be seen: what is wrong is a name in `secret_repositories`. */
function unknownRepository(repository: string, error: ApiError): ApiError {
  const { call, service, code, status, words, requestId, retryAfter } = error;
  const facts = { call, service, code, status, words, requestId, retryAfter };
  return new ApiError({ ...facts, reason: UNKNOWN_REPOSITORY, details: [{ metadata: { repository } }] }, error);
}

import { UnreadableAnswer } from '../../errors/unreadable.ts';
import type { Secret } from '../../secret.ts';
import type { Clock } from '../../time.ts';
import type { Telling } from '../call.ts';
import { gitHubCall } from './call.ts';
import { gitHubClient } from './client.ts';

/** Which commit of which repository, and as whom GitHub is asked. */
export interface MergedOptions {
  readonly token: Secret;
  /** Of GitHub's API, for GitHub Enterprise too. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  /** In full. */
  readonly commit: string;
  readonly clock: Clock;
}

/** As GitHub answers it, reduced to what is read here. */
interface Answer {
  readonly number: number;
  readonly merged_at?: string | null;
  readonly base?: { readonly repo?: { readonly full_name?: string } | null };
}

/** A merge of many pull requests is one commit for each: nobody merges more than a page of them as one. */
const PAGE = 100;

/**
 * The numbers of the pull requests that were merged as this commit: as a merge, a squash or a rebase, which GitHub knows.
 * Throws `ApiError`: 403 or 404 where the token lacks `pull-requests: read`, 422 for a commit that GitHub does not have.
 */
export function mergedPulls(telling: Telling, options: MergedOptions): Promise<number[]> {
  const { token, apiUrl, repository, commit, clock } = options;
  const ask = gitHubClient(gitHubCall({ ...telling, clock }), { token, baseUrl: apiUrl });
  const [owner, repo] = repository.split('/');
  return ask(
    { call: `learn which pull request the commit ${commit.slice(0, 7)} comes from`, repeatable: true },
    { route: 'GET /repos/{owner}/{repo}/commits/{commit}/pulls', parameters: { owner, repo, commit, per_page: PAGE } },
    ({ data }) =>
      expectPulls(data)
        .filter((pull) => isMergedHere(pull, repository))
        .map(({ number }) => number),
  );
}

/** A fork's own pull requests hold the same commits. */
function isMergedHere({ merged_at: mergedAt, base }: Answer, repository: string): boolean {
  return typeof mergedAt === 'string' && base?.repo?.full_name?.toLowerCase() === repository.toLowerCase();
}

/** Makes sure that an answer is a list of pull requests. @throws UnreadableAnswer */
function expectPulls(data: unknown): readonly Answer[] {
  const isPull = (one: unknown): boolean => Number.isSafeInteger((one as Partial<Answer> | null)?.number);
  if (!Array.isArray(data) || !data.every(isPull)) throw new UnreadableAnswer('it is no list of pull requests');
  return data as readonly Answer[];
}

/** Which pull requests a commit comes from: of those that somebody has merged (`POST /_simulator/change`). */
import { record } from '../engine/json.ts';
import { invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import type { World } from '../engine/world.ts';
import { findRepository } from './access.ts';
import type { Named } from './access.ts';
import { PERSON } from './author.ts';
import { gitHub } from './envelope.ts';
import { linkHeader, slice } from './paging.ts';
import { gitHubState } from './part.ts';
import type { PullState, RepositoryState } from './state.ts';
import { requireRight } from './tokens.ts';

function listPullsOf(request: Request, context: Context): Reply {
  const found = findRepository(request, context);
  const { state, name, token } = found;
  requireRight(token, { permissions: ['pull_requests'], access: 'read', scope: 'repo' });
  const { commit = '' } = request.params;
  const pulls = Object.values(state.pulls).filter(({ mergeCommit }) => mergeCommit === commit);
  const isKnown = pulls.length > 0 || state.commits[commit] !== undefined;
  if (!isKnown) throw gitHub(422, `No commit found for SHA: ${commit}`);
  const page = slice(pulls, request, { usual: 30, most: 100 });
  const body = page.items.map((pull) => describe(pull, found, context));
  const url = `${context.origin}/repos/${name}/commits/${commit}/pulls`;
  return { status: 200, body, headers: linkHeader(url, request, page) };
}

/** As GitHub answers it in lists, without what no action reads: milestone, labels, links and people besides its author. */
function describe(
  { number, isFork, mergeCommit, mergedAt }: PullState,
  { name, state }: Named<RepositoryState>,
  { origin }: Context,
): unknown {
  const api = `${origin}/repos/${name}`;
  const at = mergedAt === undefined ? null : new Date(mergedAt).toISOString();
  const repo = { id: state.id, name: name.split('/')[1], full_name: name, private: true };
  return {
    url: `${api}/pulls/${String(number)}`,
    id: state.id + number,
    html_url: `https://github.com/${name}/pull/${String(number)}`,
    issue_url: `${api}/issues/${String(number)}`,
    comments_url: `${api}/issues/${String(number)}/comments`,
    ...{
      number,
      state: mergedAt === undefined ? 'open' : 'closed',
      locked: false,
      title: `Pull request ${String(number)}`,
    },
    user: { ...PERSON, type: 'User' },
    ...{ body: null, labels: [], draft: false, auto_merge: null, closed_at: at, merged_at: at },
    merge_commit_sha: mergeCommit ?? null,
    head: {
      label: 'octocat:change',
      ref: 'change',
      repo: isFork ? { ...repo, full_name: `octocat/${repo.name ?? ''}` } : repo,
    },
    base: { label: `${name.split('/')[0] ?? ''}:main`, ref: 'main', repo },
    author_association: 'MEMBER',
  };
}

/** `{REPOSITORY: {NUMBER: COMMIT}}` */
export function mergePulls(world: World, given: unknown): void {
  for (const [name, merges] of Object.entries(record(given))) {
    const repository = gitHubState(world).repositories[name];
    if (repository === undefined) throw invalid(`gitHubMerges: there is no repository ${name}.`);
    for (const [number, commit] of Object.entries(record(merges))) {
      const pull = repository.pulls[Number(number)];
      if (pull === undefined || typeof commit !== 'string' || !/^[0-9a-f]{40}$/.test(commit))
        throw invalid('gitHubMerges: {REPOSITORY: {NUMBER: COMMIT}}, of pull requests that are there.');
      Object.assign(pull, { mergeCommit: commit, mergedAt: Date.now() });
    }
  }
}

export const mergeRoutes: Route[] = [{ on: 'GET /repos/{owner}/{repo}/commits/{commit}/pulls', handle: listPullsOf }];

/** Who may see or change what of a repository. */
import { gitHub } from '../refusal.ts';
import type { Context, Request } from '../route.ts';
import type { GitHubState, RepositoryState } from './state.ts';

/** A repository as it is called, whatever case was asked for. */
export interface OpenRepository {
  readonly fullName: string;
  readonly repository: RepositoryState;
}

type Right = GitHubState['tokens'][string];

/** The repository of a path, if the token may do this with its secrets and variables. */
export function openRepository(request: Request, context: Context): RepositoryState {
  const { right, repository } = find(request, context);
  if (right === 'is a GITHUB_TOKEN') throw gitHub(403, 'Resource not accessible by integration');
  if (right === 'reads only') throw gitHub(403, 'Resource not accessible by personal access token');
  return repository;
}

/** The repository of a path, for any token that GitHub knows. */
export function lookAtRepository(request: Request, context: Context): OpenRepository {
  return find(request, context);
}

function find(request: Request, { world }: Context): OpenRepository & { readonly right: Right } {
  const token = /^(?:Bearer|token) (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  const right = world.gitHub.tokens[token] ?? rightByPrefix(token);
  if (right === undefined) throw gitHub(401, 'Bad credentials');
  const { owner = '', repo = '' } = request.params;
  const asked = `${owner}/${repo}`.toLowerCase();
  const found = Object.entries(world.gitHub.repositories).find(([name]) => name.toLowerCase() === asked);
  if (found === undefined) throw gitHub(404, 'Not Found');
  return { fullName: found[0], repository: found[1], right };
}

/** GitHub's tokens tell their kind by how they begin: those of a job never write secrets, others only if they were given the right. */
function rightByPrefix(token: string): Right | undefined {
  if (token.startsWith('ghs_')) return 'is a GITHUB_TOKEN';
  return /^(github_pat_|ghp_)/.test(token) ? 'reads only' : undefined;
}

/** Who may see or change what of a repository. */
import { gitHub } from '../refusal.ts';
import type { Context, Request } from '../route.ts';
import type { RepositoryState } from './state.ts';

/** The repository of a path, if the token may do this with its secrets and variables. */
export function openRepository(request: Request, { world }: Context): RepositoryState {
  const token = /^(?:Bearer|token) (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  const right = world.gitHub.tokens[token] ?? rightByPrefix(token);
  if (right === undefined) throw gitHub(401, 'Bad credentials');
  const { owner = '', repo = '' } = request.params;
  const repository = Object.entries(world.gitHub.repositories).find(
    ([name]) => name.toLowerCase() === `${owner}/${repo}`.toLowerCase(),
  )?.[1];
  if (repository === undefined) throw gitHub(404, 'Not Found');
  if (right === 'is a GITHUB_TOKEN') throw gitHub(403, 'Resource not accessible by integration');
  if (right === 'reads only') throw gitHub(403, 'Resource not accessible by personal access token');
  return repository;
}

/** GitHub's tokens tell their kind by how they begin: those of a job never write secrets, others only if they were given the right. */
function rightByPrefix(token: string): 'is a GITHUB_TOKEN' | 'reads only' | undefined {
  if (token.startsWith('ghs_')) return 'is a GITHUB_TOKEN';
  return /^(github_pat_|ghp_)/.test(token) ? 'reads only' : undefined;
}

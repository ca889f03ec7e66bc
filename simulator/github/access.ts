/** What a path names, if the token sees it. */
import type { Context, Request } from '../engine/route.ts';
import { gitHub } from './envelope.ts';
import { gitHubState } from './part.ts';
import type { EnvironmentState, RepositoryState, StoreState, TokenState } from './state.ts';
import { requireSight, tokenOf } from './tokens.ts';

/** Something as it is called, whatever case was asked for, and who asks. */
export interface Named<State> {
  readonly name: string;
  readonly state: State;
  readonly token: TokenState;
}

/** By owner and name, or by its number, as GitHub itself names it in links. */
export function findRepository(request: Request, context: Context): Named<RepositoryState> {
  const { owner = '', repo = '', repositoryId } = request.params;
  const { repositories } = gitHubState(context.world);
  const numbered = Object.entries(repositories).find(([, { id }]) => String(id) === repositoryId)?.[0] ?? '';
  const asked = repositoryId === undefined ? `${owner}/${repo}` : numbered;
  return find(asked, repositories, tokenOf(request, context));
}

export function findOrganization(request: Request, context: Context): Named<StoreState> {
  return find(request.params['org'] ?? '', gitHubState(context.world).organisations, tokenOf(request, context));
}

/** Throws 404 for an environment that was never made: a secret does not make one. */
export function findEnvironment(request: Request, { environments }: RepositoryState): [string, EnvironmentState] {
  return entryOf(request.params['environment'] ?? '', environments);
}

function find<State>(asked: string, known: Readonly<Record<string, State>>, token: TokenState): Named<State> {
  requireSight(token, asked);
  const [name, state] = entryOf(asked, known);
  return { name, state, token };
}

function entryOf<State>(asked: string, known: Readonly<Record<string, State>>): [string, State] {
  const found = Object.entries(known).find(([name]) => name.toLowerCase() === asked.toLowerCase());
  if (found === undefined) throw gitHub(404, 'Not Found');
  return found;
}

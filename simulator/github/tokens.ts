/** What a token may do. */
import { list, record, text } from '../engine/json.ts';
import { invalid } from '../engine/refusal.ts';
import { Refusal } from '../engine/route.ts';
import type { Context, Request } from '../engine/route.ts';
import { gitHub } from './envelope.ts';
import { gitHubState } from './part.ts';
import { PERMISSIONS } from './state.ts';
import type { Access, Permission, Scope, TokenState } from './state.ts';

/** What it takes to do something: one of the permissions, or a classic token's scope. */
export interface Need {
  readonly permissions: readonly Permission[];
  readonly access: Access;
  readonly scope: Scope;
}

/** The token that a request came with. Throws 401 for none, and for one that GitHub does not know. */
export function tokenOf(request: Request, { world }: Context): TokenState {
  const sent = /^(?:Bearer|token) (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  const token = gitHubState(world).tokens[sent] ?? tokenByPrefix(sent);
  if (token === undefined) throw gitHub(401, 'Bad credentials');
  return token;
}

/** GitHub's tokens tell their kind by how they begin: one that nobody has described was given no rights. */
function tokenByPrefix(token: string): TokenState | undefined {
  if (token.startsWith('ghs_')) return { kind: 'GITHUB_TOKEN' };
  if (token.startsWith('github_pat_')) return { kind: 'fine-grained' };
  return token.startsWith('ghp_') ? { kind: 'classic' } : undefined;
}

/** Throws 404 where the token does not see the repository or organization: it must not learn that it exists. */
export function requireSight(token: TokenState, name: string): void {
  if (token.sees?.some((one) => one.toLowerCase() === name.toLowerCase()) === false) throw gitHub(404, 'Not Found');
}

/** Throws 403 for a right that the token lacks, and tells which, as GitHub does, in a header. */
export function requireRight(token: TokenState, need: Need): void {
  if (isAllowed(token, need)) return;
  const isPersonal = token.kind === 'fine-grained' || token.kind === 'classic';
  const by = isPersonal ? 'personal access token' : 'integration';
  const { reply } = gitHub(403, `Resource not accessible by ${by}`);
  const wanted =
    token.kind === 'classic'
      ? { 'x-accepted-oauth-scopes': need.scope }
      : { 'x-accepted-github-permissions': need.permissions.map((one) => `${one}=${need.access}`).join('; ') };
  throw new Refusal({ ...reply, headers: { ...reply.headers, ...wanted } });
}

/** A workflow's `permissions` has no word for the others: whatever it grants, its token never has them. */
const OF_JOBS: readonly Permission[] = ['actions', 'contents', 'issues', 'pull_requests'];

function isAllowed({ kind, permissions = {}, scopes = [] }: TokenState, need: Need): boolean {
  if (kind === 'classic') return scopes.includes(need.scope);
  return need.permissions.some((one) => {
    if (kind === 'GITHUB_TOKEN' && !OF_JOBS.includes(one)) return false;
    const given = permissions[one];
    return given === 'write' || given === need.access;
  });
}

/** Tokens described from outside. Throws 400 for a misspelt description: its right would be missing without a word. */
export function readTokens(given: unknown): Record<string, TokenState> {
  for (const [token, description] of Object.entries(record(given))) {
    if (!isDescription(record(description))) throw invalid(`gitHubTokens: ${token} is not described as a TokenState.`);
  }
  return record(given) as Record<string, TokenState>;
}

function isDescription({ kind, name, permissions, scopes, sees, ...others }: Record<string, unknown>): boolean {
  const isOneOf = (known: readonly unknown[]) => (value: unknown) => known.includes(value);
  return (
    isOneOf(['GITHUB_TOKEN', 'fine-grained', 'classic', 'app'])(kind) &&
    (name === undefined || text(name) !== undefined) &&
    Object.keys(record(permissions)).every(isOneOf(PERMISSIONS)) &&
    Object.values(record(permissions)).every(isOneOf(['read', 'write'])) &&
    list(scopes).every(isOneOf(['repo', 'admin:org'])) &&
    (sees === undefined || Array.isArray(sees)) &&
    Object.keys(others).length === 0
  );
}

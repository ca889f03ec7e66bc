/** The repository itself, and its environments. */
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { findEnvironment, findRepository } from './access.ts';
import type { RepositoryState } from './state.ts';
import { requireRight } from './tokens.ts';

/** As GitHub shows it, in full or in a list. */
export function describeRepository(
  fullName: string,
  { id }: RepositoryState,
  { origin }: Context,
): Record<string, unknown> {
  const [login = '', name = ''] = fullName.split('/');
  return {
    id,
    name,
    full_name: fullName,
    private: true,
    visibility: 'private',
    owner: { login, type: 'Organization' },
    url: `${origin}/repos/${fullName}`,
    html_url: `https://github.com/${fullName}`,
    default_branch: 'main',
    archived: false,
  };
}

function getRepository(request: Request, context: Context): Reply {
  const { name, state } = findRepository(request, context);
  return { status: 200, body: describeRepository(name, state, context) };
}

function getEnvironment(request: Request, context: Context): Reply {
  const { name: fullName, state, token } = findRepository(request, context);
  requireRight(token, { permissions: ['actions'], access: 'read', scope: 'repo' });
  const [name, { id, createdAt }] = findEnvironment(request, state);
  const time = new Date(createdAt).toISOString();
  const body = {
    id,
    node_id: Buffer.from(`Environment${String(id)}`).toString('base64'),
    name,
    url: `${context.origin}/repos/${fullName}/environments/${encodeURIComponent(name)}`,
    html_url: `https://github.com/${fullName}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: time,
    updated_at: time,
    protection_rules: [],
    deployment_branch_policy: null,
  };
  return { status: 200, body };
}

export const repositoryRoutes: Route[] = [
  { on: 'GET /repos/{owner}/{repo}', handle: getRepository },
  { on: 'GET /repos/{owner}/{repo}/environments/{environment}', handle: getEnvironment },
];

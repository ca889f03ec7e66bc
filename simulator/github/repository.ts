/** The repository itself. */
import type { Context, Reply, Request, Route } from '../route.ts';
import { lookAtRepository } from './access.ts';

function getRepository(request: Request, context: Context): Reply {
  const { fullName } = lookAtRepository(request, context);
  const [login = '', name = ''] = fullName.split('/');
  const body = {
    name,
    full_name: fullName,
    private: true,
    visibility: 'private',
    owner: { login, type: 'Organization' },
    url: `${context.origin}/repos/${fullName}`,
    html_url: `https://github.com/${fullName}`,
    default_branch: 'main',
    archived: false,
  };
  return { status: 200, body };
}

export const repositoryRoutes: Route[] = [{ on: 'GET /repos/{owner}/{repo}', handle: getRepository }];

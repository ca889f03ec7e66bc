/** Pull requests and the comments on them, for somebody who may do what was asked. */
import { REPOSITORY } from '../engine/names.ts';
import type { Context, Request } from '../engine/route.ts';
import { findRepository } from './access.ts';
import type { Named } from './access.ts';
import { gitHub } from './envelope.ts';
import type { CommentState, PullState, RepositoryState } from './state.ts';
import { requireRight } from './tokens.ts';

/** A repository, for somebody who may do with its comments what was asked. */
export interface Opened extends Named<RepositoryState> {
  readonly request: Request;
  readonly context: Context;
}

/**
 * The right to write comments is also the right to change and delete those of others: GitHub asks that one has written
 * the comment or may write to the repository, and an App's or a job's token with the permission counts as the latter.
 * A token that only reads may not change even its own.
 */
export function open(request: Request, context: Context): Opened {
  const found = findRepository(request, context);
  const access = request.method === 'GET' ? 'read' : 'write';
  // Either is enough for a pull request. Every repository here is private: without the right there is nothing to see.
  requireRight(found.token, { permissions: ['issues', 'pull_requests'], access, scope: 'repo' });
  const known = request.params['number'] !== undefined && access === 'read' ? ['per_page', 'page'] : [];
  const unknown = [...request.query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw gitHub(400, `The simulator knows no parameter "${unknown}" here.`);
  return { ...found, request, context };
}

/** The workflow's repository is an old one: it has had so many pull requests. What was said on most of them is not told. */
const PULLS = 4_096;

/** Throws 404 for a number that neither a pull request nor an issue has. */
export function findPull({ state, name, request }: Opened): PullState {
  const given = request.params['number'] ?? '';
  const number = /^[1-9]\d{0,3}$/.test(given) ? Number(given) : Infinity;
  const found = state.pulls[number];
  if (found !== undefined) return found;
  if (name !== REPOSITORY || number > PULLS) throw gitHub(404, 'Not Found');
  return (state.pulls[number] = { number, isFork: false, comments: [] });
}

/** Throws 404. */
export function findComment({ state, request }: Opened): { comment: CommentState; pull: PullState } {
  for (const pull of Object.values(state.pulls)) {
    const comment = pull.comments.find(({ id }) => String(id) === request.params['id']);
    if (comment !== undefined) return { comment, pull };
  }
  throw gitHub(404, 'Not Found');
}

/** Comments on pull requests: GitHub numbers these together with issues, and comments on them as on those. */
import { record } from '../engine/json.ts';
import type { Reply, Route } from '../engine/route.ts';
import { PERSON, authorOf } from './author.ts';
import { readBody } from './comment-body.ts';
import { linkHeader, slice } from './paging.ts';
import { gitHubState } from './part.ts';
import { findComment, findPull, open } from './pulls.ts';
import type { Opened } from './pulls.ts';
import type { CommentState, PullState } from './state.ts';

type Handle = (opened: Opened) => Reply;

/** As GitHub answers it. Nothing is said of the App it was written through, which GitHub tells of some only. */
function describe({ id, body, author, ...times }: CommentState, pull: PullState, opened: Opened): unknown {
  const api = `${opened.context.origin}/repos/${opened.name}/issues`;
  // Milliseconds, where GitHub tells whole seconds: see entries.ts.
  return {
    id,
    node_id: `IC_${Buffer.from(`IssueComment${String(id)}`).toString('base64url')}`,
    url: `${api}/comments/${String(id)}`,
    html_url: `https://github.com/${opened.name}/pull/${String(pull.number)}#issuecomment-${String(id)}`,
    issue_url: `${api}/${String(pull.number)}`,
    user: author,
    created_at: new Date(times.createdAt).toISOString(),
    updated_at: new Date(times.updatedAt).toISOString(),
    // The person of the job's claims belongs to the organization; whoever else comments comes from outside.
    author_association: author.type === 'Bot' ? 'NONE' : author.login === PERSON.login ? 'MEMBER' : 'CONTRIBUTOR',
    body,
    ...(author.type === 'User' && { performed_via_github_app: null }),
  };
}

function listComments(opened: Opened): Reply {
  const { request, context, state } = opened;
  const pull = findPull(opened);
  const found = slice(pull.comments, request, { usual: 30, most: 100 });
  const url = `${context.origin}/repositories/${String(state.id)}/issues/${String(pull.number)}/comments`;
  const body = found.items.map((comment) => describe(comment, pull, opened));
  return { status: 200, body, headers: linkHeader(url, request, found) };
}

function createComment(opened: Opened): Reply {
  const { request, context, token } = opened;
  const pull = findPull(opened);
  const body = readBody(request);
  const id = (gitHubState(context.world).lastCommentId += 1);
  const comment = { id, body, author: authorOf(token), createdAt: context.now, updatedAt: context.now };
  pull.comments.push(comment);
  const answer = describe(comment, pull, opened);
  return { status: 201, body: answer, headers: { location: String(record(answer)['url']) } };
}

function getComment(opened: Opened): Reply {
  const { comment, pull } = findComment(opened);
  return { status: 200, body: describe(comment, pull, opened) };
}

function updateComment(opened: Opened): Reply {
  const { comment, pull } = findComment(opened);
  comment.body = readBody(opened.request);
  comment.updatedAt = opened.context.now;
  return { status: 200, body: describe(comment, pull, opened) };
}

function deleteComment(opened: Opened): Reply {
  const { comment, pull } = findComment(opened);
  pull.comments = pull.comments.filter(({ id }) => id !== comment.id);
  return { status: 204 };
}

const handlers: Readonly<Record<string, Handle>> = {
  'GET /repos/{owner}/{repo}/issues/{number}/comments': listComments,
  'GET /repositories/{repositoryId}/issues/{number}/comments': listComments,
  'POST /repos/{owner}/{repo}/issues/{number}/comments': createComment,
  'GET /repos/{owner}/{repo}/issues/comments/{id}': getComment,
  'PATCH /repos/{owner}/{repo}/issues/comments/{id}': updateComment,
  'DELETE /repos/{owner}/{repo}/issues/comments/{id}': deleteComment,
};

export const commentRoutes: Route[] = Object.entries(handlers).map(([on, handle]) => ({
  on,
  handle: (request, context) => handle(open(request, context)),
}));

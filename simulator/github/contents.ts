/** Files of commits: only plain files, and only of commits that somebody has told (`POST /_simulator/change`). */
import { createHash } from 'node:crypto';
import { record, text } from '../engine/json.ts';
import { invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import type { World } from '../engine/world.ts';
import { findRepository } from './access.ts';
import { gitHub } from './envelope.ts';
import { gitHubState } from './part.ts';
import { requireRight } from './tokens.ts';

/** GitHub answers what is bigger without its content. */
const MOST_BYTES = 1024 * 1024;

/** Throws 404 for a commit that is not known, and 403 without the right to read. */
function filesOf(request: Request, context: Context, commit: string): Record<string, string> {
  const { state, token } = findRepository(request, context);
  requireRight(token, { permissions: ['contents'], access: 'read', scope: 'repo' });
  const files = state.commits[commit];
  if (files === undefined) throw gitHub(404, `No commit found for the ref ${commit}`);
  return files;
}

/** As git names what a file holds. */
function idOf(bytes: Buffer): string {
  return createHash('sha1')
    .update(`blob ${String(bytes.length)}\0`)
    .update(bytes)
    .digest('hex');
}

function getTree(request: Request, context: Context): Reply {
  const { commit = '' } = request.params;
  const files = filesOf(request, context, commit);
  const paths = Object.keys(files).sort();
  const folders = [...new Set(paths.flatMap(foldersOf))].sort();
  if (request.query.get('recursive') === null && folders.length > 0)
    throw gitHub(422, 'This simulator lists trees with recursive only.');
  const blobs = paths.map((path) => {
    const bytes = Buffer.from(files[path] ?? '', 'base64');
    return { path, mode: '100644', type: 'blob', sha: idOf(bytes), size: bytes.length };
  });
  const trees = folders.map((path) => ({ path, mode: '040000', type: 'tree', sha: idOf(Buffer.from(path)) }));
  return { status: 200, body: { sha: commit, truncated: false, tree: [...trees, ...blobs] } };
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
}

function getContent(request: Request, context: Context): Reply {
  const { path = '' } = request.params;
  const files = filesOf(request, context, request.query.get('ref') ?? '');
  const content = files[path];
  if (content === undefined) throw gitHub(404, 'Not Found');
  const bytes = Buffer.from(content, 'base64');
  const isShown = bytes.length <= MOST_BYTES;
  const body = {
    ...{ type: 'file', name: path.split('/').at(-1), path, sha: idOf(bytes), size: bytes.length },
    // GitHub breaks the lines of it.
    ...(isShown
      ? { encoding: 'base64', content: content.replace(/.{60}/g, '$&\n') }
      : { encoding: 'none', content: '' }),
  };
  return { status: 200, body };
}

/** `{REPOSITORY: {COMMIT: {PATH: base64}}}` */
export function addCommits(world: World, given: unknown): void {
  for (const [name, commits] of Object.entries(record(given))) {
    const repository = gitHubState(world).repositories[name];
    if (repository === undefined) throw invalid(`gitHubCommits: there is no repository ${name}.`);
    for (const [commit, files] of Object.entries(record(commits))) {
      const isText = Object.values(record(files)).every((content) => text(content) !== undefined || content === '');
      if (!/^[0-9a-f]{40}$/.test(commit) || !isText)
        throw invalid('gitHubCommits: {REPOSITORY: {COMMIT: {PATH: base64}}}.');
      repository.commits[commit] = record(files) as Record<string, string>;
    }
  }
}

export const contentRoutes: Route[] = [
  { on: 'GET /repos/{owner}/{repo}/git/trees/{commit}', handle: getTree },
  { on: 'GET /repos/{owner}/{repo}/contents/{path}', handle: getContent },
];

import { resolve } from 'node:path';
import { ApiError } from '../errors/api-error.ts';
import { baseReference, gitHubTree } from '../models/base.ts';
import { gitTree } from '../models/git-tree.ts';
import type { Based } from '../models/reference.ts';
import { mountedAt, repositoryIn } from '../models/repository.ts';
import type { Tree } from '../models/tree.ts';
import { bytesInWorkspace } from '../models/workspace.ts';
import type { Beginning } from './beginning.ts';

/** The models of the commit that this run changes: by git where it is at hand, else by GitHub's API. */
export async function findBase({ options, runner, clock, gate }: Beginning, root: string): Promise<Based> {
  const { baseCommit: commit, withoutIdentity, repository, apiUrl, name } = runner.event;
  const inputs = options.models;
  const { commentToken: token } = options.reporting;
  if (commit === undefined) return { whyNot: `the event ${name === '' ? 'of this run' : name} tells no base commit` };
  const prefix = await repositoryIn(root, [
    ...inputs.paths,
    ...(inputs.dbtManifest === undefined ? [] : [inputs.dbtManifest]),
  ]);
  const local = await gitTree({ root: resolve(root, prefix), commit, env: runner.env });
  if (local !== undefined) {
    try {
      return await baseReference(mountedAt(local, prefix), inputs, commit);
    } finally {
      local.close();
    }
  }
  const short = commit.slice(0, 7);
  if (withoutIdentity !== undefined || token === undefined || repository === undefined) {
    return {
      whyNot: `the base commit ${short} is not in this checkout (fetch-depth: 0 of actions/checkout brings it)`,
    };
  }
  try {
    const { commitContents } = await import('../cloud/github/contents.ts');
    const contents = commitContents({ ...runner.log, gate }, { token, apiUrl, repository, commit, clock });
    const tree: Tree = await gitHubTree(contents, (path) =>
      bytesInWorkspace(root, prefix === '' ? path : `${prefix}/${path}`),
    );
    return await baseReference(mountedAt(tree, prefix), inputs, commit);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const remedy = 'give the job permissions: contents: read, or check out with fetch-depth: 0';
    return { whyNot: `the base commit ${short} could not be read (${error.words}): ${remedy}` };
  }
}

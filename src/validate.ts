import { resolve } from 'node:path';
import { ApiError } from './errors/api-error.ts';
import { explain } from './errors/explain.ts';
import type { RunOptions } from './inputs/options.ts';
import type { Target } from './inputs/target.ts';
import type { AsSegment } from './models/account.ts';
import { baseReference, begun, gitHubTree } from './models/base.ts';
import { gitTree } from './models/git-tree.ts';
import { loadModels } from './models/load.ts';
import type { ModelsReport } from './models/model.ts';
import { noticesOf } from './models/notices.ts';
import { mountedAt, repositoryIn } from './models/repository.ts';
import type { Tree } from './models/tree.ts';
import { validate, validateOffline } from './models/validate.ts';
import type { Based, Validated } from './models/validate.ts';
import { bytesInWorkspace, workspaceTree } from './models/workspace.ts';
import { modelLines } from './report/models-table.ts';
import { concludeModels } from './report/models-verdict.ts';
import type { Asked, RunReport } from './report/run-report.ts';
import type { Runner } from './runner/runner.ts';
import type { Clock } from './time.ts';

/** Models of one target: what is read of them needs no identity, so it begins before anything else. */
export interface ModelsAhead {
  /** Asks nobody. */
  readonly offline: (whyNot: string) => Promise<ModelsReport>;
  /** Tries them as the account. */
  readonly online: (acting: AsSegment) => Promise<Validated>;
}

/** What models are read with. */
export interface Beginning {
  readonly target: Target;
  readonly options: RunOptions;
  readonly runner: Runner;
  readonly clock: Clock;
}

/** Begins to read models, and what they are compared with. */
export function beginModels(beginning: Beginning): ModelsAhead {
  const { target, options, runner, clock } = beginning;
  const inputs = options.models;
  const root = resolve(runner.env['GITHUB_WORKSPACE'] ?? '.');
  const loaded = begun(() => loadModels(workspaceTree(root), inputs));
  const based = begun(() => findBase(beginning, root));
  const validating = async (): Promise<Parameters<typeof validate>[0]> => {
    return { target, inputs, loaded: await loaded(), based, clock };
  };
  return {
    offline: async (whyNot) => validateOffline(await validating(), whyNot),
    online: async (acting) => validate(await validating(), acting),
  };
}

/** The models of the commit that this run changes: by git where it is at hand, else by GitHub's API. */
async function findBase({ options, runner, clock }: Beginning, root: string): Promise<Based> {
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
    const { commitContents } = await import('./cloud/github/contents.ts');
    const contents = commitContents(runner.log, { token, apiUrl, repository, commit, clock });
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

/** A run that looks at models alone. */
export interface ModelsRun {
  readonly asked: Asked;
  readonly runner: Runner;
  readonly ahead: ModelsAhead;
  /** Signs in, and becomes the account. */
  readonly act: () => Promise<AsSegment>;
}

/** Models → try → compare → report. Reads no policy, and writes nothing. What goes wrong on the way is told beside what is known. */
export async function validateModels({ asked, runner, ahead, act }: ModelsRun): Promise<RunReport> {
  const { report, problems } = await tried(ahead, act);
  await runner.log.group('Models', () => Promise.resolve(modelLines(report).forEach(runner.log.say)));
  return {
    ...asked,
    ...{ plan: undefined, outcomes: [], verification: undefined, models: report },
    diagnostics: [...problems, ...noticesOf(report, problems.length > 0)],
    verdict: concludeModels(report, asked.reporting.modelsFailOn, problems),
    ...{ issuedKeyId: undefined, destinations: [] },
  };
}

async function tried(ahead: ModelsAhead, act: ModelsRun['act']): Promise<Validated> {
  try {
    return await ahead.online(await act());
  } catch (error) {
    const problems = explain(error);
    return { report: await ahead.offline(problems.map(({ because }) => because).join('; ')), problems };
  }
}

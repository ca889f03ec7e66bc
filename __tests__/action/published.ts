import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initGit, layOut } from '../../harness/models-folder.ts';
import type { Files } from '../../harness/models-folder.ts';
import type { Preparation } from '../../harness/run-action.ts';
import type { Stage } from '../../harness/stage.ts';
import { toSegment } from './segment-world.ts';

/** Runs that publish models from a repository. */

/** A model as the world shows it. */
export interface ModelFacts {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly query: string;
  readonly queryIdentifierColumn: string;
}

export async function modelsIn(at: Stage): Promise<readonly ModelFacts[]> {
  const { segment } = (await at.simulation.world()) as { segment: { models: ModelFacts[] } };
  return segment.models;
}

/** A repository with one commit for each state of the files; the last one is checked out, on the default branch. */
export function committed(...states: readonly Files[]): Preparation {
  const lay = (workspace: string): void => {
    const git = initGit(workspace);
    let before: Files = {};
    for (const files of states) {
      for (const path of Object.keys(before)) rmSync(join(workspace, path));
      layOut(workspace, files);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', 'x');
      before = files;
    }
    writeFileSync(join(workspace, '..', 'event.json'), JSON.stringify({ repository: { default_branch: 'main' } }));
  };
  return Object.assign(lay, { of: JSON.stringify(states) });
}

/** Publishes the models of the last state. */
export function publishing(
  at: Stage,
  states: readonly Files[],
  inputs: Readonly<Record<string, string>> = {},
  more: Parameters<Stage['run']>[1] = {},
): ReturnType<Stage['run']> {
  return at.run(
    { mode: 'apply', models: 'segment', publish_models: 'true', ...toSegment(at), ...inputs },
    { ...more, prepare: committed(...states), env: { ...more.env, GITHUB_REF: 'refs/heads/main' } },
  );
}

/** Workspaces with models in them, as a checkout leaves them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Preparation } from './run-action.ts';

/** By path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export function layOut(workspace: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
}

/** The same, for a run. */
export function laidOut(files: Files): Preparation {
  return Object.assign((workspace: string) => layOut(workspace, files), { of: JSON.stringify(files) });
}

/** Makes the workspace a repository. @returns git in it, as somebody without settings; what it prints */
export function initGit(workspace: string): (...words: string[]) => string {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@acme.example', ...words], {
      cwd: workspace,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', HOME: workspace, GIT_CONFIG_NOSYSTEM: '1' },
    });
  git('init', '--quiet');
  return git;
}

/** A repository with one commit of files, over which others are laid out. @returns the commit */
export function commitAndChange(workspace: string, base: Files, now: Files): string {
  const git = initGit(workspace);
  layOut(workspace, base);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'base');
  const commit = git('rev-parse', 'HEAD').trim();
  for (const path of Object.keys(base)) if (!(path in now)) rmSync(join(workspace, path));
  layOut(workspace, now);
  return commit;
}

/** The event of a pull request over that commit. */
export function pullOver(commit: string, from = 'acme/data-platform'): object {
  const repo = { full_name: 'acme/data-platform' };
  return { pull_request: { number: 7, head: { repo: { full_name: from } }, base: { sha: commit, repo } } };
}

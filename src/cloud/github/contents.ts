import { UnreadableAnswer } from '../../errors/unreadable.ts';
import type { Secret } from '../../secret.ts';
import type { Clock } from '../../time.ts';
import type { Telling } from '../call.ts';
import { gitHubCall } from './call.ts';
import { gitHubClient } from './client.ts';
import type { AskGitHub } from './client.ts';

/** Files of one commit, by GitHub's API. Everything throws `ApiError`: 403 and 404 where the token lacks `contents: read`. */
export interface CommitContents {
  /** Every file: path → id of what it holds, and whether it is a plain file, neither a link nor a submodule. */
  readonly list: () => Promise<ReadonlyMap<string, ListedFile>>;
  /** @returns undefined for a file over 1 MiB, which GitHub does not answer so */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
}

export interface ListedFile {
  /** As git computes it. */
  readonly id: string;
  readonly isFile: boolean;
}

export interface ContentsOptions {
  readonly token: Secret;
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly commit: string;
  readonly clock: Clock;
}

export function commitContents(telling: Telling, options: ContentsOptions): CommitContents {
  const { token, apiUrl, repository, commit, clock } = options;
  const ask = gitHubClient(gitHubCall({ ...telling, clock }), { token, baseUrl: apiUrl });
  const [owner, repo] = repository.split('/');
  return {
    list: () => listFiles(ask, { owner, repo, commit }),
    read: (path) =>
      ask(
        { call: `read ${path} of the commit ${commit.slice(0, 7)}`, repeatable: true },
        { route: 'GET /repos/{owner}/{repo}/contents/{path}', parameters: { owner, repo, path, ref: commit } },
        ({ data }) => expectContent(data),
      ),
  };
}

interface Place {
  readonly owner: string | undefined;
  readonly repo: string | undefined;
  readonly commit: string;
}

function listFiles(ask: AskGitHub, { owner, repo, commit }: Place): Promise<ReadonlyMap<string, ListedFile>> {
  const route = 'GET /repos/{owner}/{repo}/git/trees/{commit}';
  return ask(
    { call: `list the files of the commit ${commit.slice(0, 7)}`, repeatable: true },
    { route, parameters: { owner, repo, commit, recursive: '1' } },
    ({ data }) => expectTree(data),
  );
}

/** @throws UnreadableAnswer, for a list that was cut as well */
function expectTree(data: unknown): ReadonlyMap<string, ListedFile> {
  const { tree, truncated } = (data ?? {}) as { tree?: unknown; truncated?: unknown };
  if (!Array.isArray(tree) || truncated === true) throw new UnreadableAnswer('it is no whole list of files');
  const files = (tree as { path?: unknown; mode?: unknown; sha?: unknown; type?: unknown }[]).filter(
    ({ type }) => type !== 'tree',
  );
  return new Map(
    files.map(({ path, mode, sha, type }) => [
      String(path),
      { id: String(sha), isFile: type === 'blob' && String(mode).startsWith('100') },
    ]),
  );
}

/** @throws UnreadableAnswer */
function expectContent(data: unknown): Uint8Array | undefined {
  const { type, encoding, content } = (data ?? {}) as { type?: unknown; encoding?: unknown; content?: unknown };
  if (type !== 'file' || typeof content !== 'string') throw new UnreadableAnswer('it is no file');
  return encoding === 'base64' ? Buffer.from(content, 'base64') : undefined;
}

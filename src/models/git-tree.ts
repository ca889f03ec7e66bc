import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { SKIPPED, decoded, normal } from './tree.ts';
import type { FileText, Tree } from './tree.ts';

/** A commit as git has it at hand: nothing is fetched, and nothing that lies in the repository is run. */

const run = promisify(execFile);
const LIMIT = 30_000;
const LARGEST_LIST = 64 * 1024 * 1024;
const SAFE = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'protocol.allow=never'];

/** Where a commit is looked for. */
export interface GitOptions {
  /** The workspace, absolute: the repository itself, or a folder in it. */
  readonly root: string;
  /** In full. */
  readonly commit: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** @returns undefined where there is no git, no repository, or not this commit in it */
export async function gitTree({ root, commit, env }: GitOptions): Promise<(Tree & Closable) | undefined> {
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit)) return undefined;
  const git = async (...words: string[]): Promise<string> => {
    const options = { cwd: root, env: cleared(env), timeout: LIMIT, maxBuffer: LARGEST_LIST };
    const { stdout } = await run('git', [...SAFE, ...words], options);
    return stdout;
  };
  try {
    await git('cat-file', '-e', `${commit}^{commit}`);
    const prefix = (await git('rev-parse', '--show-prefix')).trim();
    const listed = await git('ls-tree', '-r', '-z', '--full-tree', commit);
    const entries = entriesOf(listed, prefix);
    return treeOf(entries, blobReader({ root, env: cleared(env) }));
  } catch {
    return undefined; // A shallow checkout has one commit only: GitHub is asked instead, where that is allowed.
  }
}

/** So far back is looked at most. */
const MOST_COMMITS = 200;

/** Commits up to the one that is checked out which touch any of these paths, newest first; [] where there is no git. */
export async function commitsTouching(
  { root, env }: Omit<GitOptions, 'commit'>,
  paths: readonly string[],
): Promise<string[]> {
  const words = [
    '--literal-pathspecs',
    'log',
    '--no-show-signature',
    '--format=%H',
    `--max-count=${String(MOST_COMMITS)}`,
  ];
  const options = { cwd: root, env: cleared(env), timeout: LIMIT, maxBuffer: LARGEST_LIST };
  try {
    const { stdout } = await run('git', [...SAFE, ...words, 'HEAD', '--', ...paths], options);
    return stdout.split('\n').filter((line) => line !== '');
  } catch {
    return []; // No git, no repository, or no commit yet: then no commit is known.
  }
}

/** Something that holds a process. */
export interface Closable {
  readonly close: () => void;
}

/** Variables could lead git elsewhere, or have it fetch. */
function cleared({ PATH, HOME }: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const fixed = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };
  return { ...fixed, ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }) };
}

interface Entry {
  readonly id: string;
  readonly isFile: boolean;
}

/** `MODE TYPE ID\tPATH`, each ended by NUL. Links and submodules are no files. */
function entriesOf(listed: string, prefix: string): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const line of listed.split('\0')) {
    const [, mode = '', id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
    if (path.startsWith(prefix) && path !== '')
      found.set(path.slice(prefix.length), { id, isFile: mode.startsWith('100') });
  }
  return found;
}

function treeOf(entries: ReadonlyMap<string, Entry>, blobs: BlobReader): Tree & Closable {
  return {
    ...listingOf(new Map([...entries].map(([path, { isFile }]) => [path, isFile]))),
    read: async (path, most) => {
      const entry = entries.get(normal(path) ?? '');
      if (entry === undefined) return { fault: 'missing' };
      return entry.isFile ? blobs.read(entry.id, most) : { fault: 'no file' };
    },
    close: blobs.close,
  };
}

/** A tree whose paths are all known. @param files - path → whether it is a plain file */
export function listingOf(files: ReadonlyMap<string, boolean>): Pick<Tree, 'kindOf' | 'list'> {
  const isSkipped = (path: string): boolean => path.split('/').some((part) => SKIPPED.includes(part));
  const below = (folder: string): string[] =>
    [...files.keys()].filter((path) => (folder === '' || path.startsWith(`${folder}/`)) && !isSkipped(path));
  return {
    kindOf: (path) => {
      const inside = normal(path);
      if (inside === undefined) return Promise.resolve('outside');
      if (files.get(inside) === true) return Promise.resolve('file');
      return Promise.resolve(inside === '' || below(inside).length > 0 ? 'folder' : 'missing');
    },
    list: (folder) => Promise.resolve(below(normal(folder) ?? '').sort()),
  };
}

interface BlobReader extends Closable {
  readonly read: (id: string, most: number) => Promise<FileText>;
}

/** One process for all: to start one takes longer than to read a file. */
function blobReader({ root, env }: { readonly root: string; readonly env: NodeJS.ProcessEnv }): BlobReader {
  let process: ReturnType<typeof startBatch> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: (id, most) => {
      process ??= startBatch(root, env);
      const { ask } = process;
      const asked = last.then(() => ask(id));
      last = asked.catch(() => undefined);
      return asked.then(
        (bytes): FileText => (bytes.length > most ? { fault: 'too large' } : decoded(bytes)),
        (): FileText => ({ fault: 'unreadable' }),
      );
    },
    close: () => process?.close(),
  };
}

/** `git cat-file --batch`: an id in, `ID TYPE SIZE` and so many bytes out. One question at a time. */
function startBatch(
  root: string,
  env: NodeJS.ProcessEnv,
): Closable & { readonly ask: (id: string) => Promise<Buffer> } {
  const child = spawn('git', [...SAFE, 'cat-file', '--batch'], { cwd: root, env, stdio: ['pipe', 'pipe', 'ignore'] });
  const { stdin: questions, stdout: answers } = child;
  let received = Buffer.alloc(0);
  let waiting: { resolve: (bytes: Buffer) => void; reject: (error: Error) => void } | undefined;
  const fail = (why: string): void => {
    waiting?.reject(new Error(why));
    waiting = undefined;
  };
  const settle = (): void => {
    const end = received.indexOf('\n');
    if (end < 0 || waiting === undefined) return;
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(received.subarray(0, end).toString())?.[1];
    if (size === undefined) return fail('it is no file');
    const [from, to] = [end + 1, end + 1 + Number(size)];
    if (received.length <= to) return;
    const { resolve } = waiting;
    waiting = undefined;
    const bytes = received.subarray(from, to);
    received = received.subarray(to + 1);
    resolve(bytes);
  };
  answers.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    settle();
  });
  child.on('error', () => fail('git cannot be run'));
  child.on('close', () => fail('git has ended'));
  questions.on('error', () => fail('git has ended'));
  return {
    ask: (id) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        questions.write(`${id}\n`);
      }),
    close: () => child.kill(),
  };
}

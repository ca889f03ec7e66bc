/** Where files of models are read from: the workspace, or a commit. */

/** Why a file cannot be used. */
export type FileFault = 'missing' | 'outside' | 'no file' | 'unreadable' | 'not UTF-8' | 'too large';

/** What a file holds, without a byte order mark, or why it cannot be used. */
export type FileText = { readonly text: string } | { readonly fault: FileFault };

/** Files below one root. Paths are relative to it, with `/`. */
export interface Tree {
  /** `outside`: it leads out of the root, by its name or by a link. */
  readonly kindOf: (path: string) => Promise<'file' | 'folder' | 'missing' | 'outside'>;
  /** Every file below a folder, sorted, without those of `.git` and `node_modules`; so many and no more: see MOST_FILES. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** @param most - bytes */
  readonly read: (path: string, most: number) => Promise<FileText>;
}

/** Files of one folder and all below it: more is no folder of models. */
export const MOST_FILES = 20_000;
export const SKIPPED: readonly string[] = ['.git', 'node_modules'];

/** What is said of a file that cannot be used: a clause. */
export function wordsOf(fault: FileFault, most: number): string {
  return {
    missing: 'there is no such file',
    outside: 'it leads out of the workspace',
    'no file': 'it is no file',
    unreadable: 'it cannot be read',
    'not UTF-8': 'it is no UTF-8 text',
    'too large': `it is larger than ${String(Math.round(most / 1024))} KiB`,
  }[fault];
}

/** As UTF-8, without a byte order mark. */
export function decoded(bytes: Uint8Array): FileText {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { fault: 'not UTF-8' };
  }
}

/** A path without `.` and empty parts; undefined = it leads out of the root. */
export function normal(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** The folder that a file lies in; '' = the root. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { MOST_FILES, SKIPPED, decoded, normal } from './tree.ts';
import type { FileText, Tree } from './tree.ts';

/**
 * The workspace, which holds what a pull request put there: links in it may lead anywhere, and names may be pipes and devices.
 *
 * @param root - absolute
 */
export function workspaceTree(root: string): Tree {
  const realRoot = realpath(root);
  /** Where a path really leads. */
  const follow = async (path: string): Promise<string | 'missing' | 'outside'> => {
    const inside = normal(path);
    if (inside === undefined) return 'outside';
    try {
      const [real, base] = [await realpath(join(root, inside)), await realRoot];
      const below = relative(base, real);
      const isOut = below === '..' || below.startsWith(`..${sep}`) || resolve(below) === below;
      return isOut || below.split(sep)[0] === '.git' ? 'outside' : real;
    } catch {
      return 'missing'; // Or nobody may look: either way there is nothing to read.
    }
  };
  return {
    kindOf: async (path) => {
      const real = await follow(path);
      if (real === 'missing' || real === 'outside') return real;
      return (await stat(real)).isDirectory() ? 'folder' : 'file';
    },
    list: async (folder) => {
      const found: string[] = [];
      await walk(root, normal(folder) ?? '', found);
      return found.sort();
    },
    read: async (path, most) => {
      const real = await follow(path);
      if (real === 'missing' || real === 'outside') return { fault: real };
      return readFile(real, most);
    },
  };
}

/** Links to folders are not followed: they could lead in circles. */
async function walk(root: string, folder: string, found: string[]): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (found.length >= MOST_FILES) return;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) found.push(path);
    else if (!SKIPPED.includes(entry.name)) await walk(root, path, found);
  }
}

/** Only a plain file: to open a pipe would wait without end. */
async function readFile(path: string, most: number): Promise<FileText> {
  try {
    const { size } = await plainFile(path);
    if (size > most) return { fault: 'too large' };
    const handle = await open(path, 'r');
    try {
      return decoded(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { fault: error instanceof NoPlainFile ? 'no file' : 'unreadable' };
  }
}

class NoPlainFile extends Error {}

async function plainFile(path: string): Promise<{ readonly size: number }> {
  const found = await stat(path);
  if (!found.isFile()) throw new NoPlainFile();
  return found;
}

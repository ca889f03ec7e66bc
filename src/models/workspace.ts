import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { MOST_FILES, SKIPPED, decoded, normal } from './tree.ts';
import type { FileFault, Tree } from './tree.ts';

/**
 * The workspace, which holds what a pull request put there: links in it may lead anywhere, and names may be pipes and devices.
 *
 * @param root - absolute
 */
export function workspaceTree(root: string): Tree {
  return {
    kindOf: async (path) => {
      const led = await follow(root, path);
      if ('fault' in led) return led.fault;
      return (await stat(led.real)).isDirectory() ? 'folder' : 'file';
    },
    list: async (folder) => {
      const found: string[] = [];
      await walk(root, normal(folder) ?? '', found);
      return found.sort();
    },
    read: async (path, most) => {
      const read = await readBytes(root, path, most);
      return 'fault' in read ? read : decoded(read.bytes);
    },
  };
}

/** Bytes: what is bigger is no file of a model. */
const MOST_COMPARED = 1024 * 1024;

/** What lies at a path; undefined where that is no file that may be read. */
export async function bytesInWorkspace(root: string, path: string): Promise<Uint8Array | undefined> {
  const read = await readBytes(root, path, MOST_COMPARED);
  return 'fault' in read ? undefined : read.bytes;
}

/** Where a path leads: an absolute path, or nowhere that may be read. */
type Led = { readonly real: string } | { readonly fault: 'missing' | 'outside' };

async function follow(root: string, path: string): Promise<Led> {
  const inside = normal(path);
  if (inside === undefined) return { fault: 'outside' };
  try {
    const [real, base] = await Promise.all([realpath(join(root, inside)), realpath(root)]);
    const below = relative(base, real);
    const isOut = below === '..' || below.startsWith(`..${sep}`) || resolve(below) === below;
    return isOut || below.split(sep).includes('.git') ? { fault: 'outside' } : { real };
  } catch {
    return { fault: 'missing' }; // Or nobody may look: either way there is nothing to read.
  }
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

type ReadBytes = { readonly bytes: Uint8Array } | { readonly fault: FileFault };

/** Only a plain file: to open a pipe would wait without end. */
async function readBytes(root: string, path: string, most: number): Promise<ReadBytes> {
  const led = await follow(root, path);
  if ('fault' in led) return led;
  try {
    const found = await stat(led.real);
    if (!found.isFile()) return { fault: 'no file' };
    if (found.size > most) return { fault: 'too large' };
    const handle = await open(led.real, 'r');
    try {
      return { bytes: await handle.readFile() };
    } finally {
      await handle.close();
    }
  } catch {
    return { fault: 'unreadable' };
  }
}

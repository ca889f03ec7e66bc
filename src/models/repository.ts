import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isGlob } from './glob.ts';
import { normal } from './tree.ts';
import type { Tree } from './tree.ts';

/** Where in the workspace the repository lies that holds the models: its root, unless it was checked out into a folder. */
export async function repositoryIn(root: string, paths: readonly string[]): Promise<string> {
  const parts = (normal(paths[0] ?? '') ?? '').split('/');
  const fixed = parts.slice(0, Math.max(0, parts.findIndex(isGlob) < 0 ? parts.length : parts.findIndex(isGlob)));
  for (let count = 0; count <= fixed.length; count += 1) {
    const prefix = fixed.slice(0, count).join('/');
    if (await exists(join(root, prefix, '.git'))) return prefix;
  }
  return '';
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** A tree as it is seen from where it is mounted. */
export function mountedAt(tree: Tree, prefix: string): Tree {
  if (prefix === '') return tree;
  /** undefined = it lies beside the mount. */
  const inside = (path: string): string | undefined => {
    const whole = normal(path) ?? '';
    if (whole === prefix) return '';
    return whole.startsWith(`${prefix}/`) ? whole.slice(prefix.length + 1) : undefined;
  };
  return {
    kindOf: (path) => {
      const within = inside(path);
      return within === undefined ? Promise.resolve('missing') : tree.kindOf(within);
    },
    list: async (folder) => {
      const within = folder === '' ? '' : inside(folder);
      return within === undefined ? [] : (await tree.list(within)).map((path) => `${prefix}/${path}`);
    },
    read: (path, most) => {
      const within = inside(path);
      return within === undefined ? Promise.resolve({ fault: 'missing' }) : tree.read(within, most);
    },
  };
}

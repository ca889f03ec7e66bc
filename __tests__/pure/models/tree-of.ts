import { listingOf } from '../../../src/models/git-tree.ts';
import { decoded, normal } from '../../../src/models/tree.ts';
import type { Tree } from '../../../src/models/tree.ts';

/** Files that are nowhere but in a test. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return {
    ...listingOf(new Map(Object.keys(files).map((path) => [path, true]))),
    read: (path, most) => {
      const text = files[normal(path) ?? ''];
      if (text === undefined) return Promise.resolve({ fault: 'missing' });
      const bytes = Buffer.from(text);
      return Promise.resolve(bytes.length > most ? { fault: 'too large' } : decoded(bytes));
    },
  };
}

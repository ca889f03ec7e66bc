import { createHash } from 'node:crypto';
import type { CommitContents, ListedFile } from '../cloud/github/contents.ts';
import { once } from '../time.ts';
import type { ModelInputs } from '../inputs/options.ts';
import type { ReferenceModel } from './reference-model.ts';
import { listingOf } from './git-tree.ts';
import { loadModels } from './load.ts';
import { decoded, normal } from './tree.ts';
import type { Tree } from './tree.ts';

/** The models of the commit that a pull request changes. */
export interface BaseReference {
  /** `the base commit 1f2e3d4` */
  readonly what: string;
  readonly models: readonly BaseModel[];
  /** Whether it tells of dbt models too: a manifest is rarely committed. */
  readonly hasManifest: boolean;
}

/** A model as it stood there: who uses it, no commit tells. */
export type BaseModel = Omit<ReferenceModel, 'mappings'>;

/** A commit by GitHub's API. @param local - what lies in the workspace at a path, if it is a file */
export async function gitHubTree(
  contents: CommitContents,
  local: (path: string) => Promise<Uint8Array | undefined>,
): Promise<Tree> {
  const files = await contents.list();
  const read = async (path: string, { id }: ListedFile): Promise<Uint8Array | undefined> => {
    const here = await local(path);
    // What the pull request does not change need not be asked for.
    return here !== undefined && gitId(here) === id ? here : contents.read(path);
  };
  return {
    ...listingOf(new Map([...files].map(([path, { isFile }]) => [path, isFile]))),
    read: async (path, most) => {
      const inside = normal(path) ?? '';
      const file = files.get(inside);
      if (file === undefined) return { fault: 'missing' };
      if (!file.isFile) return { fault: 'no file' };
      const bytes = await read(inside, file);
      return bytes === undefined || bytes.length > most ? { fault: 'too large' } : decoded(bytes);
    },
  };
}

/** As git names what a file holds. */
function gitId(bytes: Uint8Array): string {
  return createHash('sha1')
    .update(`blob ${String(bytes.length)}\0`)
    .update(bytes)
    .digest('hex');
}

/** @param commit - in full */
export async function baseReference(tree: Tree, inputs: ModelInputs, commit: string): Promise<BaseReference> {
  const manifest = inputs.dbtManifest;
  const hasManifest = manifest !== undefined && (await tree.kindOf(manifest)) === 'file';
  const { paths, dbtSelect } = inputs;
  const asked = { paths, dbtSelect, dbtManifest: hasManifest ? manifest : undefined };
  const { models } = await loadModels(tree, asked);
  return {
    what: `the base commit ${commit.slice(0, 7)}`,
    hasManifest,
    models: models.map(({ name, query, identifier, enabled, places }) => ({
      ...{ name, query: query.text, identifier, enabled, place: places.model },
    })),
  };
}

/** The same, looked for once, in the background: nobody waits for it before it is needed. */
export function begun<T>(make: () => Promise<T>): () => Promise<T> {
  const get = once(make);
  get().catch(() => undefined); // Whoever needs it gets the error.
  return get;
}

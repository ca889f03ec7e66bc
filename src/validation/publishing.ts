import { resolve } from 'node:path';
import type { Model as SegmentModel } from '../cloud/segment/models.ts';
import type { BaseModel } from '../models/base.ts';
import { bareQuery } from '../models/compare.ts';
import { loadModelsFile } from '../models/file.ts';
import type { Loaded } from '../models/file.ts';
import { commitsTouching, gitTree } from '../models/git-tree.ts';
import { isInPaths } from '../models/load.ts';
import type { Model } from '../models/model.ts';
import type { Based } from '../models/reference.ts';
import { repositoryIn } from '../models/repository.ts';
import { workspaceTree } from '../models/workspace.ts';
import { readModelMark } from '../ownership/model-mark.ts';
import { once } from '../time.ts';
import type { ModelDesign } from '../resources/segment-model/design.ts';
import type { Designs, Publishing } from '../resources/segment-model/options.ts';
import type { Beginning } from './beginning.ts';

/** What publishing knows of files: what they ask for, and what they held before. */
export type FilesSide = Pick<Publishing, 'designs' | 'isCommitted'>;

/** What was read of files already. */
interface Sources {
  readonly loaded: () => Promise<Loaded>;
  readonly based: () => Promise<Based>;
}

export function filesSide({ options, runner }: Beginning, { loaded, based }: Sources): FilesSide {
  const { dbtManifest, paths } = options.models;
  const root = resolve(runner.env['GITHUB_WORKSPACE'] ?? '.');
  const named = [...paths, ...(dbtManifest === undefined ? [] : [dbtManifest])];
  const prefix = once(() => repositoryIn(root, named));
  const designs = once(async (): Promise<Designs> => {
    const [{ findings, models }, folder] = await Promise.all([loaded(), prefix()]);
    const tree = workspaceTree(resolve(root, folder));
    const inWorkspace = (path: string): string => (folder === '' ? path : `${folder}/${path}`);
    return {
      models: models.map((model) => designOf(model, folder)),
      exists: async (path) => (await tree.kindOf(path)) === 'file',
      // Which dbt models are chosen is no matter of paths: there, only a file that is gone tells.
      isInScope: (path, isThere) =>
        isInPaths(inWorkspace(path), paths) || (dbtManifest !== undefined && /\.(?:sql|py)$/.test(path) && !isThere),
      unread: [...new Set(findings.map(({ place }) => place.file))],
    };
  });
  const past = pastModels(prefix, { root, env: runner.env });
  return {
    designs,
    isCommitted: async (design, live) => {
      const base = await based();
      if (!('whyNot' in base) && base.models.some((one) => isSame(one, live, design))) return true;
      const model = (await loaded()).models.find(({ name }) => name === design.name);
      const folder = await prefix();
      const { mark } = readModelMark(live.description);
      const queryFile = model === undefined ? design.path : withoutPrefix(model.query.placeAt(0).file, folder);
      const files = [...new Set([design.path, ...(mark === undefined ? [] : [mark.path])])];
      for await (const models of past({ files, touching: [...new Set([...files, queryFile])] }))
        if (models.some((one) => isSame({ ...one, query: one.query.text }, live, design))) return true;
      return false;
    },
  };
}

function designOf(model: Model, prefix: string): ModelDesign {
  const { description, enabled, identifier, name, places, previousName, query } = model;
  return {
    ...{ name, previousName, description, identifier, enabled },
    query: bareQuery(query.text),
    path: withoutPrefix(places.model.file, prefix),
    allowsIdentifier: model.allow.includes('identifier-changed'),
  };
}

function withoutPrefix(path: string, prefix: string): string {
  return prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : path;
}

/** What is not told in Segment cannot have been edited there, as far as anybody knows. */
function isSame(
  was: Pick<BaseModel, 'name' | 'query' | 'identifier' | 'enabled'>,
  { identifier, isEnabled, query }: SegmentModel,
  { name, previousName }: ModelDesign,
): boolean {
  return (
    (was.name === name || was.name === previousName) &&
    (query === undefined || (was.query !== undefined && bareQuery(was.query) === bareQuery(query))) &&
    (identifier === undefined || was.identifier === identifier) &&
    (isEnabled === undefined || was.enabled === isEnabled)
  );
}

interface Looking {
  /** Models files. */
  readonly files: readonly string[];
  /** These, and where their queries are. */
  readonly touching: readonly string[];
}

/** Models of files as commits had them, newest first; each file of a commit is read once. */
function pastModels(
  prefix: () => Promise<string>,
  { root, env }: { readonly root: string; readonly env: Readonly<NodeJS.ProcessEnv> },
): (looking: Looking) => AsyncGenerator<readonly Model[]> {
  const known = new Map<string, Promise<readonly Model[]>>();
  const load = async (repository: string, commit: string, files: readonly string[]): Promise<readonly Model[]> => {
    const tree = await gitTree({ root: repository, commit, env });
    if (tree === undefined) return [];
    try {
      const all: Model[] = [];
      for (const file of files)
        if ((await tree.kindOf(file)) === 'file') all.push(...(await loadModelsFile(tree, file)).models);
      return all;
    } finally {
      tree.close();
    }
  };
  return async function* ({ files, touching }) {
    const repository = resolve(root, await prefix());
    for (const commit of await commitsTouching({ root: repository, env }, touching)) {
      const key = JSON.stringify([commit, files]);
      const models = known.get(key) ?? load(repository, commit, files);
      known.set(key, models);
      yield await models;
    }
  };
}

import type { ModelInputs } from '../inputs/options.ts';
import { finding } from './finding.ts';
import { joined, loadModelsFile, nothingLoaded } from './file.ts';
import type { Loaded } from './file.ts';
import { globMatcher, isGlob, rootOf } from './glob.ts';
import { loadManifest } from './manifest.ts';
import type { Model, ModelFinding } from './model.ts';
import { spellPlace } from './places.ts';
import { MOST_FILES, normal } from './tree.ts';
import type { Tree } from './tree.ts';

/** From the inputs to every model that they name. */

const isModelsFile = (path: string): boolean => /\.(?:ya?ml|json)$/i.test(path);
const isQueryFile = (path: string): boolean => /\.sql$/i.test(path);

/** @returns models with different names; whatever cannot be read, and what is too much, is a finding */
export async function loadModels(
  tree: Tree,
  inputs: Pick<ModelInputs, 'paths' | 'dbtManifest' | 'dbtSelect'>,
): Promise<Loaded> {
  const found = await Promise.all(inputs.paths.map((path) => filesAt(tree, path)));
  const files = [...new Set(found.flatMap(({ paths }) => paths))];
  const unfound = found.flatMap(({ findings }) => findings);
  const ofFiles = joined(await inTurn(files.filter(isModelsFile), (file) => loadModelsFile(tree, file)));
  const manifest = inputs.dbtManifest === undefined ? undefined : normal(inputs.dbtManifest);
  const ofManifest = manifest === undefined ? nothingLoaded() : await loadManifest(tree, manifest, inputs.dbtSelect);
  const unnamed = files.filter((path) => isQueryFile(path) && !ofFiles.queryFiles.includes(path)).map(notNamed);
  return distinct(joined([nothingLoaded(...unfound), ofFiles, ofManifest, nothingLoaded(...unnamed)]));
}

/** One after the other: what is read at the same time is in memory at the same time. */
async function inTurn<T>(paths: readonly string[], load: (path: string) => Promise<T>): Promise<T[]> {
  const loaded: T[] = [];
  for (const path of paths) loaded.push(await load(path));
  return loaded;
}

/** Whether all models of a file at this path, if there is one, are among those that the inputs name. */
export function isInPaths(path: string, paths: readonly string[]): boolean {
  return paths.some((given) => {
    const named = normal(given);
    if (named === undefined) return false;
    if (isGlob(named)) return globMatcher(named)(path);
    return isModelsFile(path) && (named === '' || path === named || path.startsWith(`${named}/`));
  });
}

interface Files {
  readonly paths: readonly string[];
  readonly findings: readonly ModelFinding[];
}

async function filesAt(tree: Tree, given: string): Promise<Files> {
  const path = normal(given);
  if (path === undefined) return none(given, 'leads out of the workspace');
  if (isGlob(path)) return globbed(tree, path);
  switch (await tree.kindOf(path)) {
    case 'file':
      if (!isModelsFile(path)) return none(given, 'is no models file: it must end in .yml, .yaml or .json');
      return { paths: [path], findings: [] };
    case 'folder': {
      const listed = await tree.list(path);
      if (listed.length >= MOST_FILES) return tooMany(given);
      const all = listed.filter((one) => isModelsFile(one) || isQueryFile(one));
      return all.some(isModelsFile)
        ? { paths: all, findings: [] }
        : none(given, 'holds no models file (.yml, .yaml or .json)');
    }
    case 'missing':
      return none(given, 'does not exist: is the repository checked out before this step?');
    case 'outside':
      return none(given, 'leads out of the workspace');
  }
}

async function globbed(tree: Tree, pattern: string): Promise<Files> {
  const isMatch = globMatcher(pattern);
  const root = rootOf(pattern);
  const kind = root === '' ? 'folder' : await tree.kindOf(root);
  if (kind === 'outside') return none(pattern, 'leads out of the workspace');
  const listed = kind === 'folder' ? await tree.list(root) : [];
  if (listed.length >= MOST_FILES) return tooMany(pattern);
  const all = listed.filter(isMatch);
  const paths = all.filter((one) => isModelsFile(one) || isQueryFile(one));
  return paths.some(isModelsFile)
    ? { paths, findings: [] }
    : none(pattern, 'matches no models file (.yml, .yaml or .json)');
}

function tooMany(path: string): Files {
  return none(path, `would have more than ${String(MOST_FILES)} files looked at: name a smaller folder`);
}

function none(path: string, why: string): Files {
  const message = `The input models names ${path}, which ${why}.`;
  return { paths: [], findings: [finding('file', { file: path, line: 1, column: 1 }, message)] };
}

function notNamed(file: string): ModelFinding {
  const message = `No models file names ${file}: name it as query_file of a model, or remove it.`;
  return finding('file', { file, line: 1, column: 1 }, message);
}

/** Segment finds a model by its name: of two with the same, the first counts. */
function distinct(loaded: Loaded): Loaded {
  const known = new Map<string, Model>();
  const twice: ModelFinding[] = [];
  for (const model of loaded.models) {
    const first = known.get(model.name);
    if (first === undefined) known.set(model.name, model);
    else {
      const message = `The name ${model.name} is taken by the model at ${spellPlace(first.places.model)}: rename one of them.`;
      twice.push(finding('duplicate-name', model.places.model, message));
    }
  }
  return { ...loaded, models: [...known.values()], findings: [...loaded.findings, ...twice] };
}

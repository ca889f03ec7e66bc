import { finding } from './finding.ts';
import type { Model, ModelFinding, ModelPlaces, Place, Query } from './model.ts';
import { queryInLines, withoutReturns } from './places.ts';
import { shapeOfFile, shapeOfModel } from './shape.ts';
import type { ModelShape } from './shape.ts';
import { folderOf, normal, wordsOf } from './tree.ts';
import type { Tree } from './tree.ts';
import type { Parsed, Path } from './yaml.ts';

/** A models file, and the files that it names. */

/** Bytes of a models file: the parser takes up to two seconds for so many, whatever they are. */
export const MOST_YAML = 384 * 1024;
/** Bytes of a file with a query: the longest that Segment takes has at most 256 KiB in UTF-8. */
const MOST_SQL = 1024 * 1024;
/** Entries of one file. */
const MOST_MODELS = 2_000;

/** What one or more files hold. */
export interface Loaded {
  readonly models: readonly Model[];
  readonly findings: readonly ModelFinding[];
  /** Paths of the queries that they name. */
  readonly queryFiles: readonly string[];
}

export function nothingLoaded(...findings: readonly ModelFinding[]): Loaded {
  return { models: [], findings, queryFiles: [] };
}

export async function loadModelsFile(tree: Tree, file: string): Promise<Loaded> {
  const read = await tree.read(file, MOST_YAML);
  const start: Place = { file, line: 1, column: 1 };
  if ('fault' in read)
    return nothingLoaded(
      finding('file', start, `The models file ${file} cannot be read: ${wordsOf(read.fault, MOST_YAML)}.`),
    );
  const { parseYaml } = await import('./yaml.ts'); // The parser is big, and most runs have no models.
  const parsed = parseYaml(file, read.text);
  const mistakes = parsed.mistakes.map(({ place, message }) => finding('schema', place, message));
  if (mistakes.length > 0) return nothingLoaded(...mistakes);
  const shaped = shapeOfFile(parsed.value);
  if ('misshapen' in shaped) {
    const wrong = shaped.misshapen.map(({ path, isKey, message }) =>
      finding('schema', isKey ? parsed.keyPlaceOf(path) : parsed.placeOf(path), message),
    );
    return nothingLoaded(...wrong);
  }
  const entries = shaped.value
    .slice(0, MOST_MODELS)
    .map((entry, index) => loadEntry({ tree, file, parsed }, entry, index));
  const loaded = joined(await Promise.all(entries));
  if (shaped.value.length <= MOST_MODELS) return loaded;
  const message = `The file holds ${String(shaped.value.length)} models: only the first ${String(MOST_MODELS)} are looked at. Divide it.`;
  return joined([loaded, nothingLoaded(finding('file', start, message))]);
}

export function joined(parts: readonly Loaded[]): Loaded {
  return {
    models: parts.flatMap(({ models }) => models),
    findings: parts.flatMap(({ findings }) => findings),
    queryFiles: parts.flatMap(({ queryFiles }) => queryFiles),
  };
}

interface Reading {
  readonly tree: Tree;
  readonly file: string;
  readonly parsed: Parsed;
}

async function loadEntry(reading: Reading, entry: unknown, index: number): Promise<Loaded> {
  const { parsed } = reading;
  const at = (path: Path): Path => ['models', index, ...path];
  const shaped = shapeOfModel(entry);
  if ('misshapen' in shaped) {
    const name = nameOf(entry);
    const wrong = shaped.misshapen.map(({ path, isKey, message }) =>
      finding('schema', isKey ? parsed.keyPlaceOf(at(path)) : parsed.placeOf(at(path)), `${name}${message}`),
    );
    return { models: [], findings: wrong, queryFiles: queryFilesIn(reading.file, entry) };
  }
  const { value } = shaped;
  const found = await queryOf(reading, value, at);
  const queryFiles = queryFilesIn(reading.file, value);
  if ('message' in found) {
    return { models: [], findings: [finding('file', found.place, found.message)], queryFiles };
  }
  return { models: [modelOf(value, found, placesOf(parsed, value, at))], findings: [], queryFiles };
}

/** What a message about an entry begins with, if it tells its name. */
function nameOf(entry: unknown): string {
  const { name } = (typeof entry === 'object' && entry !== null ? entry : {}) as { name?: unknown };
  return typeof name === 'string' && name.trim() !== '' ? `Model ${name.slice(0, 100)}: ` : '';
}

/** A file that an entry names is named, whatever else is wrong with the entry. */
function queryFilesIn(file: string, entry: unknown): string[] {
  const { query_file: named } = (typeof entry === 'object' && entry !== null ? entry : {}) as { query_file?: unknown };
  const path = typeof named === 'string' ? normal(`${folderOf(file)}/${named}`) : undefined;
  return path === undefined ? [] : [path];
}

interface Unread {
  readonly place: Place;
  readonly message: string;
}

async function queryOf(
  { tree, file, parsed }: Reading,
  shape: ModelShape,
  at: (path: Path) => Path,
): Promise<Query | Unread> {
  const { query_file: named } = shape;
  if (named === undefined)
    return (
      parsed.queryAt(at(['query'])) ?? {
        place: parsed.placeOf(at(['query'])),
        message: 'query must be written where it is used, and not as an alias.',
      }
    );
  const place = parsed.placeOf(at(['query_file']));
  const path = /^[/\\]|^[A-Za-z]:/.test(named) ? undefined : normal(`${folderOf(file)}/${named}`);
  const read = path === undefined ? ({ fault: 'outside' } as const) : await tree.read(path, MOST_SQL);
  if (path === undefined || 'fault' in read) {
    const why = wordsOf('fault' in read ? read.fault : 'outside', MOST_SQL);
    return { place, message: `The file of query_file ${named} cannot be read: ${why}.` };
  }
  return queryInLines(withoutReturns(read.text), { file: path, line: 1, column: 1 });
}

function placesOf(parsed: Parsed, { columns = [] }: ModelShape, at: (path: Path) => Path): ModelPlaces {
  return {
    model: parsed.placeOf(at(['name'])),
    identifier: parsed.placeOf(at(['query_identifier_column'])),
    columns: columns.map((_name, index) => parsed.placeOf(at(['columns', index]))),
    maxBytes: parsed.placeOf(at(['max_bytes'])),
    verifyUnique: parsed.placeOf(at(['verify_unique'])),
  };
}

type Options = Omit<ModelShape, 'query' | 'query_file'>;

/** A model of what a file or a manifest says. */
export function modelOf(shape: Options, query: Query, places: ModelPlaces): Model {
  return {
    ...{ name: shape.name, description: shape.description, query, identifier: shape.query_identifier_column, places },
    enabled: shape.enabled ?? true,
    columns: shape.columns ?? [],
    maxBytes: shape.max_bytes,
    verifyUnique: shape.verify_unique ?? false,
    allow: (shape.allow ?? []) as Model['allow'],
    previousName: shape.previous_name,
  };
}

import { finding } from './finding.ts';
import { modelOf, nothingLoaded, joined } from './file.ts';
import type { Loaded } from './file.ts';
import type { Place } from './model.ts';
import { queryInLines, withoutReturns } from './places.ts';
import { shapeOfMeta } from './shape.ts';
import { folderOf, normal, wordsOf } from './tree.ts';
import type { Tree } from './tree.ts';

/**
 * A compiled `manifest.json` of dbt, of schema v9 (dbt 1.5) and later: its shape is dbt's, so what is not read here may be
 * anything.
 */

/** Bytes: those of the biggest projects have some 100 MB. */
const MOST_MANIFEST = 256 * 1024 * 1024;

/** A node of a manifest, reduced to what is read here. */
interface Node {
  readonly resource_type?: unknown;
  readonly name?: unknown;
  readonly description?: unknown;
  readonly tags?: unknown;
  readonly meta?: unknown;
  readonly config?: unknown;
  readonly original_file_path?: unknown;
  readonly compiled_code?: unknown;
  readonly language?: unknown;
  readonly primary_key?: unknown;
  readonly constraints?: unknown;
  readonly columns?: unknown;
}

/** @param select - `tag:NAME`, `path:PATH` or names */
export async function loadManifest(tree: Tree, file: string, select: readonly string[]): Promise<Loaded> {
  const start: Place = { file, line: 1, column: 1 };
  const unusable = (why: string): Loaded =>
    nothingLoaded(finding('file', start, `The dbt manifest ${file} cannot be used: ${why}`));
  const read = await tree.read(file, MOST_MANIFEST);
  if ('fault' in read) {
    const hint = read.fault === 'missing' ? ' Run dbt compile first.' : '';
    return unusable(`${wordsOf(read.fault, MOST_MANIFEST)}.${hint}`);
  }
  const manifest = parsed(read.text);
  if (manifest === undefined) return unusable('it is no JSON object with nodes.');
  const adapter = record(manifest['metadata'])['adapter_type'];
  if (typeof adapter === 'string' && adapter !== 'bigquery')
    return unusable(`it was made for ${adapter}, and not for BigQuery.`);
  const nodes = Object.values(record(manifest['nodes']))
    .map((node) => record(node) as Node)
    .filter((node) => node.resource_type === 'model' && isSelected(node, select));
  if (nodes.length === 0) return unusable(`no model in it is selected by ${select.join(', ')}: see dbt_select.`);
  const root = await projectRoot(tree, file, nodes);
  return joined(nodes.map((node) => loadNode(node, root)));
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const manifest: unknown = JSON.parse(text);
    const isManifest = Object.keys(record(record(manifest)['nodes'])).length > 0;
    return isManifest ? record(manifest) : undefined;
  } catch {
    return undefined; // What V8 says of a mistake in a hundred megabytes helps nobody.
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isSelected(node: Node, select: readonly string[]): boolean {
  const tags = [...texts(node.tags), ...texts(record(node.config)['tags'])];
  const path = text(node.original_file_path);
  return select.some((one) => {
    const [method, value] = /^(tag|path):(.+)$/.exec(one)?.slice(1) ?? [];
    if (method === 'tag') return tags.includes(value ?? '');
    if (method === 'path') return path === value || path.startsWith(`${(value ?? '').replace(/\/$/, '')}/`);
    return node.name === one;
  });
}

/** A manifest lies in the folder `target` of its project, unless somebody moved it: where its models are, tells. */
async function projectRoot(tree: Tree, file: string, nodes: readonly Node[]): Promise<string> {
  const folder = folderOf(file);
  const candidates = [folderOf(folder), folder, ''];
  const path = text(nodes[0]?.original_file_path);
  for (const candidate of candidates) {
    const whole = normal(`${candidate}/${path}`);
    if (whole !== undefined && (await tree.kindOf(whole)) === 'file') return candidate;
  }
  return folderOf(folder);
}

function loadNode(node: Node, root: string): Loaded {
  const file = normal(`${root}/${text(node.original_file_path)}`) ?? text(node.original_file_path);
  const place: Place = { file, line: 1, column: 1 };
  const name = text(node.name);
  const problem = (message: string, id: 'schema' | 'file' = 'schema'): Loaded =>
    nothingLoaded(finding(id, place, `dbt model ${name}: ${message}`));
  const meta = shapeOfMeta(record(record(node.config)['meta'])['segment'] ?? record(node.meta)['segment'] ?? {});
  if ('misshapen' in meta) return joined(meta.misshapen.map(({ message }) => problem(`meta.segment: ${message}`)));
  const code = withoutReturns(text(node.compiled_code));
  if (code.trim() === '') {
    const isSql = node.language === undefined || node.language === 'sql';
    return problem(isSql ? 'it is not compiled: run dbt compile first.' : 'it is no SQL.', 'file');
  }
  const identifier = meta.value.query_identifier_column ?? primaryKey(node);
  if (identifier === undefined) {
    return problem('it has no identifier: set meta.segment.query_identifier_column, or a primary key of one column.');
  }
  const places = { model: place, identifier: place, columns: [], maxBytes: place, verifyUnique: place };
  // Compiled lines are not those of the file: everything is placed on its first.
  const query = { ...queryInLines(code, place), placeAt: () => place, madeFrom: 'the compiled SQL' };
  const own = {
    ...{ description: text(node.description), ...meta.value },
    ...{ name: meta.value.name ?? name, query_identifier_column: identifier },
  };
  return { models: [modelOf(own, query, places)], findings: [], queryFiles: [] };
}

/** The one column that dbt takes for the key, or that a constraint of the contract names. */
function primaryKey(node: Node): string | undefined {
  const ofModel = (Array.isArray(node.constraints) ? node.constraints : [])
    .map(record)
    .filter(({ type }) => type === 'primary_key')
    .map(({ columns }) => texts(columns));
  const ofColumns = Object.values(record(node.columns)).flatMap((column) => {
    const { name, constraints } = record(column);
    const isKey = Array.isArray(constraints) && constraints.some((one) => record(one)['type'] === 'primary_key');
    return isKey ? [text(name)] : [];
  });
  const keys = [texts(node.primary_key), ...ofModel, ofColumns].filter((columns) => columns.length > 0);
  return keys[0]?.length === 1 ? keys[0][0] : undefined;
}

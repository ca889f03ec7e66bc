import * as v from 'valibot';
import { bytesIn } from '../inputs/kinds.ts';
import { distance } from '../inputs/nearest.ts';
import { isModelFindingId, modelFindings } from './findings.ts';
import type { Path } from './yaml.ts';

/** What a models file holds, as docs/models.schema.json tells editors. Pure. */

const text = v.pipe(
  v.string('must be a text'),
  v.check((given) => given.trim() !== '', 'must not be empty'),
);
const name = v.pipe(
  text,
  v.maxLength(255, 'has more than 255 characters'),
  v.check((given) => !/\p{Cc}/u.test(given), 'must not hold line breaks or other control characters'),
);
const flag = v.boolean('must be true or false');
const amount = v.pipe(
  v.union([v.string(), v.number()], 'must be a number of bytes, such as 20 GB'),
  v.transform((given) => bytesIn(String(given).trim()) ?? 0),
  v.check((given) => given > 0, 'must be a number of bytes above 0, such as 20 GB'),
);
const allowed = v.pipe(
  v.string('must be the id of a finding'),
  v.check(isModelFindingId, 'is the id of no finding'),
  v.check((id) => !isModelFindingId(id) || modelFindings[id].allowable, 'is a finding that no model can allow'),
);

/** What a model asks for besides its query, in a models file and in `meta.segment` of a dbt model alike. */
const options = {
  name: v.optional(name),
  description: v.optional(v.string('must be a text')),
  query_identifier_column: v.optional(text),
  enabled: v.optional(flag),
  columns: v.optional(v.array(text, 'must be a list of names of columns')),
  max_bytes: v.optional(amount),
  verify_unique: v.optional(flag),
  allow: v.optional(v.array(allowed, 'must be a list of ids of findings')),
  previous_name: v.optional(name),
};

const model = v.strictObject(
  { ...options, name, query_identifier_column: text, query: v.optional(text), query_file: v.optional(text) },
  'must be a model: a name, a query, and the rest',
);
/** Editors look for the schema of JSON in the file itself. */
const schema = { $schema: v.optional(v.string()) };
const file = v.strictObject({ models: v.array(model, 'must be a list of models') }, 'must be models: and a list');
const segmentMeta = v.strictObject(options, 'must be a map');

/** A model as a file has it. */
export type ModelShape = v.InferOutput<typeof model>;
/** `meta.segment` of a dbt model. */
export type MetaShape = v.InferOutput<typeof segmentMeta>;

/** What is not as it should be, and where. */
export interface Misshapen {
  readonly path: Path;
  /** Whether it is about the key, and not the value. */
  readonly isKey: boolean;
  /** A sentence. */
  readonly message: string;
}

export type Shaped<T> = { readonly value: T } | { readonly misshapen: readonly Misshapen[] };

/** The entries of a models file; each may be wrong for itself. */
export function shapeOfFile(given: unknown): Shaped<readonly unknown[]> {
  if (Array.isArray(given)) return { misshapen: [{ path: [], isKey: false, message: `It ${file.message}.` }] };
  const top = v.safeParse(
    v.strictObject({ ...schema, models: v.array(v.unknown(), file.entries.models.message) }, file.message),
    given,
  );
  return top.success ? { value: top.output.models } : { misshapen: issuesOf(top.issues, ['models']) };
}

export function shapeOfModel(given: unknown): Shaped<ModelShape> {
  const result = v.safeParse(model, given);
  if (!result.success) return { misshapen: issuesOf(result.issues, Object.keys(model.entries)) };
  const { query, query_file: queryFile } = result.output;
  if ((query === undefined) === (queryFile === undefined)) {
    const message =
      query === undefined
        ? 'The model has no query: add query, or query_file with the path of a .sql file.'
        : 'The model has both query and query_file: remove one of them.';
    return { misshapen: [{ path: query === undefined ? [] : ['query_file'], isKey: true, message }] };
  }
  return { value: result.output };
}

export function shapeOfMeta(given: unknown): Shaped<MetaShape> {
  const result = v.safeParse(segmentMeta, given);
  return result.success
    ? { value: result.output }
    : { misshapen: issuesOf(result.issues, Object.keys(segmentMeta.entries)) };
}

function issuesOf(issues: readonly v.BaseIssue<unknown>[], known: readonly string[]): Misshapen[] {
  // A key that is misspelt is told before the one that is missing because of it.
  const unknown = issues.filter(isUnknownKey);
  return [...unknown, ...issues.filter((issue) => !isUnknownKey(issue))].map((issue) => {
    const path = (issue.path ?? []).map(({ key }) => key as string | number);
    const last = path.at(-1);
    if (isUnknownKey(issue)) return { path, isKey: true, message: unknownKey(String(last), known) };
    if (isMissing(issue)) return { path, isKey: true, message: `${String(last)} is missing.` };
    const subject = path.length === 0 ? 'It' : pathWords(path);
    return { path, isKey: false, message: `${subject} ${issue.message}.` };
  });
}

function isUnknownKey({ type, expected, path }: v.BaseIssue<unknown>): boolean {
  return type === 'strict_object' && expected === 'never' && path !== undefined;
}

function isMissing({ type, path, input }: v.BaseIssue<unknown>): boolean {
  const last = path?.at(-1);
  const isAbsent = last?.type === 'object' && !Object.hasOwn(last.input, last.key);
  return input === undefined && (isAbsent || type === 'strict_object');
}

/** `columns[2]` */
function pathWords(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${String(part)}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

function unknownKey(key: string, known: readonly string[]): string {
  const [nearest] = known
    .map((name) => ({ name, distance: distance(key.slice(0, 60), name) }))
    .sort((one, other) => one.distance - other.distance);
  const hint =
    nearest !== undefined && nearest.distance <= 3 ? `did you mean ${nearest.name}?` : `known are ${known.join(', ')}.`;
  return `${key.slice(0, 60)} is no key here: ${hint}`;
}

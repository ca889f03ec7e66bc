import { finding } from './finding.ts';
import type { Change, Column, Model, ModelFinding, Place, QueryFacts } from './model.ts';

/** What becomes of a model by a change: its columns, its identifier, and whoever uses them. Pure. */

/** What models are compared with: those of the base commit, or those that run in Segment. */
export interface Reference {
  /** `the base commit 1f2e3d4` */
  readonly what: string;
  readonly models: readonly ReferenceModel[];
}

export interface ReferenceModel {
  readonly name: string;
  readonly query: string;
  readonly identifier: string;
  readonly enabled: boolean;
  /** Where it stood. */
  readonly place: Place;
  /** Whoever uses it; undefined = that is not known. */
  readonly mappings: readonly Mapping[] | undefined;
}

/** A mapping of a model, as far as it names columns. */
export interface Mapping {
  readonly name: string;
  readonly destination: string;
  readonly enabled: boolean;
  /** Columns, each with the fields that take it. */
  readonly uses: readonly { readonly column: string; readonly takenBy: string }[];
  /** Whether it takes all columns as they come. */
  readonly takesAll: boolean;
}

/** A model as it is now, and what a dry run told of it. */
export interface Now {
  readonly model: Model;
  readonly facts: QueryFacts | undefined;
}

/** A model as it was. */
export interface Before {
  readonly model: ReferenceModel;
  readonly facts: QueryFacts | undefined;
}

export interface Compared {
  readonly change: Change;
  readonly findings: readonly ModelFinding[];
}

export const NOT_COMPARED: Change = { kind: 'not compared', added: [], removed: [], bytesBefore: undefined };

/** The model that one was, by its name or the name that it had. */
export function previousOf(
  model: Pick<Model, 'name' | 'previousName'>,
  { models }: Reference,
): ReferenceModel | undefined {
  const named = (name: string | undefined): ReferenceModel | undefined => models.find((one) => one.name === name);
  return named(model.name) ?? (model.previousName === undefined ? undefined : named(model.previousName));
}

/** @param before - undefined = there was no such model */
export function compare(now: Now, before: Before | undefined): Compared {
  if (before === undefined) return { change: { ...NOT_COMPARED, kind: 'new' }, findings: [] };
  const { added, removed, retyped } = columnsBetween(before.facts, now.facts);
  const kind = kindOf(now.model, before.model);
  const findings = [
    ...(kind === 'query' || isOtherQuery(now.model, before.model) ? [queryChanged(now.model)] : []),
    ...ofIdentifier(now.model, before.model),
    ...ofDisabling(now.model, before.model),
    ...removed.flatMap((column) => ofColumn(now.model, before.model, { column, became: 'is removed' })),
    ...retyped.flatMap(({ column, became }) =>
      ofColumn(now.model, before.model, { column, became }).filter(isOfMapping),
    ),
  ];
  return { change: { kind, added, removed, bytesBefore: before.facts?.bytes }, findings };
}

function isOfMapping({ id }: ModelFinding): boolean {
  return id === 'breaks-mapping';
}

function kindOf(now: Model, before: ReferenceModel): Change['kind'] {
  if (now.identifier !== before.identifier) return 'identifier';
  if (isOtherQuery(now, before)) return 'query';
  return now.name !== before.name || now.enabled !== before.enabled ? 'settings' : 'none';
}

/** White space around a query, and its final semicolon, change nothing. */
function isOtherQuery(now: Model, before: ReferenceModel): boolean {
  const bare = (text: string): string => text.trim().replace(/;$/, '').trimEnd();
  return bare(now.query.text) !== bare(before.query);
}

interface ColumnChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly retyped: readonly { readonly column: string; readonly became: string }[];
}

/** Of which only one is known, nothing is said. BigQuery does not tell columns apart by case. */
function columnsBetween(before: QueryFacts | undefined, now: QueryFacts | undefined): ColumnChanges {
  if (before === undefined || now === undefined) return { added: [], removed: [], retyped: [] };
  const key = ({ name }: Column): string => name.toLowerCase();
  const [old, current] = [before, now].map(({ columns }) => new Map(columns.map((column) => [key(column), column])));
  const missing = (from: readonly Column[], to: ReadonlyMap<string, Column> | undefined): string[] =>
    from.filter((column) => to?.has(key(column)) !== true).map(({ name }) => name);
  const retyped = before.columns.flatMap((column) => {
    const type = current?.get(key(column))?.type;
    if (type === undefined || type === column.type) return [];
    return [{ column: column.name, became: `changes from ${column.type} to ${type}` }];
  });
  return { added: missing(now.columns, old), removed: missing(before.columns, current), retyped };
}

function queryChanged({ query }: Model): ModelFinding {
  const message =
    "The query changes. Segment's own dbt check would reject this in a model that a sync uses, harmful or not: see which columns and bytes change.";
  return finding('query-changed', query.placeAt(0), message);
}

function ofIdentifier({ identifier, places }: Model, before: ReferenceModel): ModelFinding[] {
  if (identifier === before.identifier) return [];
  const message = `The identifier changes from ${before.identifier} to ${identifier}: Segment takes every record for deleted, and sends all of them anew. If that is meant, add identifier-changed to allow of the model.`;
  return [finding('identifier-changed', places.identifier, message)];
}

function ofDisabling({ enabled, places, name }: Model, before: ReferenceModel): ModelFinding[] {
  if (enabled || !before.enabled) return [];
  const active = (before.mappings ?? []).filter((mapping) => mapping.enabled);
  if (before.mappings !== undefined && active.length === 0) return [];
  const who =
    before.mappings === undefined ? 'whether a mapping uses it is not known' : `it stops ${mappingWords(active)}`;
  const weight = before.mappings === undefined ? 'warning' : 'error';
  return [
    finding(
      'model-disabled',
      places.model,
      `The model ${name} is disabled: ${who}. Disable its mappings in Segment first.`,
      weight,
    ),
  ];
}

interface ColumnChange {
  readonly column: string;
  /** A verb phrase: `is removed`. */
  readonly became: string;
}

/** One finding for each mapping that uses the column, or one that tells that none is known to. */
function ofColumn({ query }: Model, { mappings }: ReferenceModel, { column, became }: ColumnChange): ModelFinding[] {
  const start = query.placeAt(0);
  if (mappings === undefined) {
    const message = `The column ${column} ${became}. Whether a mapping uses it is not known, because Segment was not asked: a mapping that does would send nothing for it.`;
    return [finding('column-removed', start, message, 'warning')];
  }
  const broken = mappings.flatMap((mapping) => brokenBy(mapping, { column, became }, start));
  if (broken.length > 0) return broken;
  return [finding('column-removed', start, `The column ${column} ${became}. No mapping uses it.`)];
}

function brokenBy(mapping: Mapping, { column, became }: ColumnChange, place: Place): ModelFinding[] {
  const takenBy = mapping.uses.filter((use) => use.column.toLowerCase() === column.toLowerCase());
  if (takenBy.length === 0 && !mapping.takesAll) return [];
  const used =
    takenBy.length === 0 ? 'takes all columns' : `uses it in ${takenBy.map((use) => use.takenBy).join(', ')}`;
  const state = mapping.enabled ? '' : ', which is disabled,';
  const message = `The column ${column} ${became}, and the mapping ${mapping.name} (${mapping.destination})${state} ${used}. Keep the column until the mapping is changed.`;
  const weight = mapping.enabled && takenBy.length > 0 ? 'error' : 'warning';
  return [finding('breaks-mapping', place, message, weight)];
}

function mappingWords(mappings: readonly Mapping[]): string {
  return mappings.map(({ name, destination }) => `${name} (${destination})`).join(', ');
}

/** What of the reference is there no more. */
export function removedFrom(
  { models, what }: Reference,
  now: readonly Model[],
): { readonly model: ReferenceModel; readonly finding: ModelFinding }[] {
  const kept = new Set(now.flatMap(({ name, previousName }) => [name, previousName]));
  return models
    .filter(({ name }) => !kept.has(name))
    .map((model) => {
      const active = model.mappings?.filter(({ enabled }) => enabled);
      const who =
        active === undefined
          ? 'Whether a mapping uses it is not known'
          : active.length === 0
            ? 'No enabled mapping uses it'
            : `It stops ${mappingWords(active)}`;
      const weight = active === undefined ? 'warning' : active.length === 0 ? 'notice' : 'error';
      const message = `The model ${model.name} of ${what} is removed. ${who}. If it was renamed, set previous_name of its successor.`;
      return { model, finding: finding('model-removed', model.place, message, weight) };
    });
}

import { finding } from './finding.ts';
import type { Change, Column, Model, ModelFinding, Place, QueryFacts } from './model.ts';
import { isUnknown } from './reference-model.ts';
import type { Mapping, Reference, ReferenceModel, Users } from './reference-model.ts';

/** What becomes of a model by a change: its columns, its identifier, and whoever uses them. Pure. */

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
    ...(isOtherQuery(now.model, before.model) ? [queryChanged(now.model)] : []),
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
  if (isOtherIdentifier(now, before)) return 'identifier';
  if (isOtherQuery(now, before)) return 'query';
  return now.name !== before.name || now.enabled !== before.enabled ? 'settings' : 'none';
}

/** White space around a query, and its final semicolon, change nothing. */
function isOtherQuery(now: Model, before: ReferenceModel): boolean {
  return before.query !== undefined && bareQuery(now.query.text) !== bareQuery(before.query);
}

export function bareQuery(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim().replace(/;$/, '').trimEnd();
}

function isOtherIdentifier(now: Model, before: ReferenceModel): boolean {
  return before.identifier !== undefined && now.identifier !== before.identifier;
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
    const is = current?.get(key(column));
    if (is === undefined) return [];
    if (is.type !== column.type) return [{ column: column.name, became: `changes from ${column.type} to ${is.type}` }];
    return is.name === column.name ? [] : [{ column: column.name, became: `is spelled ${is.name} from now on` }];
  });
  return { added: missing(now.columns, old), removed: missing(before.columns, current), retyped };
}

function queryChanged({ query }: Model): ModelFinding {
  const message =
    "The query changes. Segment's own dbt check would reject this in a model that a sync uses, harmful or not: see which columns and bytes change.";
  return finding('query-changed', query.placeAt(0), message);
}

function ofIdentifier(now: Model, before: ReferenceModel): ModelFinding[] {
  if (!isOtherIdentifier(now, before)) return [];
  const { identifier, places } = now;
  const message = `The identifier changes from ${before.identifier ?? ''} to ${identifier}: Segment treats every record as deleted, and sends all of them again. If that is meant, add identifier-changed to allow of the model.`;
  return [finding('identifier-changed', places.identifier, message)];
}

function ofDisabling({ enabled, places, name }: Model, { mappings, ...before }: ReferenceModel): ModelFinding[] {
  if (enabled || !before.enabled) return [];
  const told = (who: string, weight: 'error' | 'warning'): ModelFinding[] => [
    finding(
      'model-disabled',
      places.model,
      `The model ${name} is disabled: ${who}. Disable its mappings in Segment first.`,
      weight,
    ),
  ];
  if (isUnknown(mappings)) return told(`whether a mapping uses it is not known, because ${mappings.whyNot}`, 'warning');
  const active = mappings.filter((mapping) => mapping.enabled);
  return active.length === 0 ? [] : told(`it stops ${mappingWords(active)}`, 'error');
}

interface ColumnChange {
  readonly column: string;
  /** A verb phrase: `is removed`. */
  readonly became: string;
}

/** One finding for each mapping that uses the column, or one that tells that none is known to. */
function ofColumn({ query }: Model, { mappings }: ReferenceModel, { column, became }: ColumnChange): ModelFinding[] {
  const start = query.placeAt(0);
  if (isUnknown(mappings)) {
    const message = `The column ${column} ${became}. Whether a mapping uses it is not known, because ${mappings.whyNot}: a mapping that does would send nothing for it.`;
    return [finding('column-removed', start, message, 'warning')];
  }
  const broken = mappings.flatMap((mapping) => brokenBy(mapping, { column, became }, start));
  if (broken.length > 0) return broken;
  return [finding('column-removed', start, `The column ${column} ${became}. No mapping uses it.`)];
}

function brokenBy(mapping: Mapping, { column, became }: ColumnChange, place: Place): ModelFinding[] {
  const used = useOf(mapping, column);
  if (used === undefined) return [];
  const state = mapping.enabled ? '' : ', which is disabled,';
  const message = `The column ${column} ${became}, and the mapping ${mapping.name} (${mapping.destination})${state} ${used.how}. Keep the column until the mapping is changed.`;
  return [finding('breaks-mapping', place, message, mapping.enabled && used.isNamed ? 'error' : 'warning')];
}

/** How a mapping uses a column; undefined = it does not. */
function useOf({ columns }: Mapping, column: string): { readonly how: string; readonly isNamed: boolean } | undefined {
  if (columns === undefined) return { how: 'may use it: Segment did not tell its settings', isNamed: false };
  const fields = columns.uses
    .filter((use) => use.column.toLowerCase() === column.toLowerCase())
    .map(({ takenBy }) => takenBy);
  if (fields.length > 0) return { how: `uses it in ${[...new Set(fields)].join(', ')}`, isNamed: true };
  return columns.takesAll ? { how: 'takes all columns', isNamed: false } : undefined;
}

function mappingWords(mappings: readonly Mapping[]): string {
  return mappings.map(({ name, destination }) => `${name} (${destination})`).join(', ');
}

/** A model that is there no more, and what is said of it. */
export interface Removed {
  readonly name: string;
  readonly finding: ModelFinding;
}

/** What of the reference is there no more: only what stood in a file can be missed there. */
export function removedFrom({ models, what }: Reference, now: readonly Model[]): Removed[] {
  const kept = new Set(now.flatMap(({ name, previousName }) => [name, previousName]));
  return models.flatMap(({ name, place, mappings }) => {
    if (kept.has(name) || place === undefined) return [];
    const { who, weight } = stoppedBy(mappings);
    const message = `The model ${name} of ${what} is removed. ${who}. If it was renamed, set previous_name of its successor.`;
    return [{ name, finding: finding('model-removed', place, message, weight) }];
  });
}

function stoppedBy(mappings: Users): { readonly who: string; readonly weight: ModelFinding['weight'] } {
  if (isUnknown(mappings))
    return { who: `Whether a mapping uses it is not known, because ${mappings.whyNot}`, weight: 'warning' };
  const active = mappings.filter(({ enabled }) => enabled);
  if (active.length === 0) return { who: 'No enabled mapping uses it', weight: 'notice' };
  return { who: `It stops ${mappingWords(active)}`, weight: 'error' };
}

import { STATE_DATASET } from '../inputs/names.ts';
import type { Access } from '../inputs/target.ts';
import { spellReading, spellBytes } from './amounts.ts';
import { finding } from './finding.ts';
import type { Column, Model, ModelFinding, QueryFacts } from './model.ts';

/** What is wrong with a query that BigQuery accepts. Pure. */

/** What is asked of every model. */
export interface Expected {
  /** `project.dataset` each; empty = none are listed. */
  readonly sourceDatasets: Access['sourceDatasets'];
  readonly maxBytes: number | undefined;
}

/** What Segment takes. */
const MOST_COLUMNS = 512;
const LONGEST_COLUMN = 128;
const RESERVED = /^__segment_/i;
const INCOMPARABLE = /^(?:ARRAY|STRUCT|JSON|GEOGRAPHY|RANGE)\b/;

export function judge(model: Model, facts: QueryFacts, expected: Expected): ModelFinding[] {
  const start = model.query.placeAt(0);
  if (facts.statementType !== 'SELECT') {
    const message = `The query is a ${facts.statementType}, and Segment runs one SELECT alone. Write it as one SELECT, and build tables elsewhere.`;
    return [finding('not-a-select', start, message)];
  }
  return [
    ...ofColumns(model, facts.columns),
    ...ofIdentifier(model, facts.columns),
    ...ofContract(model, facts.columns),
    ...ofTables(model, facts.tables, expected),
    ...ofBytes(model, facts, expected),
  ];
}

function ofColumns({ query }: Model, columns: readonly Column[]): ModelFinding[] {
  const start = query.placeAt(0);
  const count = columns.length;
  const tooMany =
    count > MOST_COLUMNS
      ? [
          finding(
            'columns-limit',
            start,
            `The query returns ${String(count)} columns, and Segment syncs ${String(MOST_COLUMNS)}. List those that mappings use.`,
          ),
        ]
      : [];
  const misnamed = columns.flatMap(({ name }) => {
    const why = whyMisnamed(name);
    if (why === undefined) return [];
    return [finding('column-name', start, `The column ${name} ${why}. Rename it with AS.`)];
  });
  return [...tooMany, ...misnamed];
}

function whyMisnamed(name: string): string | undefined {
  if (RESERVED.test(name)) return "begins with __segment_, which is reserved for Segment's own columns";
  if (name.length <= LONGEST_COLUMN) return undefined;
  return `has ${String(name.length)} characters, and Segment takes ${String(LONGEST_COLUMN)}`;
}

function ofIdentifier({ identifier, places }: Model, columns: readonly Column[]): ModelFinding[] {
  const exact = columns.find(({ name }) => name === identifier);
  const found = exact ?? columns.find(({ name }) => name.toLowerCase() === identifier.toLowerCase());
  if (found === undefined) {
    const there = columns.slice(0, 20).map(({ name }) => name);
    const list = columns.length > there.length ? `${there.join(', ')} …` : there.join(', ');
    const message = `The query does not return its identifier ${identifier}. It returns ${list}. Add the column, or correct query_identifier_column.`;
    return [finding('identifier-missing', places.identifier, message)];
  }
  const differs = `The identifier is ${identifier}, and the column is ${found.name}: Segment may look for the exact name. Spell both alike.`;
  const ofCase = exact === undefined ? [finding('identifier-case', places.identifier, differs)] : [];
  return [...ofCase, ...ofType(places.identifier, found)];
}

function ofType(place: ModelFinding['place'], { name, type }: Column): ModelFinding[] {
  if (INCOMPARABLE.test(type)) {
    const message = `The identifier ${name} is of type ${type}, by which Segment cannot tell rows apart. Use a STRING or an INT64, if need be with TO_JSON_STRING.`;
    return [finding('identifier-type', place, message)];
  }
  if (type !== 'FLOAT64') return [];
  const message = `The identifier ${name} is of type FLOAT64, which is not exact: two runs may spell one number differently. Cast it to STRING or INT64.`;
  return [finding('identifier-type', place, message, 'warning')];
}

function ofContract({ columns: promised, places }: Model, columns: readonly Column[]): ModelFinding[] {
  const names = columns.map(({ name }) => name.toLowerCase());
  return promised.flatMap((name, index) => {
    if (names.includes(name.toLowerCase())) return [];
    const message = `The model promises the column ${name}, and the query does not return it. Return it again, or remove it from columns.`;
    return [finding('contract', places.columns[index] ?? places.model, message)];
  });
}

function ofTables({ query }: Model, tables: readonly string[], { sourceDatasets }: Expected): ModelFinding[] {
  const start = query.placeAt(0);
  const datasets = [...new Set(tables.map(datasetOf))];
  return datasets.flatMap((dataset) => {
    if (dataset.split('.').at(-1) === STATE_DATASET) {
      const message = `The query reads ${dataset}, where Segment keeps its own state. Leave it out.`;
      return [finding('state-dataset', start, message)];
    }
    if (sourceDatasets.length === 0 || sourceDatasets.includes(dataset)) return [];
    const message = `The query reads ${dataset}, which source_datasets does not list: it works by a view or another grant. Add ${dataset} to source_datasets, if it is meant.`;
    return [finding('outside-source-datasets', start, message)];
  });
}

/** Of `project.dataset.table`. */
export function datasetOf(table: string): string {
  return table.slice(0, Math.max(0, table.lastIndexOf('.')));
}

function ofBytes(model: Model, facts: QueryFacts, expected: Expected): ModelFinding[] {
  const most = mostBytes(model, expected);
  if (most === undefined || facts.bytes <= most) return [];
  const place = model.maxBytes === undefined ? model.query.placeAt(0) : model.places.maxBytes;
  const message = `Each sync would read ${spellReading(facts)}, and max_bytes is ${spellBytes(most)}. Filter by a partition, list columns instead of *, or raise max_bytes.`;
  return [finding('bytes', place, message)];
}

/** The tighter of the two limits. */
export function mostBytes(
  { maxBytes }: Pick<Model, 'maxBytes'>,
  expected: Pick<Expected, 'maxBytes'>,
): number | undefined {
  const limits = [maxBytes, expected.maxBytes].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

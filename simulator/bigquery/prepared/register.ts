/** `POST /_simulator/queries`: answers prepared for queries that this world cannot read. */
import { list, record, text } from '../../engine/json.ts';
import { invalid } from '../../engine/refusal.ts';
import type { World } from '../../engine/world.ts';
import { bigQueryState } from '../state.ts';
import type { FieldState, PreparedState } from '../state.ts';

/** One of them, or a list. The newest comes first. */
export function prepareAnswers(world: World, given: unknown): void {
  const all = Array.isArray(given) ? list(given) : [given];
  const prepared = all.map(readAnswer);
  bigQueryState(world).prepared.unshift(...prepared.reverse());
}

function readAnswer(given: unknown): PreparedState {
  const { query, schema, bytes, accuracy, statementType, tables, error, counts } = record(given);
  if ((text(query) ?? '').trim() === '')
    throw invalid('A query is {query, schema: [{name, type}], bytes, accuracy, statementType, tables, error, counts}.');
  const { code, reason, message } = record(error);
  return {
    query: String(query),
    fields: list(schema).map(readField),
    bytes: Number(bytes ?? 0),
    accuracy: text(accuracy) ?? 'PRECISE',
    statementType: text(statementType) ?? 'SELECT',
    tables: list(tables).map((table) => readTable(String(table))),
    counts: readCounts(counts),
    error:
      error === undefined || error === null
        ? undefined
        : { code: Number(code ?? 400), reason: text(reason) ?? 'invalidQuery', message: text(message) ?? '' },
  };
}

function readField(given: unknown): FieldState {
  const { name, type, mode, fields } = record(given);
  if (text(name) === undefined || text(type) === undefined) throw invalid('A column is {name, type, mode, fields}.');
  return {
    ...{ name: String(name), type: String(type), mode: text(mode) ?? 'NULLABLE' },
    ...(fields === undefined ? {} : { fields: list(fields).map(readField) }),
  };
}

function readTable(given: string): readonly [project: string, dataset: string, table: string] {
  const [, project = '', dataset = '', table = ''] = /^(.+)\.([^.]+)\.([^.]+)$/.exec(given) ?? [];
  if (table === '') throw invalid(`A table is PROJECT.DATASET.TABLE, and not ${given}.`);
  return [project, dataset, table];
}

function readCounts(given: unknown): PreparedState['counts'] {
  const { rows = 0, distinct = rows, nulls = 0 } = record(given);
  return { rows: Number(rows), distinct: Number(distinct), nulls: Number(nulls) };
}

import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { isSameLocation } from '../location.ts';
import { bigQueryState } from '../state.ts';
import type { PreparedState } from '../state.ts';
import type { StatementOptions, StatementResult } from '../statements/run.ts';
import { requireReadable } from '../statements/readable.ts';
import type { Found } from './find.ts';

/** What was prepared; whoever asks must still be allowed to read what it reads, where that lies. */
export function answerPrepared(
  { prepared, lower, counts }: Found,
  options: StatementOptions,
  context: Context,
): StatementResult {
  const { fields, bytes, accuracy, statementType, tables, error } = prepared;
  if (error !== undefined) throw bigQuery(error.code, error.reason, lowered(error.message, lower));
  const locations = tables.flatMap(([project, dataset, table]) => {
    requireReadable({ project, dataset, table }, options, context);
    const { location } = bigQueryState(context.world).datasets[`${project}:${dataset}`] ?? {};
    if (location !== undefined && options.location !== undefined && !isSameLocation(location, options.location))
      throw bigQuery(
        404,
        'notFound',
        `Not found: Table ${project}:${dataset}.${table} was not found in location ${options.location}`,
      );
    return location ?? [];
  });
  const referencedTables = tables.map(([projectId, datasetId, tableId]) => ({ projectId, datasetId, tableId }));
  return {
    location: options.location ?? locations[0] ?? 'US',
    ...(counts && !options.dryRun ? countsOf(prepared) : { fields, rows: [] }),
    bytes,
    statistics: {
      statementType,
      ...(referencedTables.length === 0 ? {} : { referencedTables }),
      ...(options.dryRun ? { totalBytesProcessedAccuracy: accuracy } : {}),
    },
  };
}

/** Errors end in ` at [line:column]`, as BigQuery counts in what it was sent. */
function lowered(message: string, lines: number): string {
  return message.replace(/ at \[(\d+):(\d+)\]/g, (_all, line: string, column: string) => {
    return ` at [${String(Number(line) + lines)}:${column}]`;
  });
}

/** One row with how many rows there are, with how many different identifiers, and how often there is none. */
function countsOf({ counts: { rows, distinct, nulls } }: PreparedState): Pick<StatementResult, 'fields' | 'rows'> {
  const numbers = [rows, distinct, nulls];
  return {
    fields: numbers.map((_number, index) => ({ name: `f${String(index)}_`, type: 'INTEGER', mode: 'NULLABLE' })),
    rows: [{ f: numbers.map((number) => ({ v: String(number) })) }],
  };
}

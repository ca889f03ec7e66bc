import { holds } from '../../directory/permissions.ts';
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { targetOf } from '../permissions.ts';
import type { DatasetName, StatementOptions } from './run.ts';

/** Throws BigQuery's 403 for a table that the caller may not query, whether it is there or not. */
export function requireReadable(
  name: DatasetName & { readonly table: string },
  { location }: StatementOptions,
  context: Context,
): void {
  if (holds(context, context.caller(), 'bigquery.tables.getData', targetOf(name, context))) return;
  const spelled = `${name.project}:${name.dataset}.${name.table}`;
  const where = location === undefined ? '' : ` in location ${location}`;
  throw bigQuery(
    403,
    'accessDenied',
    `Access Denied: Table ${spelled}: User does not have permission to query table ${spelled}, or perhaps it does not exist${where}.`,
  );
}

/** Carries out, or only tries, a statement as whoever calls. */
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { answerPrepared } from '../prepared/answer.ts';
import { findPrepared, unwrap } from '../prepared/find.ts';
import { parse } from '../sql/parser.ts';
import { changeAccess } from './grant.ts';
import type { StatementOptions, StatementResult } from './run.ts';
import { createSchema, dropSchema } from './schema.ts';
import { select } from './select.ts';
import { createTable, dropTable } from './table.ts';

/** Throws the refusal that BigQuery would give. A dry run checks the same permissions and changes nothing. */
export function execute(sql: string, options: StatementOptions, context: Context): StatementResult {
  const found = findPrepared(sql, context.world);
  if (found !== undefined) return answerPrepared(found, options, context);
  const wrapped = unwrap(sql);
  const statement = parse(wrapped ?? sql);
  if (wrapped !== undefined && statement.kind !== 'select')
    throw bigQuery(400, 'invalidQuery', 'Syntax error: Expected keyword SELECT or keyword WITH at [2:1]');
  switch (statement.kind) {
    case 'select':
      return select(statement, options, context);
    case 'create schema':
      return createSchema(statement, options, context);
    case 'drop schema':
      return dropSchema(statement, options, context);
    case 'create table':
      return createTable(statement, options, context);
    case 'drop table':
      return dropTable(statement, options, context);
    case 'grant':
    case 'revoke':
      return changeAccess(statement, options, context);
  }
}

/** What Segment does in BigQuery to extract the records of a model: it keeps its state there, and runs the query. */
import { list, record, text } from '../engine/json.ts';
import type { Context, Reply } from '../engine/route.ts';
import { Failure, askGoogle, messageOf, mint } from './google.ts';
import type { KeyFile } from './key-file.ts';
import type { ModelState } from './state.ts';

const STATE = '__segment_reverse_etl';

export interface Extraction {
  readonly model: ModelState;
  readonly subscriptionId: string;
  /** The secret that is used. */
  readonly secret: unknown;
  /** Setting of the source. */
  readonly location: string;
}

/** Somebody who may ask BigQuery. */
interface Session {
  readonly key: KeyFile;
  readonly token: string;
  readonly location: string;
  readonly context: Context;
}

/** How many records there are. Throws a Failure. */
export async function extract(asked: Extraction, context: Context): Promise<number> {
  const { model, subscriptionId, secret, location } = asked;
  const session: Session = { ...(await mint(secret, context)), location, context };
  await keepState(subscriptionId, session);
  const reply = granted('QueryFailed', await query(model.query, session));
  const { schema, totalRows } = record(reply.body);
  const columns = list(record(schema)['fields']).map((field) => text(record(field)['name'])?.toLowerCase());
  if (!columns.includes(model.queryIdentifierColumn.toLowerCase()))
    throw new Failure('IdentifierMissing', `The query has no column ${model.queryIdentifierColumn}.`);
  return Number(totalRows);
}

/** Segment makes the dataset of its state where it is missing, and in it two tables for each mapping. */
async function keepState(subscriptionId: string, session: Session): Promise<void> {
  const { key, token, context } = session;
  const path = `/bigquery/v2/projects/${key.projectId}/datasets/${STATE}`;
  const found = await askGoogle({ method: 'GET', path, token }, context);
  if (found.status === 404) granted('StateNotWritable', await query(`CREATE SCHEMA ${STATE}`, session));
  else granted('StateNotWritable', found);
  for (const [table, columns] of Object.entries({
    records: 'record_id STRING, checksum STRING',
    checkpoints: 'sync_id STRING, checkpoint STRING',
  })) {
    const statement = `CREATE TABLE IF NOT EXISTS ${STATE}.${table}_${subscriptionId} (${columns})`;
    granted('StateNotWritable', await query(statement, session));
  }
}

function query(statement: string, { key, token, location, context }: Session): Promise<Reply> {
  const path = `/bigquery/v2/projects/${key.projectId}/queries`;
  return askGoogle({ method: 'POST', path, token, body: { query: statement, useLegacySql: false, location } }, context);
}

function granted(errorCode: string, reply: Reply): Reply {
  if (reply.status !== 200) throw new Failure(errorCode, messageOf(reply));
  return reply;
}

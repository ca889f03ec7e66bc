import { ApiError } from '../errors/api-error.ts';
import { explainApiError } from '../errors/explain.ts';
import { spellBytes } from './amounts.ts';
import { finding } from './finding.ts';
import { mostBytes } from './judge.ts';
import type { Model, ModelFinding, QueryFacts } from './model.ts';
import type { Count, Trier } from './try.ts';

/** Whether identifiers tell rows apart: one real query for each model that asks for it, and that runs. */

/** A model in which nothing is wrong so far, as it was tried. */
export interface Runnable {
  readonly model: Model;
  readonly query: string;
  readonly facts: QueryFacts;
}

export interface Counting {
  readonly trier: Pick<Trier, 'count'>;
  /** The input. */
  readonly maxBytes: number | undefined;
}

export interface Uniqueness {
  /** By the name of the model. */
  readonly uniqueness: ReadonlyMap<string, readonly ModelFinding[]>;
  /** Bytes, of all queries; undefined = none ran. */
  readonly billed: number | undefined;
}

/** Google bills ten megabytes for each table at least. */
const LEAST_BILLED = 10 * 2 ** 20;

export async function countAll(models: readonly Runnable[], { trier, maxBytes }: Counting): Promise<Uniqueness> {
  const uniqueness = new Map<string, readonly ModelFinding[]>();
  let billed: number | undefined;
  for (const { model, query, facts } of models) {
    const limit = limitOf(model, facts, maxBytes);
    if (limit === undefined) continue;
    try {
      const count = await trier.count({ query, what: `the model ${model.name}` }, model.identifier, limit);
      billed = (billed ?? 0) + count.bytesBilled;
      uniqueness.set(model.name, ofCount(model, count));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      uniqueness.set(model.name, [notCounted(model, error)]);
    }
  }
  return { uniqueness, billed };
}

/** What the query may be billed; undefined = nobody asks for it. */
function limitOf(model: Model, { bytes, tables }: QueryFacts, given: number | undefined): number | undefined {
  if (!model.verifyUnique) return undefined;
  return mostBytes(model, { maxBytes: given }) ?? Math.max(bytes, LEAST_BILLED * Math.max(1, tables.length));
}

function notCounted({ places }: Model, error: ApiError): ModelFinding {
  const { because, remedy } = explainApiError(error);
  const message = `Whether the identifier is unique could not be counted: ${because}. ${remedy}`;
  return finding('not-tried', places.verifyUnique, message);
}

function ofCount({ identifier, places }: Model, { rows, distinct, nulls, bytesBilled }: Count): ModelFinding[] {
  const repeated = rows - nulls - distinct;
  if (repeated <= 0 && nulls === 0) return [];
  const parts = [
    ...(repeated > 0 ? [`${String(repeated)} repeat one that another row has`] : []),
    ...(nulls > 0 ? [`in ${String(nulls)} it is NULL`] : []),
  ];
  const message = `The identifier ${identifier} does not tell rows apart: of ${String(rows)} rows, ${parts.join(', and ')}. The query that counted was billed ${spellBytes(bytesBilled)}. Make the rows unique, or choose another column.`;
  return [finding('not-unique', places.verifyUnique, message)];
}

/** Tables that are there: those past their expiration have deleted themselves. */
import { nextEtag } from '../../engine/random.ts';
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import type { DatasetState, TableState } from '../state.ts';

/** By name. */
export function liveTables(dataset: DatasetState, now: number): TableState[] {
  return Object.values(dataset.tables)
    .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
    .sort((one, other) => (one.tableId < other.tableId ? -1 : 1));
}

/** One of them. */
export function liveTable(dataset: DatasetState, tableId: string, now: number): TableState | undefined {
  return liveTables(dataset, now).find((table) => table.tableId === tableId);
}

/** What a new table is given. */
export interface NewTable extends Pick<TableState, 'tableId' | 'schema'> {
  readonly view?: string;
  readonly description?: string;
  readonly numBytes?: number;
  readonly layout?: Record<string, unknown>;
  readonly expiresAt?: number;
}

/** Puts a table into the dataset, with the dataset's expiration unless it has its own. */
export function addTable(dataset: DatasetState, table: NewTable, { world, now }: Context): TableState {
  const { tableId, schema, view, description, numBytes = 0, layout = {} } = table;
  if (!/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]{1,1024}$/u.test(tableId))
    throw bigQuery(400, 'invalid', `Invalid table ID "${tableId}".`);
  const lifeMs = Number(dataset.settings['defaultTableExpirationMs'] ?? 0);
  const expiresAt = table.expiresAt ?? (lifeMs > 0 && view === undefined ? now + lifeMs : undefined);
  const contents = { schema, view, description, numBytes, layout, rowAccessPolicies: [] };
  const made: TableState = { tableId, ...contents, etag: nextEtag(world), createdAt: now, expiresAt };
  dataset.tables[tableId] = made;
  return made;
}

/** Takes it out. */
export function removeTable(dataset: DatasetState, tableId: string): void {
  dataset.tables = Object.fromEntries(Object.entries(dataset.tables).filter(([name]) => name !== tableId));
}

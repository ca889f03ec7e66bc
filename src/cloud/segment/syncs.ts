import { listOf, path } from './ask.ts';
import type { AskSegment } from './ask.ts';
import { idOf, objectIn, optionalText, timeOf } from './fields.ts';
import type { Mapping } from './mappings.ts';

/** What mappings have synced. All alpha, so read leniently. */

const STATUSES = ['SUCCESS', 'PARTIAL_SUCCESS', 'FAIL', 'IN_PROGRESS'] as const;

/** `unknown`: Segment does not tell, or calls it by a word that no document has. */
export type SyncStatus = (typeof STATUSES)[number] | 'unknown';

/** One sync. Times in milliseconds since 1970; undefined = not told. */
export interface Sync {
  readonly id: string;
  readonly status: SyncStatus;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Whether everything was read from BigQuery; undefined = that is not told. */
  readonly extracted: boolean | undefined;
  /** When reading began. */
  readonly extractedFrom: number | undefined;
  readonly errorCode: string | undefined;
}

const VERSION = 'v1alpha';
/** As many as one page of syncs holds. */
const PAGE = '100';

/** Syncs of a mapping, newest first, back to this moment (milliseconds since 1970), and always the newest of all. */
export async function syncsOf(
  ask: AskSegment,
  { id, modelId }: Pick<Mapping, 'id' | 'modelId'>,
  since: number,
): Promise<Sync[]> {
  const asking = { path: path`/reverse-etl-models/${modelId}/subscriptionId/${id}/syncs`, version: VERSION } as const;
  const call = `list the syncs of the mapping ${id} in Segment`;
  const part = 'syncStatuses';
  const found: Sync[] = [];
  for await (const page of listOf(ask, { call, asking, part, pick: syncIn, spelling: 'plain', count: PAGE })) {
    found.push(...page);
    if (page.some(({ startedAt }) => startedAt !== undefined && startedAt < since)) break;
  }
  return found.sort((one, other) => (other.startedAt ?? Infinity) - (one.startedAt ?? Infinity));
}

/** Starts a sync by hand. Sent once: a second one would send every record again. @returns its id */
export function startSync(
  ask: AskSegment,
  { id, modelId }: Pick<Mapping, 'id' | 'modelId'>,
  sourceId: string,
): Promise<string> {
  const body = { sourceId, modelId, subscriptionId: id };
  const asking = { method: 'POST', path: '/reverse-etl-syncs', version: VERSION, body } as const;
  return ask({ call: `sync the mapping ${id} in Segment`, repeatable: false }, asking, (data) =>
    idOf('sync', objectIn(data, 'reverseETLManualSync'), 'syncId'),
  );
}

/** One sync by its id. */
export function syncOf(ask: AskSegment, modelId: string, syncId: string): Promise<Sync> {
  const asking = {
    method: 'GET',
    path: path`/reverse-etl-models/${modelId}/syncs/${syncId}`,
    version: VERSION,
  } as const;
  return ask({ call: `read the sync ${syncId} in Segment`, repeatable: true }, asking, (data) =>
    syncIn(objectIn(data, 'reverseETLSyncStatus')),
  );
}

function statusIn({ syncStatus }: Record<string, unknown>): SyncStatus {
  return STATUSES.find((one) => one === syncStatus) ?? 'unknown';
}

function syncIn(sync: Record<string, unknown>): Sync {
  const extract = objectIn(sync, 'extractPhase');
  const errorCode = optionalText(extract, 'errorCode');
  const isOver = timeOf(extract, 'finishedAt') !== undefined;
  return {
    id: idOf('sync', sync, 'syncId'),
    status: statusIn(sync),
    startedAt: timeOf(sync, 'startedAt'),
    finishedAt: timeOf(sync, 'finishedAt'),
    extracted: errorCode === undefined ? (isOver ? true : undefined) : false,
    extractedFrom: timeOf(extract, 'startedAt'),
    errorCode: errorCode ?? optionalText(sync, 'errorCode'),
  };
}

import { listOf, path } from './ask.ts';
import type { AskSegment } from './ask.ts';
import { idOf, objectIn, optionalText, timeOf } from './fields.ts';

/** What hangs on a source: models, mappings (subscriptions with a model), and their syncs. All alpha, so read leniently. */

/** A model. One whose state cannot be read counts as enabled: it may sync. */
export interface Model {
  readonly id: string;
  readonly sourceId: string;
  readonly name: string;
  readonly description: string;
  readonly isEnabled: boolean;
}

/** A mapping. It syncs only where model, destination and the mapping itself are enabled. */
export interface Mapping {
  readonly id: string;
  readonly name: string;
  readonly modelId: string;
  readonly destination: string;
  readonly isEnabled: boolean;
  readonly isDestinationEnabled: boolean;
  /** In milliseconds; undefined where it has no interval, or none that can be read. */
  readonly interval: number | undefined;
}

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

/** Models of one source. */
export async function modelsOf(ask: AskSegment, sourceId: string): Promise<Model[]> {
  const asking = { path: '/reverse-etl-models', version: VERSION } as const;
  const pages = listOf(ask, { call: 'list the models in Segment', asking, part: 'models', pick: modelOf });
  const found: Model[] = [];
  for await (const page of pages) found.push(...page.filter((model) => model.sourceId === sourceId));
  return found;
}

function modelOf(model: Record<string, unknown>): Model {
  return {
    id: idOf('model', model, 'id'),
    sourceId: idOf('model', model, 'sourceId'),
    name: optionalText(model, 'name') ?? '',
    description: optionalText(model, 'description') ?? '',
    isEnabled: model['enabled'] !== false,
  };
}

/** Mappings of one source: destination by destination. */
export async function mappingsOf(ask: AskSegment, sourceId: string): Promise<Mapping[]> {
  const asking = { path: path`/sources/${sourceId}/connected-destinations` };
  const call = `list the destinations of the source ${sourceId} in Segment`;
  const found: Promise<Mapping[]>[] = [];
  for await (const page of listOf(ask, { call, asking, part: 'destinations', pick: destinationOf }))
    found.push(...page.map((destination) => mappingsInto(ask, destination)));
  return (await Promise.all(found)).flat();
}

interface Destination {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
}

function destinationOf(destination: Record<string, unknown>): Destination {
  const id = idOf('destination', destination, 'id');
  return { id, name: optionalText(destination, 'name') ?? id, isEnabled: destination['enabled'] !== false };
}

async function mappingsInto(ask: AskSegment, { id, isEnabled, name }: Destination): Promise<Mapping[]> {
  const asking = { path: path`/destinations/${id}/subscriptions`, version: VERSION } as const;
  const call = `list the mappings of the destination ${id} in Segment`;
  const pick = (subscription: Record<string, unknown>): Mapping[] => mappingIn(subscription, name, isEnabled);
  const found: Mapping[] = [];
  for await (const page of listOf(ask, { call, asking, part: 'subscriptions', pick })) found.push(...page.flat());
  return found;
}

/** A subscription without a model is none of Reverse ETL. */
function mappingIn(
  subscription: Record<string, unknown>,
  destination: string,
  isDestinationEnabled: boolean,
): Mapping[] {
  const named = ['modelId', 'reverseETLModelId'].find((part) => optionalText(subscription, part) !== undefined);
  if (named === undefined) return [];
  const modelId = idOf('mapping', subscription, named);
  const id = idOf('mapping', subscription, 'id');
  return [
    {
      ...{ id, modelId, destination, isDestinationEnabled },
      name: optionalText(subscription, 'name') ?? id,
      isEnabled: subscription['enabled'] !== false,
      interval: intervalIn(objectIn(subscription, 'reverseETLSchedule')),
    },
  ];
}

function intervalIn(schedule: Record<string, unknown>): number | undefined {
  if (schedule['strategy'] !== 'PERIODIC') return undefined;
  return durationOf(optionalText(objectIn(schedule, 'config'), 'interval') ?? '');
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000 };

/** A duration as Go writes it, `1h30m`, in milliseconds. */
function durationOf(text: string): number | undefined {
  if (!/^(?:\d{1,6}(?:\.\d{1,6})?[hms])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(?<![\d.])([\d.]+)([hms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}

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

import type { Cloud } from '../../cloud/google/clients.ts';
import type { KeyUse } from '../../cloud/google/key-use.ts';
import type { Mapping } from '../../cloud/segment/mappings.ts';
import type { PublicApi } from '../../cloud/segment/public-api.ts';
import type { Sync } from '../../cloud/segment/syncs.ts';
import { ApiError } from '../../errors/api-error.ts';
import { explain } from '../../errors/explain.ts';
import type { Claims } from '../../ownership/claims.ts';
import type { KeyList } from '../../ownership/key-list.ts';

/** What whoever uses the key has done, as far as it can be read. */
export interface Consumption {
  readonly syncs: readonly Synced[] | Unread;
  readonly uses: readonly KeyUse[] | Unread;
  /** Full ids of the keys there are. */
  readonly keys: readonly string[];
}

/** A mapping with its model, and its syncs, newest first. */
export interface Synced {
  readonly mapping: Mapping;
  readonly isModelEnabled: boolean;
  readonly syncs: readonly Sync[];
}

/** Why something could not be read, and what to do. */
export interface Unread {
  readonly why: string;
  readonly remedy: string;
}

export function isUnread(found: readonly unknown[] | Unread): found is Unread {
  return 'why' in found;
}

/** Whether a mapping syncs at all: with its model and its destination. */
export function syncsAtAll({ mapping, isModelEnabled }: Synced): boolean {
  return mapping.isEnabled && mapping.isDestinationEnabled && isModelEnabled;
}

/** Where to look. */
export interface Consuming {
  readonly api: () => Promise<PublicApi>;
  readonly claims: Pick<Claims, 'read'>;
  readonly cloud: Cloud;
  readonly keyList: KeyList;
  /** How far back anything matters, in milliseconds since 1970. */
  readonly since: () => Promise<number>;
}

/** Of the source in the record; undefined where there is none yet. */
export async function consumerOf(consuming: Consuming): Promise<Consumption | undefined> {
  const { claims, cloud, keyList } = consuming;
  const [{ account, owned }, keys] = await Promise.all([claims.read(), keyList()]);
  const { source } = owned ?? {};
  if (typeof source !== 'object') return undefined;
  const since = await consuming.since();
  const [syncs, uses] = await Promise.all([
    orUnread(() => syncsOf(consuming, source.id, since)),
    orUnread(async () => {
      const { keyUseOf } = await import('../../cloud/google/key-use.ts');
      return keyUseOf(cloud, account?.uniqueId ?? '', since);
    }),
  ]);
  return { syncs, uses, keys: keys.map(({ id }) => id) };
}

async function syncsOf({ api: open }: Consuming, sourceId: string, since: number): Promise<Synced[]> {
  const api = await open();
  const [mappings, models] = await Promise.all([api.mappings(sourceId), api.models(sourceId)]);
  const isOn = (id: string): boolean => models.find((model) => model.id === id)?.isEnabled !== false;
  return Promise.all(
    mappings.map(async (mapping) => {
      const isModelEnabled = isOn(mapping.modelId);
      const isOff = !mapping.isEnabled || !mapping.isDestinationEnabled || !isModelEnabled;
      return { mapping, isModelEnabled, syncs: isOff ? [] : await api.syncs(mapping, since) };
    }),
  );
}

async function orUnread<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[] | Unread> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const [told] = explain(error);
    return { why: `could not ${error.call}: ${error.words}`, remedy: told?.remedy ?? '' };
  }
}

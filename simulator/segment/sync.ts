/** One sync: what a mapping's model holds is extracted with the key that its source has, and sent on. */
import { text } from '../engine/json.ts';
import { nextHex } from '../engine/random.ts';
import type { Context } from '../engine/route.ts';
import { extract } from './extract.ts';
import { Failure } from './google.ts';
import { keyIdOf } from './key-file.ts';
import { segmentState } from './part.ts';
import { rulesOf, secretIn } from './settings.ts';
import type { ModelState, SegmentState, SourceState, SubscriptionState, SyncState } from './state.ts';

/** A mapping with all that it hangs on. */
export interface Mapping {
  readonly subscription: SubscriptionState;
  readonly model: ModelState;
  readonly source: SourceState;
}

/** The mapping that takes the model; undefined = there is none. */
export function mappingOf(
  { subscriptions, models, sources }: SegmentState,
  { modelId, subscriptionId }: { readonly modelId: string; readonly subscriptionId: string },
): Mapping | undefined {
  const subscription = subscriptions.find((one) => one.id === subscriptionId && one.modelId === modelId);
  const model = models.find(({ id }) => id === modelId);
  const source = sources.find(({ id }) => id === model?.sourceId);
  return subscription === undefined || model === undefined || source === undefined
    ? undefined
    : { subscription, model, source };
}

/** What of a mapping is disabled, so that Segment does not sync it; undefined = nothing. */
export function obstacleOf(
  { subscription, model, source }: Mapping,
  { destinations }: SegmentState,
): string | undefined {
  const destination = destinations.find(({ id }) => id === subscription.destinationId);
  const parts = { source, model, mapping: subscription, destination };
  return Object.entries(parts).find(([, part]) => part?.enabled !== true)?.[0];
}

export interface Manner {
  /** Whether it works with the secret that was stored before the last one, as if the last had not reached it. */
  readonly isStale?: boolean;
  /** How many records the destination refuses. */
  readonly refusedRecords?: number;
  /** Milliseconds until it says that it has ended. */
  readonly duration?: number;
}

/** Carries a sync out, and keeps what it came to. */
export async function performSync(mapping: Mapping, manner: Manner, context: Context): Promise<SyncState> {
  const { subscription, model, source } = mapping;
  const state = segmentState(context.live);
  const { isStale = false, refusedRecords = 0, duration = 0 } = manner;
  const secret = isStale ? source.keys.at(-2) : secretIn(source, rulesOf(source.metadataId, state.catalog));
  const location = text(source.settings['location']) ?? '';
  const outcome = await extract({ model, subscriptionId: subscription.id, secret, location }, context).then(
    (extractCount) => ({ extractCount, errorCode: '', error: '' }),
    (error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      return { extractCount: 0, errorCode: error.errorCode, error: error.message };
    },
  );
  const sync: SyncState = {
    syncId: nextHex(context.live).slice(0, 27),
    sourceId: source.id,
    modelId: model.id,
    subscriptionId: subscription.id,
    startedAt: context.now,
    extractedAt: context.now + duration / 2,
    finishedAt: context.now + duration,
    ...outcome,
    deliverFailureCount: Math.min(refusedRecords, outcome.extractCount),
    keyId: keyIdOf(secret),
  };
  state.syncs.push(sync);
  return sync;
}

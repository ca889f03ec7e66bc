/** `POST /_simulator/sync`: a mapping syncs, as Segment would have it. */
import { record, text } from '../engine/json.ts';
import { invalid } from '../engine/refusal.ts';
import type { Context } from '../engine/route.ts';
import type { World } from '../engine/world.ts';
import { segmentState } from './part.ts';
import { answer } from './sync-answer.ts';
import { mappingOf, obstacleOf, performSync } from './sync.ts';

/** Throws 400 where Segment would not sync at all. */
export async function syncNow(world: World, given: unknown, context: Context): Promise<Record<string, unknown>> {
  const { model, subscription, stale, refusedRecords } = record(given);
  const state = segmentState(world);
  const mapping = mappingOf(state, { modelId: text(model) ?? '', subscriptionId: text(subscription) ?? '' });
  if (mapping === undefined) throw invalid('A sync is {model, subscription}: the ids of a mapping and of its model.');
  const obstacle = obstacleOf(mapping, state);
  if (obstacle !== undefined) throw invalid(`The ${obstacle} is disabled: Segment does not sync it.`);
  if (stale === true && mapping.source.keys.length < 2)
    throw invalid('The source never had another key: there is none to be stale.');
  const manner = { isStale: stale === true, refusedRecords: Number(refusedRecords ?? 0) };
  const sync = await performSync(mapping, manner, context);
  return { ...answer(sync, context.now), keyId: sync.keyId };
}

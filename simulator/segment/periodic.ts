/** Mappings that sync by themselves, each time that their interval has passed. */
import type { Upcoming } from '../engine/service.ts';
import type { World } from '../engine/world.ts';
import { segmentState } from './part.ts';
import { intervalOf } from './schedule.ts';
import { mappingOf, obstacleOf, performSync } from './sync.ts';
import type { Mapping } from './sync.ts';

/** However much time passes, no more than these of each mapping are carried out: the last. */
const MOST = 200;

/** The next sync of any mapping before that moment; one that is late comes at once. */
export function upcomingSync(world: World, until: number): Upcoming | undefined {
  const state = segmentState(world);
  const [next] = state.subscriptions
    .flatMap((subscription) => {
      const { id: subscriptionId, modelId = '' } = subscription;
      const interval = intervalOf(subscription);
      const mapping = mappingOf(state, { modelId, subscriptionId });
      if (interval === undefined || mapping === undefined || obstacleOf(mapping, state) !== undefined) return [];
      return { mapping, dueAt: dueAtOf(mapping, interval, { world, until }) };
    })
    .sort((one, other) => one.dueAt - other.dueAt);
  if (next === undefined) return undefined;
  return {
    dueAt: next.dueAt,
    happen: async (context) => {
      await performSync(next.mapping, {}, context);
    },
  };
}

/** One interval after the last sync, or after the schedule was set; so many later that the rest can be carried out. */
function dueAtOf(
  { subscription }: Mapping,
  interval: number,
  { world, until }: { readonly world: World; readonly until: number },
): number {
  const last = segmentState(world).syncs.findLast((sync) => sync.subscriptionId === subscription.id)?.startedAt ?? 0;
  const first = Math.max(last, subscription.scheduledAt) + interval;
  const tooMany = Math.floor((until - first) / interval) + 1 - MOST;
  return first + Math.max(0, tooMany) * interval;
}

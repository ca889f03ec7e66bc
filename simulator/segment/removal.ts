/** What goes with a thing that is deleted. */
import type { SegmentState } from './state.ts';

/** Removes a source with all that hangs on it. */
export function removeSource(state: SegmentState, sourceId: string): void {
  const hangsOn = (one: { readonly sourceId: string }): boolean => one.sourceId === sourceId;
  for (const { id } of state.models.filter(hangsOn)) removeModel(state, id);
  for (const { id } of state.destinations.filter(hangsOn)) removeDestination(state, id);
  state.sources = state.sources.filter(({ id }) => id !== sourceId);
}

export function removeModel(state: SegmentState, modelId: string): void {
  for (const { id } of state.subscriptions.filter((one) => one.modelId === modelId)) removeSubscription(state, id);
  state.models = state.models.filter(({ id }) => id !== modelId);
}

export function removeDestination(state: SegmentState, destinationId: string): void {
  for (const { id } of state.subscriptions.filter((one) => one.destinationId === destinationId))
    removeSubscription(state, id);
  state.destinations = state.destinations.filter(({ id }) => id !== destinationId);
}

/** Nobody can ask for the syncs of a mapping that is gone. */
export function removeSubscription(state: SegmentState, subscriptionId: string): void {
  state.subscriptions = state.subscriptions.filter(({ id }) => id !== subscriptionId);
  state.syncs = state.syncs.filter((sync) => sync.subscriptionId !== subscriptionId);
}

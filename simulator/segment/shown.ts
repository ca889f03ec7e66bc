/** Segment's part of the world as the controls show it: all but the keys. */
import type { World } from '../engine/world.ts';
import { keyIdOf } from './key-file.ts';
import { segmentState } from './part.ts';
import { masked, rulesOf, secretIn, secretsOf } from './settings.ts';
import { answer } from './sync-answer.ts';

export function shown(world: World): Record<string, unknown> {
  const { sources, destinations, syncs, ...state } = segmentState(world);
  return {
    ...state,
    sources: sources.map(({ keys, writeKey: _hidden, ...source }) => {
      const rules = rulesOf(source.metadataId, state.catalog);
      const secret = secretIn({ ...source, keys, writeKey: '' }, rules);
      const settings = masked(source.settings, secretsOf(rules));
      return { ...source, settings, keyId: keyIdOf(secret) };
    }),
    destinations: destinations.map((one) => ({ ...one, settings: masked(one.settings, ['apiKey']) })),
    syncs: syncs.map((sync) => ({
      ...answer(sync, Date.now()),
      subscriptionId: sync.subscriptionId,
      keyId: sync.keyId,
    })),
  };
}

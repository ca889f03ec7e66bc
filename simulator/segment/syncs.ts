/** Syncs: asked for by hand, and looked at. */
import type { World } from '../engine/world.ts';
import { missing, segment, unfit } from './envelope.ts';
import { readFields } from './fields.ts';
import { slice } from './paging.ts';
import { ALPHA, serve } from './serve.ts';
import type { Call } from './serve.ts';
import type { ModelState } from './state.ts';
import { answer } from './sync-answer.ts';
import { mappingOf, obstacleOf, performSync } from './sync.ts';

/** How long a sync by hand takes: a second, or less in a world that is in a hurry. */
const durationIn = ({ quota }: World): number => quota.minute / 60;

async function startSync(call: Call): Promise<{ data: Record<string, unknown> }> {
  const { request, context, state } = call;
  const given = readFields(request.body, { sourceId: 'text', modelId: 'text', subscriptionId: 'text' });
  const { sourceId, modelId, subscriptionId } = given as Record<'sourceId' | 'modelId' | 'subscriptionId', string>;
  const mapping = mappingOf(state, { modelId, subscriptionId });
  if (mapping === undefined) throw missing('subscription', subscriptionId);
  if (mapping.source.id !== sourceId) throw unfit('sourceId', 'The model is of another source.');
  const obstacle = obstacleOf(mapping, state);
  if (obstacle !== undefined) throw segment(422, `The ${obstacle} is disabled.`);
  const sync = await performSync(mapping, { duration: durationIn(context.world) }, context);
  const startedAt = new Date(sync.startedAt).toISOString();
  return { data: { reverseETLManualSync: { syncId: sync.syncId, startedAt } } };
}

function modelIn({ request, state }: Call): ModelState {
  const { modelId = '' } = request.params;
  const model = state.models.find(({ id }) => id === modelId);
  if (model === undefined) throw missing('model', modelId);
  return model;
}

const SIZES = { usual: 10, most: 100 };

export const syncRoutes = [
  serve('POST /reverse-etl-syncs', { versions: ALPHA }, startSync),
  serve('GET /reverse-etl-models/{modelId}/syncs/{syncId}', { versions: ALPHA }, (call) => {
    const { syncId = '' } = call.request.params;
    const model = modelIn(call);
    const sync = call.state.syncs.find((one) => one.syncId === syncId && one.modelId === model.id);
    if (sync === undefined) throw missing('sync', syncId);
    return { data: { reverseETLSyncStatus: answer(sync, call.context.now) } };
  }),
  serve(
    'GET /reverse-etl-models/{modelId}/subscriptionId/{subscriptionId}/syncs',
    { versions: ALPHA, parameters: ['count', 'cursor'] },
    (call) => {
      const { params, query } = call.request;
      const model = modelIn(call);
      const subscription = call.state.subscriptions.find(({ id }) => id === params['subscriptionId']);
      if (subscription?.modelId !== model.id) throw missing('subscription', params['subscriptionId'] ?? '');
      const syncs = call.state.syncs.filter((one) => one.subscriptionId === subscription.id).reverse();
      const asked = { count: query.get('count') ?? undefined, cursor: query.get('cursor') ?? undefined };
      const { found, pagination } = slice(syncs, asked, SIZES);
      return { data: { syncStatuses: found.map((sync) => answer(sync, call.context.now)), pagination } };
    },
  ),
];

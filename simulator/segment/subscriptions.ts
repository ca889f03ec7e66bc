/** Subscriptions of a destination; with a model they are mappings. */
import { record, text } from '../engine/json.ts';
import { nextHex } from '../engine/random.ts';
import { note } from './audit.ts';
import type { Subject } from './audit.ts';
import { DESTINATION_KIND } from './catalog.ts';
import { findDestination } from './destinations.ts';
import { missing, unfit } from './envelope.ts';
import { readFields } from './fields.ts';
import type { Shape } from './fields.ts';
import { pageOf } from './paging.ts';
import { removeSubscription } from './removal.ts';
import { readSchedule } from './schedule.ts';
import { ALPHA, serve } from './serve.ts';
import type { Answer, Call } from './serve.ts';
import type { DestinationState, Schedule, SubscriptionState } from './state.ts';

function answer({ scheduledAt: _since, ...subscription }: SubscriptionState): Record<string, unknown> {
  const action = DESTINATION_KIND.actions.map(record).find(({ id }) => id === subscription.actionId);
  // Without a model there is an empty one.
  return { modelId: '', ...subscription, actionSlug: action?.['slug'] };
}

function find(call: Call): SubscriptionState {
  const { id: destinationId } = findDestination(call);
  const { subscriptionId = '' } = call.request.params;
  const found = call.state.subscriptions.find((one) => one.id === subscriptionId);
  if (found?.destinationId !== destinationId) throw missing('subscription', subscriptionId);
  return found;
}

function subjectOf({ id, name }: SubscriptionState): Subject {
  return { type: 'subscription', id, name };
}

function checkAction(actionId: string | undefined, field: string): void {
  const isKnown = DESTINATION_KIND.actions.some((action) => record(action)['id'] === actionId);
  if (actionId !== undefined && !isKnown) throw unfit(field, `This destination has no action ${actionId}.`);
}

/** Throws 422 for a model that is not there, or of another source than the destination's. */
function checkModel(modelId: string, field: string, { sourceId }: DestinationState, { state }: Call): void {
  const model = state.models.find(({ id }) => id === modelId);
  if (model === undefined) throw unfit(field, `There is no model ${modelId}.`);
  if (model.sourceId !== sourceId) throw unfit(field, 'The model is of another source than the destination.');
}

/** A schedule is of a mapping; null is for none. */
function scheduleIn(given: Readonly<Record<string, unknown>>, at: string, hasModel: boolean): Schedule | undefined {
  const schedule = given['reverseETLSchedule'] ?? undefined;
  if (schedule === undefined) return undefined;
  if (!hasModel) throw unfit(at, 'Only a subscription with a model has a schedule.');
  return readSchedule(schedule, at);
}

function create(call: Call): Answer {
  const { request, state, context } = call;
  const destination = findDestination(call);
  const given = readFields(request.body, {
    ...{ name: 'text', actionId: 'text', trigger: 'text', enabled: 'boolean' },
    ...{ settings: 'record?', modelId: 'string?', reverseETLSchedule: 'any?' },
  });
  const { name, actionId, trigger } = given as Record<'name' | 'actionId' | 'trigger', string>;
  const modelId = text(given['modelId']) ?? '';
  checkAction(actionId, 'actionId');
  if (modelId !== '') checkModel(modelId, 'modelId', destination, call);
  const schedule = scheduleIn(given, 'reverseETLSchedule', modelId !== '');
  const subscription: SubscriptionState = {
    id: nextHex(context.world).slice(0, 22),
    destinationId: destination.id,
    ...{ name, actionId, trigger, enabled: given['enabled'] === true, settings: record(given['settings']) },
    ...(modelId === '' ? {} : { modelId }),
    ...(schedule === undefined ? {} : { reverseETLSchedule: schedule }),
    scheduledAt: context.now,
  };
  state.subscriptions.push(subscription);
  note('Subscription Created', subjectOf(subscription), call);
  return { data: { destinationSubscription: answer(subscription) } };
}

const INPUT: Readonly<Record<string, Shape>> = {
  ...{ name: 'text?', trigger: 'text?', enabled: 'boolean?', settings: 'record?' },
  ...{ actionId: 'text?', reverseETLModelId: 'text?', reverseETLSchedule: 'any?' },
};

function update(call: Call): Answer {
  const destination = findDestination(call);
  const subscription = find(call);
  const { input } = readFields(call.request.body, { input: 'record' });
  const given = readFields(input, INPUT, 'input.');
  const modelId = text(given['reverseETLModelId']);
  checkAction(text(given['actionId']), 'input.actionId');
  if (modelId !== undefined) checkModel(modelId, 'input.reverseETLModelId', destination, call);
  const hasModel = (modelId ?? subscription.modelId) !== undefined;
  const schedule = scheduleIn(given, 'input.reverseETLSchedule', hasModel);
  const { reverseETLModelId: _model, reverseETLSchedule: _schedule, ...rest } = given;
  Object.assign(subscription, rest, modelId === undefined ? {} : { modelId });
  if (schedule !== undefined)
    Object.assign(subscription, { reverseETLSchedule: schedule, scheduledAt: call.context.now });
  if (given['reverseETLSchedule'] === null) delete subscription.reverseETLSchedule;
  note('Subscription Modified', subjectOf(subscription), call);
  return { data: { subscription: answer(subscription) } };
}

const HOW = { versions: ALPHA };
const PATH = '/destinations/{destinationId}/subscriptions';

export const subscriptionRoutes = [
  serve(`GET ${PATH}`, { ...HOW, isPaged: true }, (call) => {
    const { id } = findDestination(call);
    const found = call.state.subscriptions.filter(({ destinationId }) => destinationId === id);
    return { data: pageOf('subscriptions', found.map(answer), call.request) };
  }),
  serve(`POST ${PATH}`, HOW, create),
  serve(`GET ${PATH}/{subscriptionId}`, HOW, (call) => ({ data: { subscription: answer(find(call)) } })),
  serve(`PATCH ${PATH}/{subscriptionId}`, HOW, update),
  serve(`DELETE ${PATH}/{subscriptionId}`, HOW, (call) => {
    const subscription = find(call);
    removeSubscription(call.state, subscription.id);
    note('Subscription Deleted', subjectOf(subscription), call);
    return { data: { status: 'SUCCESS' } };
  }),
];

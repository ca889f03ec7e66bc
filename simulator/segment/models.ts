/** Models: queries whose records are sent on. */
import { nextHex } from '../engine/random.ts';
import { note } from './audit.ts';
import type { Subject } from './audit.ts';
import { sourceKinds } from './catalog.ts';
import { missing, unfit } from './envelope.ts';
import { readFields } from './fields.ts';
import { pageOf } from './paging.ts';
import { removeModel } from './removal.ts';
import { ALPHA, serve } from './serve.ts';
import type { Answer, Call } from './serve.ts';
import type { ModelState } from './state.ts';

const LONGEST_QUERY = 65_535;
const LONGEST_IDENTIFIER = 191;

function find({ request, state }: Call): ModelState {
  const { modelId = '' } = request.params;
  const model = state.models.find(({ id }) => id === modelId);
  if (model === undefined) throw missing('model', modelId);
  return model;
}

function subjectOf({ id, name }: ModelState): Subject {
  return { type: 'model', id, name };
}

function checkLengths({ query = '', queryIdentifierColumn = '' }: Partial<ModelState>): void {
  if (query.length > LONGEST_QUERY) throw unfit('query', 'The query is longer than 65,535 characters.');
  if (queryIdentifierColumn.length > LONGEST_IDENTIFIER)
    throw unfit('queryIdentifierColumn', 'The name of the column is longer than 191 characters.');
}

function checkSource(sourceId: string, { state }: Call): void {
  const source = state.sources.find(({ id }) => id === sourceId);
  const kind = sourceKinds(state.catalog).find(({ id }) => id === source?.metadataId);
  if (source === undefined) throw unfit('sourceId', `There is no source ${sourceId}.`);
  if (kind?.categories.includes('Warehouse') !== true) throw unfit('sourceId', 'A source of this kind has no models.');
}

function create(call: Call): Answer {
  const { request, state, context } = call;
  const given = readFields(request.body, {
    ...{ sourceId: 'text', name: 'text', description: 'text', enabled: 'boolean' },
    ...{ query: 'text', queryIdentifierColumn: 'text' },
  }) as unknown as Omit<ModelState, 'id'>;
  checkLengths(given);
  checkSource(given.sourceId, call);
  const model: ModelState = { id: nextHex(context.world).slice(0, 22), ...given };
  state.models.push(model);
  note('Model Created', subjectOf(model), call);
  return { data: { reverseEtlModel: { ...model } } };
}

function update(call: Call): Answer {
  const model = find(call);
  const given = readFields(call.request.body, {
    ...{ name: 'text?', description: 'text?', enabled: 'boolean?', query: 'text?', queryIdentifierColumn: 'text?' },
  }) as Partial<ModelState>;
  checkLengths(given);
  const isToggled = given.enabled !== undefined && given.enabled !== model.enabled;
  Object.assign(model, given);
  if (Object.keys(given).some((name) => name !== 'enabled')) note('Model Settings Saved', subjectOf(model), call);
  if (isToggled) note('Model State Change Toggled', subjectOf(model), call);
  return { data: { reverseEtlModel: { ...model } } };
}

const HOW = { versions: ALPHA };

export const modelRoutes = [
  serve('GET /reverse-etl-models', { ...HOW, isPaged: true }, ({ request, state }) => ({
    data: pageOf('models', state.models, request),
  })),
  serve('POST /reverse-etl-models', HOW, create),
  serve('GET /reverse-etl-models/{modelId}', HOW, (call) => ({ data: { reverseEtlModel: { ...find(call) } } })),
  serve('PATCH /reverse-etl-models/{modelId}', HOW, update),
  serve('DELETE /reverse-etl-models/{modelId}', HOW, (call) => {
    const model = find(call);
    removeModel(call.state, model.id);
    note('Model Deleted', subjectOf(model), call);
    return { data: { status: 'SUCCESS' } };
  }),
];

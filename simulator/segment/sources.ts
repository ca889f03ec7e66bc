/** Sources. */
import { text } from '../engine/json.ts';
import { nextHex } from '../engine/random.ts';
import { note } from './audit.ts';
import type { Subject } from './audit.ts';
import { sourceKinds } from './catalog.ts';
import { describeSource } from './catalog-routes.ts';
import { answer as answerDestination } from './destinations.ts';
import { missing, segment, unfit } from './envelope.ts';
import { readFields } from './fields.ts';
import { Failure, mint } from './google.ts';
import { pageOf } from './paging.ts';
import { removeSource } from './removal.ts';
import { STABLE, serve } from './serve.ts';
import type { Answer, Call } from './serve.ts';
import {
  checkComplete,
  checkSettings,
  rulesOf,
  secretsOf,
  settingsIn,
  storeSettings,
  withoutSecrets,
} from './settings.ts';
import type { Rules } from './settings.ts';
import type { Settings, SourceState } from './state.ts';

function answer(source: SourceState, { state }: Call): Record<string, unknown> {
  const { id, slug, name, enabled, metadataId, writeKey, settings } = source;
  const kind = sourceKinds(state.catalog).find((one) => one.id === metadataId);
  return {
    ...{ id, slug, name, enabled },
    workspaceId: state.workspace.id,
    metadata: kind === undefined ? { id: metadataId } : describeSource(kind),
    settings: withoutSecrets(settings, rulesOf(metadataId, state.catalog)),
    writeKeys: [writeKey],
    labels: [],
  };
}

function find({ request, state }: Call): SourceState {
  const { sourceId = '' } = request.params;
  const source = state.sources.find(({ id }) => id === sourceId);
  if (source === undefined) throw missing('source', sourceId);
  return source;
}

function subjectOf({ id, name }: SourceState): Subject {
  return { type: 'source', id, name };
}

/** Throws 422 for a slug that cannot be, and 409 for one that another source has. */
function checkSlug(slug: string, { state }: Call, own?: SourceState): void {
  if (!/^[a-z0-9_-]+$/.test(slug))
    throw unfit('slug', 'A slug is made of lower-case letters, digits, underscores and hyphens.');
  if (state.sources.some((one) => one !== own && one.slug === slug))
    throw segment(409, `A source with the slug ${slug} exists already.`, { field: 'slug' });
}

/** Throws 422, where Segment tries keys, for one that Google does not take. */
async function checkSecrets(given: Settings, rules: Rules, { state, context }: Call): Promise<void> {
  if (state.catalog !== 'validates') return;
  for (const name of secretsOf(rules)) {
    const secret = given[name] ?? undefined;
    if (secret === undefined) continue;
    await mint(secret, context).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      throw unfit(`settings.${name}`, `The connection could not be established: ${error.message}`);
    });
  }
}

async function create(call: Call): Promise<Answer> {
  const { request, state, context, version } = call;
  const given = readFields(request.body, {
    ...{ slug: 'text', enabled: 'boolean', metadataId: 'text' },
    ...{ settings: 'record?', disconnectAllWarehouses: 'boolean?' },
    ...(version === 'v1alpha' ? { name: 'text?' } : {}),
  });
  const { slug, metadataId } = given as Record<'slug' | 'metadataId', string>;
  const name = text(given['name']) ?? slug;
  const enabled = given['enabled'] === true;
  const settings = settingsIn(given);
  if (!sourceKinds(state.catalog).some(({ id }) => id === metadataId))
    throw unfit('metadataId', `There is no source metadata ${metadataId}.`);
  const rules = rulesOf(metadataId, state.catalog);
  checkSlug(slug, call);
  checkSettings(settings, rules);
  checkComplete(settings, rules);
  await checkSecrets(settings, rules, call);
  checkSlug(slug, call); // Another one may have come meanwhile.
  const source: SourceState = {
    id: nextHex(context.world).slice(0, 22),
    ...{ slug, name, enabled, metadataId },
    writeKey: nextHex(context.world).slice(0, 32),
    settings: {},
    keys: [],
  };
  storeSettings(source, settings, rules);
  state.sources.push(source);
  note('Source Created', subjectOf(source), call);
  return { status: 201, data: { source: answer(source, call) } };
}

async function update(call: Call): Promise<Answer> {
  const { request, state } = call;
  const source = find(call);
  const given = readFields(request.body, {
    ...{ name: 'text?', enabled: 'boolean?', slug: 'text?', settings: 'record?' },
  });
  const { name, enabled, slug } = given as { name?: string; enabled?: boolean; slug?: string };
  const rules = rulesOf(source.metadataId, state.catalog);
  if (slug !== undefined) checkSlug(slug, call, source);
  const settings = settingsIn(given);
  checkSettings(settings, rules);
  await checkSecrets(settings, rules, call);
  if (slug !== undefined) checkSlug(slug, call, source);
  Object.assign(source, { name: name ?? source.name, slug: slug ?? source.slug });
  if (name !== undefined || slug !== undefined) note('Source Modified', subjectOf(source), call);
  if (given['settings'] !== undefined) {
    storeSettings(source, settings, rules);
    note('Source Settings Modified', subjectOf(source), call);
  }
  if (enabled !== undefined && enabled !== source.enabled) {
    source.enabled = enabled;
    note(enabled ? 'Source Enabled' : 'Source Disabled', subjectOf(source), call);
  }
  return { data: { source: answer(source, call) } };
}

const HOW = { versions: STABLE };

export const sourceRoutes = [
  serve('GET /sources', { ...HOW, isPaged: true }, (call) => ({
    data: pageOf(
      'sources',
      call.state.sources.map((source) => answer(source, call)),
      call.request,
    ),
  })),
  serve('POST /sources', HOW, create),
  serve('GET /sources/{sourceId}', HOW, (call) => ({ data: { source: answer(find(call), call) } })),
  serve('PATCH /sources/{sourceId}', HOW, update),
  serve('DELETE /sources/{sourceId}', HOW, (call) => {
    const source = find(call);
    removeSource(call.state, source.id);
    note('Source Deleted', subjectOf(source), call);
    return { data: { status: 'SUCCESS' } };
  }),
  serve('GET /sources/{sourceId}/connected-destinations', { ...HOW, isPaged: true }, (call) => {
    const source = find(call);
    const connected = call.state.destinations.filter(({ sourceId }) => sourceId === source.id);
    return { data: pageOf('destinations', connected.map(answerDestination), call.request) };
  }),
];

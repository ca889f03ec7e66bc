/** Destinations: where records go, each of one source. */
import { nextHex } from '../engine/random.ts';
import { note } from './audit.ts';
import type { Subject } from './audit.ts';
import { DESTINATION_KIND } from './catalog.ts';
import { describe } from './catalog-routes.ts';
import { missing, unfit } from './envelope.ts';
import { readFields } from './fields.ts';
import { pageOf } from './paging.ts';
import { removeDestination } from './removal.ts';
import { STABLE, serve } from './serve.ts';
import type { Answer, Call } from './serve.ts';
import { checkSettings, secretsOf, settingsIn, upsert } from './settings.ts';
import type { DestinationState, Settings } from './state.ts';

const RULES = { kind: DESTINATION_KIND, keepsUndeclared: false };

/** Unlike a source, a destination shows how a secret of it ends. */
function shown(settings: Settings): Settings {
  const secrets = secretsOf(RULES);
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      secrets.includes(name) ? `${'•'.repeat(16)}${String(value).slice(-4)}` : value,
    ]),
  );
}

export function answer({ settings, metadataId: _id, ...destination }: DestinationState): Record<string, unknown> {
  return { ...destination, metadata: describe(DESTINATION_KIND), settings: shown(settings) };
}

/** The destination of a path. Throws 404. */
export function findDestination({ request, state }: Call): DestinationState {
  const { destinationId = '' } = request.params;
  const destination = state.destinations.find(({ id }) => id === destinationId);
  if (destination === undefined) throw missing('destination', destinationId);
  return destination;
}

function subjectOf({ id, name }: DestinationState): Subject {
  return { type: 'destination', id, name };
}

function create(call: Call): Answer {
  const { request, state, context } = call;
  const given = readFields(request.body, {
    ...{ sourceId: 'text', metadataId: 'text', enabled: 'boolean?', name: 'string?', settings: 'record' },
  });
  const { sourceId, metadataId, name, enabled } = given as Record<'sourceId' | 'metadataId', string> & {
    name?: string;
    enabled?: boolean;
  };
  if (!state.sources.some(({ id }) => id === sourceId)) throw unfit('sourceId', `There is no source ${sourceId}.`);
  if (metadataId !== DESTINATION_KIND.id) throw unfit('metadataId', `There is no destination metadata ${metadataId}.`);
  const settings = settingsIn(given);
  checkSettings(settings, RULES);
  const destination: DestinationState = {
    id: nextHex(context.world).slice(0, 24),
    ...{ name: name ?? DESTINATION_KIND.name, enabled: enabled ?? true, metadataId, sourceId },
    settings: upsert({}, settings),
  };
  state.destinations.push(destination);
  note('Destination Created', subjectOf(destination), call);
  return { data: { destination: answer(destination) } };
}

function update(call: Call): Answer {
  const destination = findDestination(call);
  const given = readFields(call.request.body, { name: 'string?', enabled: 'boolean?', settings: 'record?' });
  const { name = destination.name, enabled = destination.enabled } = given as { name?: string; enabled?: boolean };
  const settings = settingsIn(given);
  checkSettings(settings, RULES);
  Object.assign(destination, { name, enabled, settings: upsert(destination.settings, settings) });
  note('Destination Modified', subjectOf(destination), call);
  return { data: { destination: answer(destination) } };
}

const HOW = { versions: STABLE };

export const destinationRoutes = [
  serve('GET /destinations', { ...HOW, isPaged: true }, ({ request, state }) => ({
    data: pageOf('destinations', state.destinations.map(answer), request),
  })),
  serve('POST /destinations', HOW, create),
  serve('GET /destinations/{destinationId}', HOW, (call) => ({ data: { destination: answer(findDestination(call)) } })),
  serve('PATCH /destinations/{destinationId}', HOW, update),
  serve('DELETE /destinations/{destinationId}', HOW, (call) => {
    const destination = findDestination(call);
    removeDestination(call.state, destination.id);
    note('Destination Deleted', subjectOf(destination), call);
    return { data: { status: 'SUCCESS' } };
  }),
];

import { BIGQUERY_METADATA, PROJECT } from './names.ts';
import type { Ask } from './owner.ts';
import type { Simulation } from './simulation.ts';

/** What connects a model with a destination, by their ids. */
export interface Mapping {
  readonly model: string;
  readonly destination: string;
  readonly subscription: string;
}

export interface MappingExtras {
  readonly query?: string;
  /** `{strategy, config}`; by hand alone, if nothing is said. */
  readonly schedule?: unknown;
  /** What else is said of the model. */
  readonly model?: Readonly<Record<string, unknown>>;
  /** What else is said of the subscription. */
  readonly subscription?: Readonly<Record<string, unknown>>;
}

/** The workspace's owner, who does in Segment by hand what the action then finds. */
export interface WorkspaceOwner {
  /** A BigQuery source; returns its id. */
  source(settings: Readonly<Record<string, unknown>>, more?: Readonly<Record<string, unknown>>): Promise<string>;
  /** A model of the source, a destination, and what connects them. */
  mapping(sourceId: string, more?: MappingExtras): Promise<Mapping>;
}

/** A request to Segment as the workspace's owner, which answers what stands under `data`, and throws unless it was granted. */
export function askSegmentAs(asWorkspaceOwner: Simulation['asWorkspaceOwner']): Ask {
  return async (method, path, body) => {
    const reply = await asWorkspaceOwner(method, path, body);
    if (reply.status >= 300)
      throw new Error(`${method} ${path}: ${String(reply.status)} ${JSON.stringify(reply.body)}`);
    return (reply.body as { data: Record<string, unknown> }).data;
  };
}

/** @param env - that the simulator printed */
export function workspaceOwnerOf(ask: Ask, env: () => Readonly<Record<string, string>>): WorkspaceOwner {
  const make = async (member: string, path: string, body: unknown): Promise<string> =>
    ((await ask('POST', path, body))[member] as { id: string }).id;
  return {
    source: (settings, more = {}) =>
      make('source', '/sources', {
        ...{ slug: 'bigquery', enabled: true, metadataId: BIGQUERY_METADATA, disconnectAllWarehouses: true },
        settings,
        ...more,
      }),
    mapping: async (sourceId, { query = `SELECT id FROM \`${PROJECT}.sales.orders\``, schedule, ...more } = {}) => {
      const model = await make('reverseEtlModel', '/reverse-etl-models', {
        ...{ sourceId, name: 'Orders', description: ' ', enabled: true, query, queryIdentifierColumn: 'id' },
        ...more.model,
      });
      const destination = await make('destination', '/destinations', {
        ...{ sourceId, metadataId: env()['SIMULATOR_SEGMENT_DESTINATION_METADATA'], enabled: true },
        ...{ name: 'CRM', settings: { apiKey: 'key-of-the-crm-1234' } },
      });
      const subscription = await make('destinationSubscription', `/destinations/${destination}/subscriptions`, {
        ...{ name: 'Upsert', actionId: env()['SIMULATOR_SEGMENT_ACTION'], trigger: 'event = "new"' },
        ...{ enabled: true, settings: { email: { '@path': '$.properties.email' } }, modelId: model },
        ...more.subscription,
      });
      if (schedule !== undefined)
        await ask('PATCH', `/destinations/${destination}/subscriptions/${subscription}`, {
          input: { reverseETLSchedule: schedule },
        });
      return { model, destination, subscription };
    },
  };
}

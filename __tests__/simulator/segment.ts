import { BIGQUERY } from '../../simulator/segment/catalogue.ts';
import { PROJECT } from './world.ts';
import type { Answer, Lab } from './world.ts';

/** What a request to Segment may have besides its body. */
export interface Asking {
  readonly version?: 'v1' | 'v1beta' | 'v1alpha';
  readonly role?: 'owner' | 'member' | 'nobody';
  readonly headers?: Readonly<Record<string, string>>;
}

/** Segment's Public API, and what people have in it. */
export interface SegmentLab {
  /** As the workspace's owner, in alpha, which every call knows. */
  ask(on: string, body?: unknown, asking?: Asking): Promise<Answer>;
  /** What stands under `data` in an answer that was granted. */
  data(on: string, body?: unknown, asking?: Asking): Promise<Record<string, unknown>>;
  /** `STATUS TYPE FIELD` of a refusal, else the status. */
  refusal(on: string, body?: unknown, asking?: Asking): Promise<string>;
  /** A BigQuery source; returns its id. */
  source(settings: Readonly<Record<string, unknown>>, more?: Readonly<Record<string, unknown>>): Promise<string>;
  /** A model of the source, a destination, and what connects them; returns their ids. */
  mapping(sourceId: string, more?: MappingExtras): Promise<MappingIds>;
  /** The source as the world shows it. */
  shown(sourceId: string): Promise<Record<string, unknown>>;
}

export interface MappingExtras {
  readonly query?: string;
  readonly schedule?: unknown;
}

export interface MappingIds {
  readonly model: string;
  readonly destination: string;
  readonly subscription: string;
}

export function segmentLab(at: Lab): SegmentLab {
  const tokens = (): Record<string, string> => ({
    owner: at.env['SIMULATOR_SEGMENT_TOKEN'] ?? '',
    member: at.env['SIMULATOR_SEGMENT_MEMBER_TOKEN'] ?? '',
    nobody: 'sgp_nobody',
  });
  const ask: SegmentLab['ask'] = (on, body, { version = 'v1alpha', role = 'owner', headers = {} } = {}) => {
    const type = `application/vnd.segment.${version}+json`;
    return at.send(on, body, {
      token: tokens()[role] ?? '',
      headers: { 'content-type': type, accept: type, ...headers },
    });
  };
  const data: SegmentLab['data'] = async (on, body, asking) => {
    const answer = await ask(on, body, asking);
    if (answer.status >= 300) throw new Error(`${on}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    return answer.body['data'] as Record<string, unknown>;
  };
  const made = async (member: string, on: string, body: unknown): Promise<string> =>
    ((await data(on, body))[member] as { id: string }).id;
  return {
    ask,
    data,
    refusal: async (on, body, asking) => {
      const answer = await ask(on, body, asking);
      const [error] = (answer.body['errors'] ?? []) as { type: string; field?: string }[];
      return [answer.status, error?.type, error?.field].filter((part) => part !== undefined).join(' ');
    },
    source: (settings, more = {}) =>
      made('source', 'POST /sources', {
        ...{ slug: 'bigquery', enabled: true, metadataId: BIGQUERY, disconnectAllWarehouses: true },
        settings,
        ...more,
      }),
    mapping: async (sourceId, { query = `SELECT id FROM \`${PROJECT}.sales.orders\``, schedule } = {}) => {
      const model = await made('reverseEtlModel', 'POST /reverse-etl-models', {
        ...{ sourceId, name: 'Orders', description: ' ', enabled: true, query, queryIdentifierColumn: 'id' },
      });
      const destination = await made('destination', 'POST /destinations', {
        ...{ sourceId, metadataId: at.env['SIMULATOR_SEGMENT_DESTINATION_METADATA'], enabled: true },
        ...{ name: 'CRM', settings: { apiKey: 'key-of-the-crm-1234' } },
      });
      const subscription = await made('destinationSubscription', `POST /destinations/${destination}/subscriptions`, {
        ...{ name: 'Upsert', actionId: at.env['SIMULATOR_SEGMENT_ACTION'], trigger: 'event = "new"' },
        ...{ enabled: true, settings: { email: { '@path': '$.properties.email' } }, modelId: model },
      });
      if (schedule !== undefined)
        await data(`PATCH /destinations/${destination}/subscriptions/${subscription}`, {
          input: { reverseETLSchedule: schedule },
        });
      return { model, destination, subscription };
    },
    shown: async (sourceId) => {
      const { body } = await at.send('GET /_simulator/world');
      const { sources } = body['segment'] as { sources: { id: string }[] };
      return sources.find(({ id }) => id === sourceId) as unknown as Record<string, unknown>;
    },
  };
}

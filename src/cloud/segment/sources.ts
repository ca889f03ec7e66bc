import { flagOf, idOf, objectIn, optionalText, textOf } from './fields.ts';
import { path } from './ask.ts';
import type { AskSegment, Listing } from './ask.ts';
import { orAbsent } from '../call.ts';
import { publicHalfOf } from '../google/public-half.ts';

/** Sources of Segment. Of their settings only the location leaves this file, and who could read which private key. */

/** A source, as far as anybody here needs to know it. */
export interface Source extends ListedSource {
  readonly name: string | undefined;
  readonly location: string | undefined;
  /** Whether its settings were told at all. */
  readonly showsSettings: boolean;
  /** Settings that show a private key in clear text. */
  readonly exposed: readonly Exposed[];
}

/** A source in a list of everybody's. */
export interface ListedSource {
  readonly id: string;
  readonly slug: string;
  readonly enabled: boolean;
  /** Id of its kind in the catalog. */
  readonly metadataId: string;
}

/** A private key that anybody can read who may read the source. */
export interface Exposed {
  readonly setting: string;
  /** Its public half: SPKI, DER, base64. */
  readonly publicKey: string;
}

/** What a new source is made with. It is disabled, and sends to no warehouse. */
export interface NewSource {
  readonly slug: string;
  readonly metadataId: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What is changed of a source; of settings those that are named, and null takes one away. */
export interface SourcePatch {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The calls about sources. Writes of a chosen state may be repeated; a creation never is. */
export interface SourceCalls {
  /** undefined = there is none with this id, in the words of Segment. */
  readonly source: (id: string) => Promise<Source | undefined>;
  readonly create: (made: NewSource) => Promise<Source>;
  /** @param onSend - told each time the request is sent: a repeated one may go over what others wrote in between */
  readonly patch: (id: string, change: SourcePatch, onSend?: () => void) => Promise<Source>;
  /** One that is gone already is as good as deleted. */
  readonly remove: (id: string) => Promise<void>;
}

export const listing: Listing<ListedSource> = {
  call: 'list the sources of the workspace in Segment',
  asking: { path: '/sources' },
  part: 'sources',
  pick: listed,
};

export function sourceCalls(ask: AskSegment): SourceCalls {
  const picked = (data: Record<string, unknown>): Source => pick(objectIn(data, 'source'));
  return {
    source: (id) =>
      orAbsent(ask({ call: `read the source ${id} in Segment`, repeatable: true }, at('GET', id), picked)),
    create: ({ slug, metadataId, settings }) => {
      const body = { slug, enabled: false, metadataId, disconnectAllWarehouses: true, settings };
      const call = `create the source ${slug} in Segment`;
      return ask({ call, repeatable: false }, { method: 'POST', path: '/sources', body }, picked);
    },
    patch: (id, change, onSend) => {
      const call = `change the source ${id} in Segment`;
      return ask({ call, repeatable: true, onSend }, { ...at('PATCH', id), body: { ...change } }, picked);
    },
    remove: async (id) => {
      const call = `delete the source ${id} in Segment`;
      await orAbsent(ask({ call, repeatable: true }, at('DELETE', id), () => undefined));
    },
  };
}

function at<M extends 'GET' | 'PATCH' | 'DELETE'>(method: M, id: string): { method: M; path: string } {
  return { method, path: path`/sources/${id}` };
}

function listed(source: Record<string, unknown>): ListedSource {
  return {
    id: idOf('source', source, 'id'),
    slug: textOf('source', source, 'slug'),
    enabled: flagOf('source', source, 'enabled'),
    metadataId: idOf('source', objectIn(source, 'metadata'), 'id'),
  };
}

function pick(source: Record<string, unknown>): Source {
  const settings = objectIn(source, 'settings');
  return {
    ...listed(source),
    name: optionalText(source, 'name'),
    location: locationIn(settings),
    showsSettings: 'settings' in source,
    exposed: Object.entries(settings).flatMap(([setting, value]) =>
      publicHalvesIn(value).map((publicKey) => ({ setting, publicKey })),
    ),
  };
}

/** People paste a key file into the wrong field: what is no name of a location does not leave this file. */
function locationIn(settings: Record<string, unknown>): string | undefined {
  const found = optionalText(settings, 'location');
  return found === undefined || /^[A-Za-z0-9-]{1,64}$/.test(found) ? found : 'no name of a location';
}

const PEM = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]{1,10000}?-----END (?:RSA )?PRIVATE KEY-----/g;

/** The public halves of all private keys that stand in a value in clear text, however it is nested and escaped. */
function publicHalvesIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(publicHalvesIn);
  if (typeof value !== 'string') return [];
  const unescaped = value.replaceAll(/(?<!\\)\\+n/g, '\n');
  return (unescaped.match(PEM) ?? []).flatMap((pem) => publicHalfOf(pem) ?? []);
}

/** The catalog, as far as anybody can look into it, and the workspace. */
import { DESTINATION_KIND, sourceKinds } from './catalog.ts';
import type { Kind } from './catalog.ts';
import { missing } from './envelope.ts';
import { pageOf } from './paging.ts';
import { STABLE, serve } from './serve.ts';

/** A kind as the catalog tells of it: nothing says which option is a secret. */
export function describe({ options, ...kind }: Kind): Record<string, unknown> {
  const logo = `https://cdn.filepicker.io/api/file/${kind.id}`;
  return {
    ...kind,
    logos: { default: logo, alt: null, mark: logo },
    options: options.map(({ isSecret: _untold, ...option }) => option),
    status: 'PUBLIC',
  };
}

export function describeSource(kind: Kind): Record<string, unknown> {
  return { ...describe(kind), isCloudEventSource: false };
}

const HOW = { versions: STABLE };

export const catalogRoutes = [
  serve('GET /catalog/sources', { ...HOW, isPaged: true }, ({ request, state }) => ({
    data: pageOf('sourcesCatalog', sourceKinds(state.catalog).map(describeSource), request),
  })),
  serve('GET /catalog/sources/{metadataId}', HOW, ({ request: { params }, state }) => {
    const { metadataId = '' } = params;
    const kind = sourceKinds(state.catalog).find(({ id }) => id === metadataId);
    if (kind === undefined) throw missing('source metadata', metadataId);
    return { data: { sourceMetadata: describeSource(kind) } };
  }),
  serve('GET /catalog/destinations', { ...HOW, isPaged: true }, ({ request }) => ({
    data: pageOf('destinationsCatalog', [describe(DESTINATION_KIND)], request),
  })),
  serve('GET /catalog/destinations/{metadataId}', HOW, ({ request: { params } }) => {
    const { metadataId = '' } = params;
    if (metadataId !== DESTINATION_KIND.id) throw missing('destination metadata', metadataId);
    return { data: { destinationMetadata: describe(DESTINATION_KIND) } };
  }),
  serve('GET /', HOW, ({ state }) => ({ data: { workspace: { ...state.workspace } } })),
];

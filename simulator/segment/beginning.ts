/** Segment as a world begins with it: a workspace with somebody else's source, and a token of each role. */
import { WEBSITE } from './catalog.ts';
import type { SegmentState } from './state.ts';

export type TokenRole = 'owner' | 'member';

/** By the variable that holds it in what a simulator prints when it is ready. Neither ever ends. */
export const SEGMENT_TOKENS: Readonly<Record<string, { readonly token: string; readonly role: TokenRole }>> = {
  SIMULATOR_SEGMENT_TOKEN: { token: 'sgp_simulatedTokenOfAnOwner3f81c60b', role: 'owner' },
  SIMULATOR_SEGMENT_MEMBER_TOKEN: { token: 'sgp_simulatedTokenOfAMember90d2e7a4', role: 'member' },
};

export const WORKSPACE = { id: '9aQ1Lj62S4bomZKLF4DPqW', name: 'Acme', slug: 'acme' };

export function beginSegment(): SegmentState {
  return {
    workspace: { ...WORKSPACE },
    catalog: 'string',
    sources: [
      {
        id: 'rh5BDZp6QDHvXFCkibm1pR',
        slug: 'website',
        name: 'Website',
        enabled: true,
        metadataId: WEBSITE,
        writeKey: 'sim7WriteKeyOfTheWebsite4bX2',
        settings: { apiHost: 'cdn.acme.example' },
        keys: [],
      },
    ],
    destinations: [],
    models: [],
    subscriptions: [],
    syncs: [],
    events: [],
  };
}

import type { Examination, Resource } from '../../engine/resource.ts';
import type { ModelOptions } from './options.ts';

/** What was found, and what is to be said of it. */
export interface Searched {
  readonly examine: () => Examination<never>;
}

/** Compares nothing itself: each model that it finds becomes a resource of the same plan. */
export function segmentModels(options: ModelOptions): Resource<Searched, never> {
  return {
    address: options.address,
    want: 'unmanaged',
    read: async () => {
      if (!options.side.isAsked) return undefined;
      const { examineFound, search } = await import('./search.ts'); // Few runs publish models.
      const found = await search(options);
      return { examine: () => examineFound(options, found) };
    },
    examine: (live) => live?.examine() ?? NOT_LOOKED_AT,
    change: () => Promise.resolve(undefined),
  };
}

const NOT_LOOKED_AT: Examination<never> = {
  differences: [],
  diagnostics: [
    {
      ...{ severity: 'unseen', code: 'segment-model.unread' },
      because: 'the models in Segment were not looked at: no segment_token was given',
    },
  ],
  remark: 'not looked at: no segment_token',
  isPartial: true,
};

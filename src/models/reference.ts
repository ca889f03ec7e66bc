import type { Mapping as SegmentMapping } from '../cloud/segment/mappings.ts';
import type { Model as SegmentModel } from '../cloud/segment/models.ts';
import type { MaybeRunning, Running } from '../destinations/segment/running.ts';
import type { BaseReference } from './base.ts';
import type { Reference, ReferenceModel, Users } from './reference-model.ts';

/** What models are compared with: what runs in Segment, and beside it the commit that this run changes. Pure. */

/** The models of a commit, or why there are none. */
export type Based = BaseReference | { readonly whyNot: string };

/** What there is to compare with. */
export interface ComparedWith extends Reference {
  /** All that is to be said of what it is, and of what it is not. */
  readonly words: string;
  /** Whether a model that is not in it is a new one. */
  readonly knows: (model: { readonly isCompiled: boolean }) => boolean;
}

export type MaybeCompared = ComparedWith | { readonly whyNot: string };

/** Who was not asked knows nothing: mappings of a commit are what Segment says of the model of that name. */
export function referenceOf(based: Based, running: MaybeRunning | undefined): MaybeCompared {
  if (running === undefined) return baseAlone(based, 'Segment was not asked (no segment_token was given)');
  if ('whyNot' in running) {
    if (running.fault !== 'none') return baseAlone(based, `Segment could not be read (${running.whyNot})`);
    return baseAlone(based, running.whyNot, []);
  }
  const live = namesOf(running.models).map((name) => liveModel(name, running));
  const base = 'whyNot' in based ? [] : based.models;
  const places = new Map(base.map(({ name, place }) => [name, place]));
  const known = new Set(live.map(({ name }) => name));
  const what = `what runs in Segment (${running.slug})`;
  return {
    what: 'whyNot' in based ? what : based.what,
    words: 'whyNot' in based ? what : `${what}, and ${based.what}`,
    models: [
      ...live.map((one) => ({ ...one, place: places.get(one.name) })),
      // A model that is not in Segment has no mapping.
      ...base.filter(({ name }) => !known.has(name)).map((one) => ({ ...one, mappings: [] })),
    ],
    knows: () => true,
  };
}

/** @param users - of every model, where that is known */
function baseAlone(based: Based, caveat: string, users: Users = { whyNot: caveat }): MaybeCompared {
  if ('whyNot' in based) return { whyNot: `${based.whyNot}; ${caveat}` };
  return {
    what: based.what,
    words: `${based.what} alone: ${caveat}`,
    models: based.models.map((one) => ({ ...one, mappings: users })),
    // A base without its manifest tells nothing of dbt models.
    knows: ({ isCompiled }) => !isCompiled || based.hasManifest,
  };
}

function namesOf(models: readonly SegmentModel[]): string[] {
  return [...new Set(models.map(({ name }) => name))];
}

/** Segment lets several models have one name: the mappings of all of them count, and the first that syncs is what runs. */
function liveModel(name: string, { models, mappings }: Running): ReferenceModel {
  const same = models.filter((one) => one.name === name);
  const running = same.find(({ isEnabled }) => isEnabled !== false) ?? same[0];
  const ids = same.map(({ id }) => id);
  return {
    name,
    query: running?.query,
    identifier: running?.identifier,
    enabled: running?.isEnabled !== false,
    place: undefined,
    mappings:
      'whyNot' in mappings
        ? { whyNot: `Segment could not be read (${mappings.whyNot})` }
        : mappings.filter(({ modelId }) => ids.includes(modelId)).map(mappingOf),
  };
}

function mappingOf(mapping: SegmentMapping): Exclude<Users, { whyNot: string }>[number] {
  const { columns, destination, isDestinationEnabled, isEnabled, name, syncsAMonth } = mapping;
  return { name, destination, enabled: isEnabled && isDestinationEnabled, columns, syncsAMonth };
}

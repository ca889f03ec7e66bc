import type { Refusal } from '../../errors/diagnostic.ts';
import type { Difference } from '../../engine/resource.ts';

/** Where the data lies that models read. One source of Segment has one location: all of it must lie there. Pure. */

/** A dataset that models read, and where it lies. */
export interface Source {
  /** `project.dataset` */
  readonly name: string;
  readonly location: string | undefined;
  /** Why that could not be found out. */
  readonly why: string | undefined;
}

/** BigQuery spells locations in either case. */
export function isSameLocation(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The one location of all sources; undefined where there is none, or more than one. */
export function commonLocation(sources: readonly Source[]): string | undefined {
  const [only, ...others] = [...byLocation(sources).keys()];
  return others.length === 0 ? only : undefined;
}

/** Sources that lie elsewhere than the state dataset, or than one another. */
export function diffSources(sources: readonly Source[], location: string | undefined): Difference[] {
  const places = byLocation(sources);
  const [only, ...others] = [...places.keys()];
  const isApart =
    others.length > 0 || (only !== undefined && location !== undefined && !isSameLocation(only, location));
  if (!isApart) return [];
  const desired = location ?? 'one location';
  return [{ field: 'location of source_datasets', live: spell(places), desired, kind: 'changed', phase: 'grant' }];
}

/** Names every place with its datasets, and the ways out. */
export function refuseSources(sources: readonly Source[], location: string | undefined): Refusal[] {
  const unknown = sources.filter((source) => source.location === undefined);
  const refusals: Refusal[] =
    location === undefined && unknown.length > 0
      ? [
          {
            attempted: 'find the location in source_datasets',
            because: unknown.map(({ name, why }) => `${name}: ${why ?? 'unknown'}`).join('; '),
            remedy: 'Check their names, give this workflow bigquery.datasets.get on them, or set location.',
          },
        ]
      : [];
  if (diffSources(sources, location).length === 0) return refusals;
  const places = byLocation(sources);
  const kinds = [...places.keys(), location ?? ''].some((place) => place.length === 2)
    ? ' A multi-region and a region are different places, even if one lies within the other.'
    : '';
  return [
    ...refusals,
    {
      attempted: `read source_datasets ${location === undefined ? 'from one place' : `in ${location}`}`,
      because: `they lie in ${spell(places)}, and one source of Segment has one location.${kinds}`,
      remedy:
        'Leave the datasets of other locations out, and give each location a source of its own, with its own account_id; or ' +
        'copy the data (a scheduled copy of the dataset) to where the rest lies.',
    },
  ];
}

/** Sources that could not be looked at while the location is known without them. */
export function warnSources(sources: readonly Source[], location: string | undefined): string[] {
  if (location === undefined) return [];
  return sources
    .filter((source) => source.location === undefined)
    .map(({ name, why }) => `where ${name} lies could not be found out (${why ?? 'unknown'})`);
}

function byLocation(sources: readonly Source[]): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const { name, location } of sources) {
    if (location === undefined) continue;
    const place = [...places.keys()].find((known) => isSameLocation(known, location)) ?? location;
    places.set(place, [...(places.get(place) ?? []), name]);
  }
  return places;
}

/** `EU: a.one, a.two; US: b.three` */
function spell(places: ReadonlyMap<string, readonly string[]>): string {
  return [...places].map(([location, names]) => `${location}: ${names.join(', ')}`).join('; ');
}

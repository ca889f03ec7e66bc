import { isSameLocation } from '../../cloud/google/datasets.ts';
import type { Dataset, Source } from '../../cloud/google/datasets.ts';
import type { Difference } from '../../engine/resource.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import type { StateDatasetChange, StateDatasetDesign, StateDatasetLive } from './design.ts';

/** Where the state dataset lies, or is to lie: it never moves, and it is never put anywhere by default. Pure. */

/** What is asked for, else where the data lies that models read; undefined = nobody says. */
export function wantedLocation(
  { location }: Pick<StateDatasetDesign, 'location'>,
  sources: readonly Source[],
): string | undefined {
  return location ?? commonLocation(sources);
}

/** The one location of all sources; undefined where there is none, or more than one. */
export function commonLocation(sources: readonly Source[]): string | undefined {
  const [only, ...others] = [...byLocation(sources).keys()];
  return others.length === 0 ? only : undefined;
}

/** Sources by where they lie; those of unknown location are left out. */
export function byLocation(sources: readonly Source[]): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const { name, location } of sources) {
    if (location === undefined) continue;
    const place = [...places.keys()].find((known) => isSameLocation(known, location)) ?? location;
    places.set(place, [...(places.get(place) ?? []), name]);
  }
  return places;
}

/** Where it lies, and should not. */
function mismatch(dataset: Dataset | undefined, wanted: string | undefined): string | undefined {
  const location = dataset?.location ?? undefined;
  return location === undefined || wanted === undefined || isSameLocation(location, wanted) ? undefined : location;
}

/** The one thing compared where Segment creates the dataset itself. */
export function diffLocation(
  design: StateDatasetDesign,
  { dataset, sources }: StateDatasetLive,
): Difference<StateDatasetChange>[] {
  const wanted = wantedLocation(design, sources);
  const live = mismatch(dataset, wanted);
  if (live === undefined || wanted === undefined) return [];
  return [
    {
      code: 'state-dataset.elsewhere',
      ...{ field: 'location', live, desired: wanted, kind: 'changed' },
      ...{ phase: 'grant', makes: 'updated', change: { move: wanted } },
    },
  ];
}

export function refuseLocation(
  design: StateDatasetDesign,
  { dataset, sources }: Pick<StateDatasetLive, 'dataset' | 'sources'>,
): Problem[] {
  const wanted = wantedLocation(design, sources);
  const live = mismatch(dataset, wanted);
  if (live !== undefined && wanted !== undefined) return [elsewhere(design, live, wanted)];
  return dataset === undefined && wanted === undefined && design.want === 'present' ? [nowhere(design)] : [];
}

function elsewhere({ address, names }: StateDatasetDesign, live: string, wanted: string): Problem {
  const kinds = live.length === 2 || wanted.length === 2 ? ' A multi-region and a region are different places.' : '';
  return {
    severity: 'error',
    code: 'state-dataset.elsewhere',
    subject: address,
    attempted: `use the dataset ${names.stateDataset} in ${wanted}`,
    because: `it is in ${live}, and BigQuery never moves a dataset.${kinds}`,
    remedy:
      `Set location: ${live} (and the same in Segment's Data Location field), if the data that your models read is there. ` +
      `If it is in ${wanted}, run mode destroy with delete_dataset: true, then apply: Segment will send every record again.`,
  };
}

function nowhere({ address, names }: StateDatasetDesign): Problem {
  return {
    severity: 'error',
    code: 'state-dataset.no-location',
    subject: address,
    attempted: `choose a location for the dataset ${names.stateDataset}`,
    because: 'no location was given, the dataset does not exist yet, and BigQuery never moves a dataset',
    remedy:
      'Set location to where the data is that your models read, for example US, EU or europe-west1; or name those datasets ' +
      'in source_datasets, so that the location can be inferred.',
  };
}

/** Sources whose location could not be read, while the location is known without them. */
export function noteSources(sources: readonly Source[], location: string | undefined): Notice[] {
  if (location === undefined) return [];
  return unlocated(sources).map(({ name, why }) => ({
    severity: 'warning',
    code: 'source-datasets.unlocated',
    because: `the location of ${name} could not be read (${why ?? 'unknown'})`,
  }));
}

export function unlocated(sources: readonly Source[]): Source[] {
  return sources.filter((source) => source.location === undefined);
}

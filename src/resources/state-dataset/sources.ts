import { isSameLocation } from '../../cloud/google/datasets.ts';
import type { Difference } from '../../engine/resource.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import type { StateDatasetChange, StateDatasetDesign, StateDatasetLive } from './design.ts';
import { byLocation, unlocated } from './location.ts';

/** Where the data lies that models read. One source of Segment has one location: all of it must lie there. Pure. */

/** The location that sources are held against: the input, else where the state dataset lies already. */
function measure({ location }: StateDatasetDesign, { dataset }: StateDatasetLive): string | undefined {
  return location ?? dataset?.location ?? undefined;
}

/** Whether sources lie elsewhere than the state dataset, or than one another. */
function areApart(design: StateDatasetDesign, live: StateDatasetLive): boolean {
  const location = measure(design, live);
  const [only, ...others] = [...byLocation(live.sources).keys()];
  return others.length > 0 || (only !== undefined && location !== undefined && !isSameLocation(only, location));
}

export function diffSources(design: StateDatasetDesign, live: StateDatasetLive): Difference<StateDatasetChange>[] {
  if (!areApart(design, live)) return [];
  const desired = measure(design, live) ?? 'one location';
  return [
    {
      code: 'source-dataset.elsewhere',
      ...{ field: 'location of source_datasets', live: spelled(live), desired, kind: 'changed' },
      ...{ phase: 'grant', makes: 'updated', change: { move: desired } },
    },
  ];
}

/** Names every place with its datasets, and the ways out. */
export function refuseSources(design: StateDatasetDesign, live: StateDatasetLive): Problem[] {
  const isLost = measure(design, live) === undefined && unlocated(live.sources).length > 0;
  return [...(isLost ? [lost(design, live)] : []), ...(areApart(design, live) ? [apart(design, live)] : [])];
}

function lost({ address }: StateDatasetDesign, { sources }: StateDatasetLive): Problem {
  return {
    severity: 'error',
    code: 'source-datasets.unlocated',
    subject: address,
    attempted: 'infer the location from source_datasets',
    because: unlocated(sources)
      .map(({ name, why }) => `${name}: ${why ?? 'unknown'}`)
      .join('; '),
    remedy: "Check their names, grant this workflow's identity bigquery.datasets.get on them, or set location.",
  };
}

function apart(design: StateDatasetDesign, live: StateDatasetLive): Problem {
  const location = measure(design, live);
  const kinds = [...byLocation(live.sources).keys(), location ?? ''].some((place) => place.length === 2)
    ? ' A multi-region and a region are different places, even if one is within the other.'
    : '';
  return {
    severity: 'error',
    code: 'source-datasets.apart',
    subject: design.address,
    attempted: `use source_datasets ${location === undefined ? 'in one location' : `in ${location}`}`,
    because: `they are in ${spelled(live)}, and one source of Segment has one location.${kinds}`,
    remedy:
      'Leave the datasets of other locations out, and give each location a source of its own, with its own account_id; or ' +
      'copy the data (a scheduled copy of the dataset) to where the rest is.',
  };
}

/** `EU: a.one, a.two; US: b.three` */
function spelled({ sources }: StateDatasetLive): string {
  return [...byLocation(sources)].map(([location, names]) => `${location}: ${names.join(', ')}`).join('; ');
}

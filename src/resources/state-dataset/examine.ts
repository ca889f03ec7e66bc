import { isPlainWriter } from '../../cloud/google/access-entries.ts';
import type { Dataset } from '../../cloud/google/datasets.ts';
import type { Difference, Examination } from '../../engine/resource.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { markOf } from '../../ownership/dataset-label.ts';
import { unconfirmed, unmarked } from '../../ownership/mark.ts';
import { distinct } from '../distinct.ts';
import { entriesOf, grantedEntry, inOneWrite, leftoverEntries, revokedEntry } from '../entries.ts';
import type { StateDatasetChange, StateDatasetDesign, StateDatasetLive } from './design.ts';
import { hazards } from './hazards.ts';
import { diffLocation, noteSources, refuseLocation, wantedLocation } from './location.ts';
import { diffAbsent, noteLeft, refuseAbsent } from './removal.ts';
import { diffSources, refuseSources } from './sources.ts';
import { refuseType } from './type.ts';
import { countedMark, diffStrangers, noteReaders } from './strangers.ts';

/** What is to be said of a state dataset. Pure. */

type DatasetDifference = Difference<StateDatasetChange>;

/** What is known where nothing was read. */
export const NOTHING: StateDatasetLive = {
  ...{ dataset: undefined, owner: undefined, isOurs: true, sources: [], principal: undefined },
};

export function examineStateDataset(
  design: StateDatasetDesign,
  live: StateDatasetLive = NOTHING,
): Examination<StateDatasetChange> {
  const location = live.dataset?.location ?? wantedLocation(design, live.sources);
  return {
    ...(design.want === 'absent' ? examineAbsent(design, live) : examinePresent(design, live, location)),
    isThere: live.dataset !== undefined,
    outputs: { location: location ?? '' },
  };
}

type Examined = Pick<Examination<StateDatasetChange>, 'differences' | 'diagnostics'>;

function examineAbsent(design: StateDatasetDesign, live: StateDatasetLive): Examined {
  return {
    differences: diffAbsent(design, live),
    diagnostics: [...refuseAbsent(design, live), ...noteLeft(design, live)],
  };
}

function examinePresent(design: StateDatasetDesign, live: StateDatasetLive, location: string | undefined): Examined {
  const isManaged = design.want === 'present';
  const differences = [
    ...diffSources(design, live),
    ...diffLocation(design, live),
    ...(isManaged ? diffPresent(design, live) : []),
    ...(live.dataset === undefined ? [] : diffStrangers(design, live)),
  ];
  return {
    differences: distinct(differences),
    diagnostics: [
      ...refusePresent(design, live),
      ...note(design, live),
      ...noteReaders(design, live),
      ...noteSources(live.sources, location),
    ],
  };
}

/** Where it should be there, with our entry. */
function diffPresent(design: StateDatasetDesign, live: StateDatasetLive): DatasetDifference[] {
  const { dataset } = live;
  const access = diffAccess(design, dataset);
  // What is there is changed in one write; a dataset is created without waiting for what a grant stands on.
  if (dataset !== undefined) return inOneWrite([...diffOwner(design, live), ...access], design.grantAfter);
  return [missing(design, live), ...inOneWrite(access, design.grantAfter)];
}

/** A plan shows what it creates: whoever reviews it approves this location. */
function missing(design: StateDatasetDesign, { owner, sources }: StateDatasetLive): DatasetDifference {
  const location = wantedLocation(design, sources) ?? '';
  return {
    code: 'state-dataset.missing',
    ...{ field: 'dataset', live: 'absent', desired: location === '' ? 'present' : `present, in ${location}` },
    ...{ kind: 'missing', phase: 'grant', makes: 'created' },
    change: { create: { location, undelete: owner !== undefined } },
  };
}

function diffOwner(design: StateDatasetDesign, live: StateDatasetLive): DatasetDifference[] {
  if (countedMark(design, live) !== undefined) return [];
  const isMarked = live.dataset !== undefined && markOf(live.dataset) !== undefined;
  return [
    {
      code: 'state-dataset.unmarked',
      ...{ field: 'owner', live: isMarked ? 'marked, but nothing confirms it' : 'unmarked' },
      ...{ desired: `marked for ${design.names.accountId}`, kind: 'missing' },
      ...{ phase: 'grant', makes: 'adopted', change: { mark: 'adopted' } },
      ...(design.adopt ? { exempt: 'adoption' as const } : {}),
    },
  ];
}

function diffAccess(design: StateDatasetDesign, dataset: Dataset | undefined): DatasetDifference[] {
  const entries = entriesOf(design, dataset);
  const others = entries.filter((entry) => !isPlainWriter(entry));
  const granted: DatasetDifference = {
    ...grantedEntry(design, 'WRITER', others),
    code: 'state-dataset.access-missing',
    kind: others.length === 0 ? 'missing' : 'changed',
  };
  return [
    ...leftoverEntries(design, dataset ?? {}, 'grant').map((one) => ({
      ...one,
      code: 'state-dataset.leftover' as const,
    })),
    ...(entries.some(isPlainWriter) ? [] : [granted]),
    ...others.map((entry) => ({ ...revokedEntry(design, entry), code: 'state-dataset.access-excess' as const })),
  ];
}

function refusePresent(design: StateDatasetDesign, live: StateDatasetLive): Problem[] {
  const apart = refuseSources(design, live);
  // Where the sources disagree, their problem says more than that no location is known.
  if (apart.length > 0 && live.dataset === undefined) return apart;
  const owner = design.want === 'present' ? refuseOwner(design, live) : [];
  return [...refuseType(design, live), ...apart, ...refuseLocation(design, live), ...owner];
}

/** What somebody else created is not touched unasked. Also asked of a dataset that turned up while ours was being created. */
export function refuseOwner(design: StateDatasetDesign, live: StateDatasetLive): Problem[] {
  const { address, names, adopt } = design;
  if (live.dataset === undefined || adopt || countedMark(design, live) !== undefined) return [];
  const keeps = ': only the ownership marker and the entry of the service account are added to it';
  const refused = { subject: address, name: `the dataset ${names.stateDataset}` };
  if (markOf(live.dataset) === undefined) return [unmarked(refused, keeps)];
  return [unconfirmed(refused, 'the account that it names does not exist, or does not write there', keeps)];
}

function note(design: StateDatasetDesign, live: StateDatasetLive): Notice[] {
  const { address, names, want } = design;
  if (live.dataset === undefined) return [];
  const mark = countedMark(design, live);
  const isShared = want === 'present' && mark !== undefined && mark.accountId !== names.accountId;
  const because = `the dataset is shared: it is managed for ${mark?.accountId ?? ''}, and only the entry of this account is managed here`;
  const shared: Notice = { severity: 'warning', code: 'state-dataset.shared', subject: address, because };
  return [...hazards(live.dataset), ...(isShared ? [shared] : [])];
}

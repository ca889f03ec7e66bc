import { describeEntry, foreignEntries, holderOf } from '../../cloud/google/access-entries.ts';
import type { Dataset } from '../../cloud/google/datasets.ts';
import type { Difference } from '../../engine/resource.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { markOf } from '../../ownership/dataset-label.ts';
import { distinct } from '../distinct.ts';
import { entriesOf, leftoverEntries, revokedEntry } from '../entries.ts';
import type { StateDatasetChange, StateDatasetDesign, StateDatasetLive } from './design.ts';

/** What destroy says of a state dataset. Pure. */

type DatasetDifference = Difference<StateDatasetChange>;

/** Where our entry should be gone, and the dataset too if we created it and deletion was asked for. */
export function diffAbsent(design: StateDatasetDesign, { dataset, isOurs }: StateDatasetLive): DatasetDifference[] {
  if (dataset === undefined) return [];
  if (isToDelete(design, dataset)) return [toDelete];
  const access = isOurs ? diffEntries(design, dataset) : [];
  const mark = markOf(dataset);
  const isAdopted = mark?.accountId === design.names.accountId && mark.how === 'adopted';
  return [...access, ...(isAdopted ? [toRelease] : [])];
}

function isToDelete({ names, deleteDataset }: StateDatasetDesign, dataset: Dataset): boolean {
  const mark = markOf(dataset);
  return deleteDataset && mark?.how === 'created' && mark.accountId === names.accountId;
}

const toDelete: DatasetDifference = {
  code: 'state-dataset.to-delete',
  ...{ field: 'dataset', live: 'present', desired: 'absent', kind: 'changed' },
  ...{ phase: 'remove', makes: 'deleted', change: { delete: true } },
};

const toRelease: DatasetDifference = {
  code: 'state-dataset.to-release',
  ...{ field: 'owner', live: 'adopted', desired: 'unmarked', kind: 'changed' },
  ...{ phase: 'remove', makes: 'released', change: { mark: 'none' } },
};

function diffEntries(design: StateDatasetDesign, dataset: Dataset): DatasetDifference[] {
  return distinct<StateDatasetChange>([
    ...leftoverEntries(design, dataset, 'narrow').map((one) => ({ ...one, code: 'state-dataset.leftover' as const })),
    ...entriesOf(design, dataset).map((entry) => ({
      ...revokedEntry(design, entry),
      code: 'state-dataset.access-to-revoke' as const,
    })),
  ]);
}

/** A dataset that others use is not deleted. */
export function refuseAbsent(design: StateDatasetDesign, { dataset, principal }: StateDatasetLive): Problem[] {
  if (dataset === undefined || !isToDelete(design, dataset)) return [];
  const foreign = foreignEntries(dataset, design.names.email, principal);
  if (foreign.length === 0) return [];
  const holders = foreign.map((entry) => `${holderOf(entry)} (${describeEntry(entry)})`);
  return [
    {
      severity: 'error',
      code: 'state-dataset.others-have-access',
      subject: design.address,
      attempted: `delete the dataset ${design.names.stateDataset}`,
      because: `others have access to it: ${holders.join(', ')}`,
      remedy: 'Remove their entries first, or run destroy without delete_dataset, which keeps the dataset.',
    },
  ];
}

/** Why the dataset is left. */
export function noteLeft(design: StateDatasetDesign, { dataset }: StateDatasetLive): Notice[] {
  if (dataset === undefined || isToDelete(design, dataset)) return [];
  const { address, deleteDataset } = design;
  const why = deleteDataset
    ? ', although delete_dataset is set: it was not created by this action for this account'
    : '';
  const because = `the dataset ${address.name} is kept${why}; it holds Segment's state`;
  return [{ severity: 'warning', code: 'state-dataset.left', subject: address, because }];
}

import type { Refusal } from '../../errors/diagnostic.ts';
import type { Difference } from '../../engine/resource.ts';
import { describeEntry, foreignEntries, holderOf, isEntryOf, isTwinEntryOf } from '../../cloud/google/access-entries.ts';
import { markOf, takenEntry, twinField } from './examine.ts';
import type { DatasetLive, DatasetOptions } from './examine.ts';

/** What destroy says of a state dataset. All pure. */

/** Where our entry should be gone, and the dataset too if we made it and deletion was asked for. */
export function diffAbsent(options: DatasetOptions, live: DatasetLive | undefined): Difference[] {
  if (live === undefined) return [];
  const mark = markOf(live.dataset);
  const isOurs = mark?.accountId === options.accountId;
  if (isOurs && mark.how === 'created' && options.deleteDataset) {
    return [{ field: 'dataset', live: 'present', desired: 'absent', kind: 'changed', phase: 'remove' }];
  }
  const differences: Difference[] = [];
  if (live.owned) {
    for (const entry of live.dataset.access ?? []) {
      if (isEntryOf(entry, options.email)) differences.push(takenEntry(entry));
      if (isTwinEntryOf(entry, options.email)) {
        const field = twinField(entry);
        differences.push({
          field,
          live: 'left over from a deleted account',
          desired: 'absent',
          kind: 'changed',
          phase: 'narrow',
        });
      }
    }
  }
  if (isOurs && mark.how === 'adopted') {
    differences.push({ field: 'owner', live: 'adopted', desired: 'unmarked', kind: 'changed', phase: 'remove' });
  }
  return differences;
}

/** A dataset that others use is not deleted. */
export function refuseAbsent(options: DatasetOptions, live: DatasetLive | undefined): Refusal[] {
  if (live === undefined || !diffAbsent(options, live).some((difference) => difference.field === 'dataset')) return [];
  const foreign = foreignEntries(live.dataset, options.email, options.principal());
  if (foreign.length === 0) return [];
  return [
    {
      attempted: `delete the dataset ${options.projectId}.${options.datasetId}`,
      because: `others have access to it: ${foreign.map((entry) => `${holderOf(entry)} (${describeEntry(entry)})`).join(', ')}`,
      remedy: 'Remove their entries first, or run destroy without delete_dataset: then the dataset is left as it is.',
    },
  ];
}

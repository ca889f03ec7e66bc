import { holderOf, isEntryOf } from '../../cloud/google/access-entries.ts';
import type { AccessEntry } from '../../cloud/google/datasets.ts';
import type { Names } from '../../inputs/names.ts';
import { includesAccount, memberOf } from '../members.ts';

/** Which entries of a dataset are about our account, by name or without it. Pure. */
export function isAbout(entry: AccessEntry, names: Names): boolean {
  const member = memberOf(entry);
  return (
    isEntryOf(entry, names.email) ||
    (member !== undefined && includesAccount(member, names)) ||
    authorizedIn(entry, names) !== undefined
  );
}

/** What of the state dataset an entry authorizes: whoever writes that dataset, as our account does, reads through it. */
export function authorizedIn(entry: AccessEntry, { stateDataset }: Pick<Names, 'stateDataset'>): string | undefined {
  const places = [entry.dataset?.dataset, entry.view, entry.routine];
  const isThere = places.some((place) => place && `${place.projectId ?? ''}.${place.datasetId ?? ''}` === stateDataset);
  return isThere ? holderOf(entry) : undefined;
}

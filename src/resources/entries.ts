import type { Address } from '../address.ts';
import { describeEntry, editEntries, isEntryOf, isLeftoverOf, spellLeftover } from '../cloud/google/access-entries.ts';
import type { AccessEntry, Dataset } from '../cloud/google/datasets.ts';
import type { Difference } from '../engine/resource.ts';
import type { Names } from '../inputs/names.ts';
import { datasetEdge } from './picture.ts';

/** Our account's entries on a dataset, whichever dataset it is: what differs, and what carrying it out leaves. Pure. */

/** One thing to be done to the entries of our account. */
export type EntryChange =
  | { readonly grant: 'READER' | 'WRITER' }
  /** All entries of the account that `describeEntry` words like this, however they are spelled. */
  | { readonly revoke: string }
  /** The member as the access list spells it. */
  | { readonly dropLeftover: string };

type EntryDifference = Difference<EntryChange>;

/** Everything of a difference but which finding it is, and when it is due. */
type Plain = Omit<EntryDifference, 'code'>;

/** Whose entries, and on what. */
export interface Holding {
  readonly address: Address;
  readonly names: Names;
}

export function entriesOf({ names }: Holding, dataset: Dataset | undefined): AccessEntry[] {
  return (dataset?.access ?? []).filter((entry) => isEntryOf(entry, names.email));
}

/** An entry that is to be there. @param held - the account's entries, none of which will do */
export function grantedEntry(
  { address, names }: Holding,
  role: 'READER' | 'WRITER',
  held: readonly AccessEntry[],
): Omit<Plain, 'kind'> {
  return {
    field: `access of ${names.email}`,
    live: held.length === 0 ? 'absent' : held.map(describeEntry).join(', '),
    ...{ desired: role, phase: 'grant', right: 'given', makes: 'access granted' },
    edge: datasetEdge(names, address.name, role),
    change: { grant: role },
  };
}

/** An entry of ours that goes. */
export function revokedEntry({ address, names }: Holding, entry: AccessEntry): Plain {
  const access = describeEntry(entry);
  return {
    ...{ field: `entry ${access}`, live: 'present', desired: 'absent', kind: 'changed' },
    ...{ phase: 'narrow', right: 'taken', makes: 'access revoked' },
    edge: datasetEdge(names, address.name, access),
    change: { revoke: access },
  };
}

/** Entries left over from a deleted account of the same e-mail: they grant nothing, so that they have no edge. */
export function leftoverEntries({ names }: Holding, dataset: Dataset, phase: 'grant' | 'narrow'): Plain[] {
  return (dataset.access ?? [])
    .filter((entry) => isLeftoverOf(entry, names.email))
    .map(spellLeftover)
    .map((member) => ({
      ...{ field: `entry ${member}`, live: 'left over from a deleted account', desired: 'absent', kind: 'changed' },
      ...{ phase, makes: 'leftovers removed', change: { dropLeftover: member } },
    }));
}

/** Within one write: what is granted on a dataset waits for the account, and all that goes with it. */
export function inOneWrite<Change>(
  differences: readonly Difference<Change>[],
  after: readonly Address[],
): Difference<Change>[] {
  const isGranting = differences.some(({ makes }) => makes === 'access granted');
  if (!isGranting) return [...differences];
  return differences.map((difference) => (difference.phase === 'grant' ? { ...difference, after } : difference));
}

/** The dataset with exactly these changes made. Entries of others go back as they came. */
export function changeEntries(dataset: Dataset, { email }: Names, changes: readonly EntryChange[]): Dataset {
  if (changes.length === 0) return dataset;
  const revoke: string[] = [];
  const dropLeftovers: string[] = [];
  let grant: 'READER' | 'WRITER' | undefined;
  for (const change of changes) {
    if ('revoke' in change) revoke.push(change.revoke);
    else if ('dropLeftover' in change) dropLeftovers.push(change.dropLeftover);
    else grant ??= change.grant;
  }
  return { ...dataset, access: editEntries(dataset.access, email, { revoke, dropLeftovers, grant }) };
}

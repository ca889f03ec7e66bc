import { describeEntry, foreignEntries, holderOf, isEntryOf, roleOf } from '../../cloud/google/access-entries.ts';
import type { AccessEntry, Dataset } from '../../cloud/google/datasets.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { Difference } from '../../engine/resource.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { markOf } from '../../ownership/dataset-label.ts';
import type { DatasetMark } from '../../ownership/dataset-label.ts';
import { entryCommand } from '../command.ts';
import { isSameMember, memberOf } from '../members.ts';
import type { StateDatasetChange, StateDatasetDesign, StateDatasetLive } from './design.ts';

/** Who else has access to the state dataset, and whose it is. A label is a claim: whoever owns the dataset can write it. Pure. */

/** What these give lets nobody change what is there. */
const ONLY_READ = [
  'READER',
  'roles/bigquery.metadataViewer',
  'roles/bigquery.filteredDataViewer',
  'roles/bigquery.jobUser',
  'roles/bigquery.connectionUser',
];

/** Roles on the project by which their holders write every dataset: an entry gives them nothing. */
const WRITE_ALL = [
  'roles/owner',
  'roles/editor',
  'roles/bigquery.admin',
  'roles/bigquery.dataOwner',
  'roles/bigquery.dataEditor',
];

/** Whether an entry lets its holder write, or hand out access. A role that is not known counts as if it did. */
function isWriting(entry: AccessEntry): boolean {
  return (entry.role ?? '') !== '' && !ONLY_READ.includes(roleOf(entry));
}

/** Entries by which strangers write, or own. */
export function strangersIn(design: StateDatasetDesign, live: StateDatasetLive): AccessEntry[] {
  const { dataset, others = [], policy, principal } = live;
  return foreignEntries(dataset ?? {}, design.names.email, principal)
    .filter(isWriting)
    .filter((entry) => {
      const member = memberOf(entry);
      if (member === undefined) return true;
      const isNamed = design.datasetWriters.some((one) => isSameMember(one, member));
      const isOther = others.some(({ email, isMarked }) => isMarked && isEntryOf(entry, email));
      return !isNamed && !isOther && !writesByPolicy(policy ?? {}, member);
    });
}

/**
 * Whether the project's administrators have given the member a role by which it writes datasets anyway. What a custom role
 * holds is not read: the one of the workflow that creates the dataset, and becomes its owner by that, is one.
 */
function writesByPolicy({ bindings = [] }: Policy, member: string): boolean {
  const isCustom = (role: string): boolean => /^(?:projects|organizations)\//.test(role);
  return bindings
    .filter(({ role, condition }) => !condition && (WRITE_ALL.includes(role ?? '') || isCustom(role ?? '')))
    .some(({ members }) => (members ?? []).some((one) => isSameMember(one, member) || isPoolOf(one, member)));
}

/** Whether a set of a pool is bound, and the member is a subject of the same pool. */
function isPoolOf(bound: string, member: string): boolean {
  const pool = (name: string): string | undefined =>
    /^principal(?:Set)?:(\/\/.+\/workloadIdentityPools\/[^/]+)\//.exec(name)?.[1];
  return member.startsWith('principal://') && bound.startsWith('principalSet://') && pool(bound) === pool(member);
}

export function diffStrangers(design: StateDatasetDesign, live: StateDatasetLive): Difference<StateDatasetChange>[] {
  return strangersIn(design, live).map((entry) => {
    const [holder, access] = [holderOf(entry), describeEntry(entry)];
    return {
      code: 'state-dataset.writer',
      ...{ field: `entry ${access} of ${holder}`, live: 'present', desired: 'absent', kind: 'surplus' },
      ...{ phase: 'narrow', makes: 'access revoked' },
      change: { byHand: { entry: access, holder, command: entryCommand(design.names.stateDataset) } },
    };
  });
}

/** Who can read it, which takes nothing from our account. */
export function noteReaders(design: StateDatasetDesign, { dataset, principal }: StateDatasetLive): Notice[] {
  const readers = foreignEntries(dataset ?? {}, design.names.email, principal).filter((entry) => !isWriting(entry));
  if (readers.length === 0) return [];
  const named = readers.map((entry) =>
    [holderOf(entry), ...(entry.role ? [`(${describeEntry(entry)})`] : [])].join(' '),
  );
  const because = `others can read Segment's state, which holds the keys and hashes of records: ${named.join(', ')}`;
  return [{ severity: 'note', code: 'state-dataset.readers', subject: design.address, because }];
}

/**
 * Whose the dataset is, as far as that counts. Our own label counts where our account writes there, or nobody who could have
 * written the label is a stranger; another's, where that account exists and writes there.
 */
export function countedMark(design: StateDatasetDesign, live: StateDatasetLive): DatasetMark | undefined {
  const { dataset, others = [] } = live;
  const mark = dataset && markOf(dataset);
  if (mark === undefined) return undefined;
  const writes = (email: string): boolean =>
    (dataset?.access ?? []).some((entry) => isEntryOf(entry, email) && isWriting(entry));
  const { accountId, email } = design.names;
  if (mark.accountId === accountId) return writes(email) || strangersIn(design, live).length === 0 ? mark : undefined;
  const other = emailIn(design, mark);
  return others.some((one) => one.email === other) && writes(other) ? mark : undefined;
}

/** E-mail of the account that a label names: it belongs to the same project. */
function emailIn({ names }: Pick<StateDatasetDesign, 'names'>, { accountId }: DatasetMark): string {
  return `${accountId}${names.email.slice(names.email.indexOf('@'))}`;
}

/** Other accounts of the project that the dataset speaks of: whether they exist decides. */
export function accountsIn(design: Pick<StateDatasetDesign, 'names'>, dataset: Dataset | undefined): string[] {
  const mark = dataset && markOf(dataset);
  const domain = design.names.email.slice(design.names.email.indexOf('@'));
  const entries = foreignEntries(dataset ?? {}, design.names.email, undefined)
    .filter(isWriting)
    .map(({ userByEmail, iamMember }) =>
      (userByEmail ?? iamMember?.replace(/^serviceAccount:/, '') ?? '').toLowerCase(),
    )
    .filter((email) => email.endsWith(domain));
  const labelled = mark === undefined || mark.accountId === design.names.accountId ? [] : [emailIn(design, mark)];
  return [...new Set([...labelled, ...entries])];
}

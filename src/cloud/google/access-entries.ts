import type { AccessEntry, Dataset } from './datasets.ts';

/**
 * A dataset's access list, one account's entries at a time. Entries that are not the account's (views, routines, special
 * groups, conditions, kinds yet to be invented) are never looked into, and go back as they came. All pure.
 */

const BASIC_ROLES: Readonly<Record<string, string>> = {
  'roles/bigquery.dataOwner': 'OWNER',
  'roles/bigquery.dataEditor': 'WRITER',
  'roles/bigquery.dataViewer': 'READER',
};

/** A role as BigQuery answers it: the two spellings of a basic role are the same thing. */
export function roleOf(entry: AccessEntry): string {
  const role = entry.role ?? '';
  return BASIC_ROLES[role] ?? role;
}

/** Whether an entry is this account's, as `userByEmail` or as `iamMember`. */
export function isEntryOf(entry: AccessEntry, email: string): boolean {
  return isSame(entry.userByEmail, email) || isSame(entry.iamMember, `serviceAccount:${email}`);
}

/** Whether an entry is left over from a deleted account of the same e-mail. */
export function isTwinEntryOf(entry: AccessEntry, email: string): boolean {
  const spelled = (entry.iamMember ?? entry.userByEmail ?? '').toLowerCase();
  const twin = email.toLowerCase();
  return spelled.startsWith(`deleted:serviceaccount:${twin}?`) || spelled.startsWith(`deleted:${twin}?`);
}

/** Whether an entry gives plain write access: the one that Segment needs. */
export function isPlainWriter(entry: AccessEntry): boolean {
  return roleOf(entry) === 'WRITER' && !entry.condition;
}

/** Whether an entry lets its holder read, without a condition. */
export function isPlainReader(entry: AccessEntry): boolean {
  return roleOf(entry) === 'READER' && !entry.condition;
}

/** How messages name what an entry gives: `READER`, `WRITER if "office hours"`. */
export function describeEntry(entry: AccessEntry): string {
  const { condition } = entry;
  if (!condition) return roleOf(entry);
  return `${roleOf(entry)} if "${condition.title ?? condition.expression ?? 'untitled'}"`;
}

/** The entries of others: all but this account's, the three project groups' and the running identity's. */
export function foreignEntries(dataset: Dataset, email: string, principal: string | undefined): AccessEntry[] {
  const [, running] = /^serviceAccount:(.*)$/.exec(principal ?? '') ?? [];
  return (dataset.access ?? []).filter((entry) => {
    if (isEntryOf(entry, email) || isTwinEntryOf(entry, email)) return false;
    if (/^project(Owners|Writers|Readers)$/.test(entry.specialGroup ?? '')) return false;
    if (running !== undefined && isEntryOf(entry, running)) return false;
    return principal === undefined || !isSame(entry.iamMember, principal);
  });
}

/** Whose entry it is, for a message. */
export function holderOf(entry: AccessEntry): string {
  const { userByEmail, groupByEmail, domain, specialGroup, iamMember } = entry;
  const holder = userByEmail ?? groupByEmail ?? domain ?? specialGroup ?? iamMember;
  if (holder !== undefined) return holder;
  const { view, routine, dataset } = entry;
  if (view) return `the view ${[view.projectId, view.datasetId, view.tableId].join('.')}`;
  if (routine) return `the routine ${[routine.projectId, routine.datasetId, routine.routineId].join('.')}`;
  if (dataset) return `the dataset ${[dataset.dataset?.projectId, dataset.dataset?.datasetId].join('.')}`;
  return 'an entry of an unknown kind';
}

function isSame(one: string | null | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

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
export function isLeftoverOf(entry: AccessEntry, email: string): boolean {
  const spelled = spellLeftover(entry).toLowerCase();
  const account = email.toLowerCase();
  return spelled.startsWith(`deleted:serviceaccount:${account}?`) || spelled.startsWith(`deleted:${account}?`);
}

/** The member of such an entry: `deleted:serviceAccount:E?uid=123` */
export function spellLeftover(entry: AccessEntry): string {
  return entry.iamMember ?? entry.userByEmail ?? '';
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
    if (isEntryOf(entry, email) || isLeftoverOf(entry, email)) return false;
    if (/^project(Owners|Writers|Readers)$/.test(entry.specialGroup ?? '')) return false;
    if (running !== undefined && isEntryOf(entry, running)) return false;
    return principal === undefined || !isSame(entry.iamMember, principal);
  });
}

/** What is to change about one account's entries. */
export interface EntryEdit {
  /** What the entries to be taken away give, as `describeEntry` spells it; all that give the same go together. */
  readonly revoke?: readonly string[] | undefined;
  /** Leftovers to be dropped, as `spellLeftover` spells them. */
  readonly dropLeftovers?: readonly string[] | undefined;
  /** What the account gets, unless a plain entry gives it already. */
  readonly grant?: 'READER' | 'WRITER' | undefined;
}

/** Changes one account's entries, and nothing else. */
export function editEntries(access: Dataset['access'], email: string, edit: EntryEdit): AccessEntry[] {
  const { revoke = [], dropLeftovers = [], grant } = edit;
  const kept = (access ?? []).filter((entry) => {
    if (isLeftoverOf(entry, email)) return !dropLeftovers.includes(spellLeftover(entry));
    return !(isEntryOf(entry, email) && revoke.includes(describeEntry(entry)));
  });
  const isGranted = kept.some((entry) => isEntryOf(entry, email) && roleOf(entry) === grant && !entry.condition);
  return grant === undefined || isGranted ? kept : [...kept, { role: grant, userByEmail: email }];
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

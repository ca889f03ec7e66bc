import type { Difference } from '../engine/resource.ts';

/** What code scanning is told of each kind of finding: one table, first match wins. docs/sarif-rules.md shows it. Pure. */

/** One thing that was found, as far as a rule looks at it. */
export interface Finding {
  /** `dataset/__segment_reverse_etl`; for a claim `claim`. */
  readonly address: string;
  readonly field: string;
  readonly kind: Difference['kind'] | 'unknown' | 'fails' | 'too much';
  readonly live: string;
  readonly desired: string;
}

/** A kind of finding. */
export interface Rule {
  readonly id: string;
  readonly level: 'error' | 'warning' | 'note';
  /** 0 to 10, as GitHub ranks what concerns security; undefined = it does not. */
  readonly severity?: string;
  /** What it is, in half a sentence. */
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly matches: (finding: Finding) => boolean;
}

const APPLY = 'Mode apply mends it.';
const PRUNE =
  'If nobody needs it, mode apply with prune: true removes it; it is never removed unasked. If somebody does, find out why Segment should hold it.';

const on =
  (kind: string, test: (finding: Finding) => boolean = () => true) =>
  (finding: Finding): boolean =>
    finding.address.startsWith(`${kind}/`) && test(finding);
const gone = ({ desired }: Finding): boolean => desired === 'absent';
const surplus = ({ kind }: Finding): boolean => kind === 'surplus';

export const sarifRules: readonly Rule[] = [
  {
    id: 'could-not-look',
    level: 'error',
    what: 'Something that is compared could not be looked at',
    why: 'What cannot be read may be anything: it is never taken for as desired.',
    remedy: 'See the message: most often the identity of the workflow lacks a permission of permissions/reader.yaml.',
    matches: ({ kind }) => kind === 'unknown',
  },
  {
    id: 'claim-fails',
    level: 'error',
    what: 'The account cannot do what Segment needs',
    why: 'It was tried as the account itself: a sync would fail in the same way.',
    remedy: 'See the cause in the message; where none is seen, access may still be spreading, which takes minutes.',
    matches: ({ kind }) => kind === 'fails',
  },
  {
    id: 'claim-too-much',
    level: 'error',
    severity: '8.0',
    what: 'The account can do what it must not',
    why: 'It was tried as the account itself. Whoever holds its key can do so too.',
    remedy: 'See in the message where the right comes from; it may come from a group, the folder or the organisation.',
    matches: ({ kind }) => kind === 'too much',
  },
  {
    id: 'foreign-key',
    level: 'warning',
    severity: '7.0',
    what: 'The account has a key that this action did not make',
    why: 'Somebody holds a way into your data that nothing rotates and nobody may know of.',
    remedy: PRUNE,
    matches: on('credential', surplus),
  },
  {
    id: 'key-not-delivered',
    level: 'error',
    what: 'No valid key is delivered',
    why: 'Segment signs in with the key: without a valid one its syncs stop, now or when the key ends.',
    remedy: 'Mode apply issues and delivers a new key; put it into Segment.',
    matches: on('credential', ({ field }) => field === 'key'),
  },
  {
    id: 'key-unfinished',
    level: 'warning',
    what: 'A key is left from a run that did not end, or is to go',
    why: 'Each key that works is a way in.',
    remedy: APPLY,
    matches: on('credential'),
  },
  {
    id: 'surplus-impersonator',
    level: 'error',
    severity: '8.5',
    what: 'Somebody else may act as the account',
    why: 'Whoever may mint its tokens or make its keys reads what Segment reads, and leaves its name in the logs.',
    remedy: `${PRUNE} Members that may are named in the input impersonators.`,
    matches: on('account-policy'),
  },
  {
    id: 'account-disabled',
    level: 'error',
    what: 'The account is disabled',
    why: 'Its keys and tokens are refused, so that syncs stop. A person or mode revoke did that, perhaps because a key leaked.',
    remedy: 'If that is over: mode apply, or after a leak mode rotate, with restore: true.',
    matches: on('service-account', ({ field }) => field === 'disabled'),
  },
  {
    id: 'owner-mark-missing',
    level: 'warning',
    what: 'It does not carry the mark of this action',
    why: 'Without its mark nobody can tell whose it is, and apply does not touch it.',
    remedy: 'Mode apply with adopt: true takes it over; or choose another name.',
    matches: ({ field }) => field === 'owner',
  },
  {
    id: 'account-missing',
    level: 'error',
    what: 'The account does not exist',
    why: 'Segment signs in as it.',
    remedy: APPLY,
    matches: on('service-account'),
  },
  {
    id: 'permission-too-much',
    level: 'warning',
    severity: '6.0',
    what: 'The custom role holds a permission that the access mode does not give',
    why: 'The account can do more than Segment needs, and so can whoever holds its key.',
    remedy: APPLY,
    matches: on('role', (finding) => finding.field.startsWith('permission ') && gone(finding)),
  },
  {
    id: 'permission-missing',
    level: 'error',
    what: 'The custom role lacks a permission',
    why: 'Segment cannot do its work without it.',
    remedy: APPLY,
    matches: on('role', ({ field }) => field.startsWith('permission ')),
  },
  {
    id: 'role-missing',
    level: 'error',
    what: 'The custom role is absent, deleted or disabled',
    why: 'It gives the account what Segment needs.',
    remedy: APPLY,
    matches: on('role'),
  },
  {
    id: 'deleted-twin',
    level: 'note',
    what: 'An entry is left over from a deleted account of the same name',
    why: 'It grants nothing, and stands in the way of a new grant.',
    remedy: APPLY,
    matches: ({ live }) => live.startsWith('left over from a deleted account'),
  },
  {
    id: 'surplus-project-role',
    level: 'error',
    severity: '8.0',
    what: 'The account holds another role on the project',
    why: 'Whoever holds its key can do what that role allows, everywhere in the project.',
    remedy: PRUNE,
    matches: on('project-policy', surplus),
  },
  {
    id: 'project-role-too-much',
    level: 'warning',
    severity: '6.0',
    what: 'The account holds a role of another access mode, or holds its role under a condition',
    why: 'It can do more than the access mode says, or only at times what Segment always needs.',
    remedy: APPLY,
    matches: on('project-policy', gone),
  },
  {
    id: 'project-role-missing',
    level: 'error',
    what: 'The account does not hold its role on the project',
    why: 'Segment cannot run queries.',
    remedy: APPLY,
    matches: on('project-policy'),
  },
  {
    id: 'surplus-dataset-access',
    level: 'error',
    severity: '7.0',
    what: 'The account has an entry on a dataset that the access mode does not give',
    why: 'It can read or change data that no model of Segment needs.',
    remedy: PRUNE,
    matches: on('dataset', surplus),
  },
  {
    id: 'dataset-access-too-much',
    level: 'warning',
    severity: '5.0',
    what: 'An entry of the account on a dataset is to go',
    why: 'The dataset left the list of source_datasets, or the entry gives more than Segment needs.',
    remedy: APPLY,
    matches: on('dataset', (finding) => finding.field.startsWith('entry ') && gone(finding)),
  },
  {
    id: 'dataset-access-missing',
    level: 'error',
    what: 'The account lacks its entry on a dataset',
    why: 'Segment cannot keep its state there, or cannot read what models need.',
    remedy: APPLY,
    matches: on('dataset', ({ field }) => field.startsWith('access of ')),
  },
  {
    id: 'dataset-elsewhere',
    level: 'error',
    what: 'A dataset lies in another location',
    why: 'One source of Segment has one location, and BigQuery never moves a dataset.',
    remedy: 'Set location to where the data lies, or give each location a source of its own.',
    matches: on('dataset', ({ field }) => field.startsWith('location')),
  },
  {
    id: 'dataset-missing',
    level: 'error',
    what: 'A dataset does not exist',
    why: 'Segment keeps its state in one, and its models read the others.',
    remedy: 'Mode apply makes the dataset of the state; check the names in source_datasets.',
    matches: on('dataset'),
  },
  {
    id: 'drift',
    level: 'warning',
    what: 'Something is not as the access mode says',
    why: 'Whatever differs may keep Segment from working, or let it do too much.',
    remedy: APPLY,
    matches: () => true,
  },
];

/** The table of docs/sarif-rules.md. */
export function rulesTable(): string {
  const rows = sarifRules.map(
    ({ id, level, severity = '–', what, why, remedy }) =>
      `| \`${id}\` | ${level} | ${severity} | ${what}. ${why} | ${remedy} |`,
  );
  return [
    '| Rule | Level | Security severity | What, and why it matters | What to do |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

import type { Address } from '../../address.ts';
import type { Difference, Examination } from '../../engine/resource.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import type { Names } from '../../inputs/names.ts';
import type { Claim } from '../../ownership/claims.ts';
import { noRoom, unconfirmed, unmarked } from '../../ownership/mark.ts';
import { readDescription, writeDescription } from '../../ownership/description.ts';
import { ownership } from '../../ownership/record.ts';

/** What is to be said of the account that Segment signs in with. Pure. */

/** The account as it should be. */
export interface AccountDesign {
  readonly address: Address;
  readonly names: Names;
  readonly adopt: boolean;
  readonly restore: boolean;
  readonly want: 'present' | 'absent';
  /** What is done before the account is enabled: after a leak, its old keys are deleted. */
  readonly enableAfter: readonly Address[];
  /** What is done before the account is deleted: the binding that confirms its mark goes after it. */
  readonly deleteAfter: readonly Address[];
  /** What is done before an adopted account is released: its mark tells whose everything is, so it goes last. */
  readonly releaseAfter: readonly Address[];
}

/** One thing to be done to the account. */
export type AccountChange =
  | { readonly create: true }
  | { readonly enable: true }
  | { readonly mark: 'adopted' | 'none' }
  /** What is taken out of the record; nothing of it was written by this action. */
  | { readonly strike: readonly string[] }
  | { readonly delete: true };

type AccountDifference = Difference<AccountChange>;

export function examineAccount(design: AccountDesign, live: Claim | undefined): Examination<AccountChange> {
  return design.want === 'present'
    ? { differences: diffPresent(design, live), diagnostics: [...refuse(design, live), ...warnOfRecord(design, live)] }
    : { differences: diffAbsent(design, live), diagnostics: warnOfLeft(design, live) };
}

function diffPresent(design: AccountDesign, live: Claim | undefined): AccountDifference[] {
  const account = live?.account;
  if (live === undefined || account === undefined) return [missing];
  // Both write the record, so they wait together.
  const after = account.disabled === true ? { after: design.enableAfter } : {};
  const disabled: AccountDifference = {
    code: 'account.disabled',
    ...{ field: 'disabled', live: live.claimed?.revoked === true ? 'true (revoked)' : 'true', desired: 'false' },
    ...{ kind: 'changed', phase: 'grant', right: 'given', makes: 'enabled', change: { enable: true } },
    ...after,
  };
  return [
    ...(live.owned === undefined ? [{ ...unmanaged(design, live), ...after }] : edited(live)),
    ...(account.disabled === true ? [disabled] : []),
  ];
}

function unmanaged({ adopt }: AccountDesign, { claimed }: Claim): AccountDifference {
  return {
    code: claimed === undefined ? 'account.unmarked' : 'account.unconfirmed',
    ...{ field: 'owner', live: claimed === undefined ? 'unmarked' : 'marked, but nothing confirms it' },
    ...{ desired: 'marked as ours', kind: 'missing', phase: 'grant', makes: 'adopted', change: { mark: 'adopted' } },
    ...(adopt ? { exempt: 'adoption' as const } : {}),
  };
}

/** Whoever edits the record does not decide over keys: what no run can have written is struck out, and says so. */
function edited({ strays }: Claim): AccountDifference[] {
  if (strays.length === 0) return [];
  return [
    {
      code: 'account.record-edited',
      ...{
        field: 'record in the description',
        live: `edited: ${strays.join(' ')}`,
        desired: 'as this action wrote it',
      },
      ...{ kind: 'changed', phase: 'grant', makes: 'updated', change: { strike: [...strays].sort() } },
    },
  ];
}

const missing: AccountDifference = {
  code: 'account.missing',
  ...{ field: 'service account', live: 'absent', desired: 'present', kind: 'missing' },
  ...{ phase: 'grant', makes: 'created', change: { create: true } },
};

/** Why the account must not be touched. Also asked of an account that turned up while ours was being created. */
export function refuse(design: AccountDesign, live: Claim | undefined): Problem[] {
  const account = live?.account;
  if (live === undefined || account === undefined) return [];
  const { claimed, owned } = live;
  const isStopped = account.disabled === true && !design.restore;
  return [
    ...(owned === undefined ? refuseUnowned(design, live) : []),
    ...(isStopped ? [staysDisabled(design, claimed?.revoked === true)] : []),
  ];
}

function refuseUnowned({ address, adopt, names }: AccountDesign, { account, claimed }: Claim): Problem[] {
  const refused = { subject: address, name: `the service account ${names.email}` };
  const alternative = ', or account_id to another name';
  if (!adopt)
    return [claimed === undefined ? unmarked(refused, alternative) : unconfirmed(refused, LACKING, alternative)];
  const { text } = readDescription(account?.description);
  return writeDescription({ text, ownership: worstCase }) === undefined ? [noRoom(address, `use ${refused.name}`)] : [];
}

const LACKING =
  'the project does not bind the account to a role of this action, no destination names its key, and it has keys that work';

/** The longest record of an account with few keys: it must fit before a user's description is touched. */
const worstCase = ownership('adopted', {
  key: '0'.repeat(6),
  old: ['1'.repeat(6)],
  issuingBefore: ['2'.repeat(6), '3'.repeat(6)],
});

function staysDisabled({ address, names }: AccountDesign, isRevoked: boolean): Problem {
  const by = isRevoked ? 'mode revoke disabled it' : 'somebody disabled it';
  return {
    severity: 'error',
    code: 'account.disabled',
    subject: address,
    attempted: `use the service account ${names.email}`,
    because: `${by}, perhaps because its key leaked, so it is not enabled again automatically`,
    remedy:
      'Once that is resolved, run this action by hand with restore: true. In mode apply, the old keys and tokens of the account ' +
      'become valid again; if a key leaked, use mode rotate with restore: true, which deletes the old keys before it enables ' +
      'the account.',
  };
}

function warnOfRecord({ address }: AccountDesign, live: Claim | undefined): Notice[] {
  if (live?.account?.disabled === true || live?.owned?.revoked !== true) return [];
  const because = 'its record says "revoked", but the account is enabled: somebody enabled it by hand';
  return [{ severity: 'warning', code: 'account.enabled-by-hand', subject: address, because }];
}

/** Where the account should be gone: only if we created it. */
function diffAbsent({ deleteAfter, releaseAfter }: AccountDesign, live: Claim | undefined): AccountDifference[] {
  if (live?.claimed === undefined) return [];
  const last = { kind: 'changed', phase: 'remove' } as const;
  return live.owned?.mark === 'created'
    ? [
        {
          code: 'account.to-delete',
          ...{ field: 'service account', live: 'present', desired: 'absent' },
          ...{ ...last, after: deleteAfter, makes: 'deleted', change: { delete: true } },
        },
      ]
    : [
        {
          code: 'account.to-release',
          ...{ field: 'owner', live: live.owned === undefined ? 'marked, but nothing confirms it' : 'adopted' },
          ...{ desired: 'unmarked', ...last, after: releaseAfter, makes: 'released', change: { mark: 'none' } },
        },
      ];
}

/** Why the account is left. */
function warnOfLeft({ address, names }: AccountDesign, live: Claim | undefined): Notice[] {
  if (live?.account === undefined) return [];
  const { claimed, owned } = live;
  const left = (why: string): Notice[] => [
    {
      severity: 'warning',
      code: 'account.left',
      subject: address,
      because: `the service account ${names.email} is kept${why}`,
    },
  ];
  if (claimed === undefined) return left(', with all its access: it is not managed by this action');
  if (owned === undefined)
    return left(
      ', with all its access: it is marked as managed by this action, but nothing confirms that; only the mark is removed',
    );
  if (owned.mark === 'adopted') return left(': it was adopted, not created; its ownership marker is removed last');
  return [];
}

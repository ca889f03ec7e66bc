import type { Address } from '../../address.ts';
import type { Account } from '../../cloud/google/service-accounts.ts';
import type { Difference, Examination } from '../../engine/resource.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import type { Names } from '../../inputs/names.ts';
import { noRoom, unmarked } from '../../ownership/mark.ts';
import { ownership, readDescription, writeDescription } from '../../ownership/record.ts';

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
  /** What is done before the account goes: its record tells whose everything is, so it goes last. */
  readonly deleteAfter: readonly Address[];
}

/** One thing to be done to the account. */
export type AccountChange =
  | { readonly create: true }
  | { readonly enable: true }
  | { readonly mark: 'adopted' | 'none' }
  | { readonly delete: true };

type AccountDifference = Difference<AccountChange>;

export function examineAccount(design: AccountDesign, live: Account | undefined): Examination<AccountChange> {
  return design.want === 'present'
    ? { differences: diffPresent(design, live), diagnostics: [...refuse(design, live), ...warnOfRecord(design, live)] }
    : { differences: diffAbsent(design, live), diagnostics: warnOfLeft(design, live) };
}

function diffPresent(design: AccountDesign, live: Account | undefined): AccountDifference[] {
  if (live === undefined) return [missing];
  const { ownership: owned } = readDescription(live.description);
  // Both write the record, so they wait together.
  const after = live.disabled === true ? { after: design.enableAfter } : {};
  const unmanaged: AccountDifference = {
    code: 'account.unmarked',
    ...{ field: 'owner', live: 'unmarked', desired: 'marked as ours', kind: 'missing' },
    ...{ phase: 'grant', makes: 'adopted', change: { mark: 'adopted' } },
    ...(design.adopt ? { exempt: 'adoption' as const } : {}),
    ...after,
  };
  const disabled: AccountDifference = {
    code: 'account.disabled',
    ...{ field: 'disabled', live: owned?.revoked === true ? 'true (revoked)' : 'true', desired: 'false' },
    ...{ kind: 'changed', phase: 'grant', right: 'given', makes: 'enabled', change: { enable: true } },
    ...after,
  };
  return [...(owned === undefined ? [unmanaged] : []), ...(live.disabled === true ? [disabled] : [])];
}

const missing: AccountDifference = {
  code: 'account.missing',
  ...{ field: 'service account', live: 'absent', desired: 'present', kind: 'missing' },
  ...{ phase: 'grant', makes: 'created', change: { create: true } },
};

/** Why the account must not be touched. Also asked of an account that turned up while ours was being created. */
export function refuse(design: AccountDesign, live: Account | undefined): Problem[] {
  if (live === undefined) return [];
  const { text, ownership: owned } = readDescription(live.description);
  const refused = { subject: design.address, name: `the service account ${design.names.email}` };
  const isFull = owned === undefined && writeDescription({ text, ownership: worstCase }) === undefined;
  return [
    ...(owned === undefined && !design.adopt ? [unmarked(refused, ', or account_id to another name')] : []),
    ...(isFull && design.adopt ? [noRoom(design.address, `use ${refused.name}`)] : []),
    ...(live.disabled === true && !design.restore ? [staysDisabled(design, owned?.revoked === true)] : []),
  ];
}

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

function warnOfRecord({ address }: AccountDesign, live: Account | undefined): Notice[] {
  const owned = readDescription(live?.description).ownership;
  if (live?.disabled === true || owned?.revoked !== true) return [];
  const because = 'its record says "revoked", but the account is enabled: somebody enabled it by hand';
  return [{ severity: 'warning', code: 'account.enabled-by-hand', subject: address, because }];
}

/** Where the account should be gone: only if we created it. */
function diffAbsent({ deleteAfter }: AccountDesign, live: Account | undefined): AccountDifference[] {
  const owned = readDescription(live?.description).ownership;
  if (owned === undefined) return [];
  const last = { kind: 'changed', phase: 'remove', after: deleteAfter } as const;
  return owned.mark === 'created'
    ? [
        {
          code: 'account.to-delete',
          ...{ field: 'service account', live: 'present', desired: 'absent' },
          ...{ ...last, makes: 'deleted', change: { delete: true } },
        },
      ]
    : [
        {
          code: 'account.to-release',
          ...{ field: 'owner', live: 'adopted', desired: 'unmarked' },
          ...{ ...last, makes: 'released', change: { mark: 'none' } },
        },
      ];
}

/** Why the account is left. */
function warnOfLeft({ address, names }: AccountDesign, live: Account | undefined): Notice[] {
  if (live === undefined) return [];
  const owned = readDescription(live.description).ownership;
  const left = (why: string): Notice[] => [
    {
      severity: 'warning',
      code: 'account.left',
      subject: address,
      because: `the service account ${names.email} is kept${why}`,
    },
  ];
  if (owned === undefined) return left(', with all its access: it is not managed by this action');
  if (owned.mark === 'adopted') return left(': it was adopted, not created; its ownership marker is removed last');
  return [];
}

import { isAlreadyExists } from '../../errors/api-error.ts';
import type { Clock } from '../../time.ts';
import type { Account, AccountDocument } from '../../cloud/google/service-accounts.ts';
import { ownership, readDescription, writeDescription } from '../../ownership/record.ts';
import { Refused } from '../../errors/diagnostic.ts';
import type { Refusal } from '../../errors/diagnostic.ts';
import type { Difference, Resource } from '../../engine/resource.ts';
import { editOwnership, rereadAccount } from '../../ownership/account-record.ts';
import { tooLong } from '../role/examine.ts';

/** The account that Segment signs in with. */
export interface ServiceAccountOptions {
  readonly accountId: string;
  readonly displayName: string;
  readonly description: string;
  readonly adopt: boolean;
  readonly restore: boolean;
  /** Whether this run will issue a key: then the record says so from the account's first moment on. */
  readonly issuesKeys: boolean;
  readonly want: 'present' | 'absent';
  readonly document: AccountDocument;
  readonly clock: Clock;
  /** Addresses that must be dealt with before the account goes. */
  readonly before: readonly string[];
  /** Address of what must be dealt with before the account is enabled. */
  readonly beforeEnabling: string;
  /** Told when this very run made the account. */
  readonly onCreated: () => void;
  /** Told when this very run enabled it. */
  readonly onEnabled: () => void;
}

export function serviceAccount(options: ServiceAccountOptions): Resource<Account> {
  const { document, want } = options;
  return {
    address: `service-account/${options.accountId}`,
    want,
    read: () => document.read(),
    diff: (live) => (want === 'present' ? diffPresent(options, live) : diffAbsent(live)),
    refuse: (live) => (want === 'present' ? refusePresent(options, live) : []),
    warn: (live) => (want === 'present' ? warnPresent(live) : warnAbsent(options, live)),
    facts: () => ({ service_account_email: document.email }),
    change: async (live, chosen, ready) => {
      if (want === 'absent') {
        await Promise.all(options.before.map(ready));
        await unmake(options, chosen);
      } else {
        if (chosen.some(({ field }) => field === 'disabled')) await ready(options.beforeEnabling);
        await make(options, live, chosen);
      }
      return [];
    },
  };
}

function diffPresent(options: ServiceAccountOptions, live: Account | undefined): Difference[] {
  if (live === undefined) {
    return [{ field: 'service account', live: 'absent', desired: 'present', kind: 'missing', phase: 'grant' }];
  }
  const owned = readDescription(live.description).ownership;
  const differences: Difference[] = [];
  if (owned === undefined) {
    differences.push({
      field: 'owner',
      live: 'unmarked',
      desired: 'marked as ours',
      kind: 'missing',
      phase: 'grant',
      ...(options.adopt ? { exempt: 'adoption' as const } : {}),
    });
  }
  if (live.disabled === true) {
    const how = owned?.revoked === true ? 'true (revoked)' : 'true';
    differences.push({
      field: 'disabled',
      live: how,
      desired: 'false',
      kind: 'changed',
      phase: 'grant',
      right: 'given',
    });
  }
  return differences;
}

function refusePresent(options: ServiceAccountOptions, live: Account | undefined): Refusal[] {
  if (live === undefined) return [];
  const { text, ownership: owned } = readDescription(live.description);
  const attempted = `use the service account ${options.document.email}`;
  const refusals: Refusal[] = [];
  if (owned === undefined && !options.adopt) {
    refusals.push({
      attempted,
      because: 'it exists, and does not carry the mark of this action: somebody else may rely on it',
      remedy: 'Set adopt: true to take it over, or account_id to another name.',
    });
  }
  if (owned === undefined && options.adopt && writeDescription({ text, ownership: worstCase }) === undefined) {
    refusals.push(tooLong(attempted));
  }
  if (live.disabled === true && !options.restore) {
    const by = owned?.revoked === true ? 'mode revoke disabled it' : 'somebody disabled it';
    refusals.push({
      attempted,
      because: `${by}, perhaps because its key leaked, and what a person cut off stays cut off`,
      remedy:
        'If that is over, run this action by hand with restore: true. In mode apply its old keys and tokens work again from ' +
        'then on; if a key leaked, use mode rotate with restore: true, which deletes the old keys before it enables the account.',
    });
  }
  return refusals;
}

/** The longest record of a life with few keys: it must fit before a user's description is touched. */
const worstCase = ownership('adopted', {
  key: '0'.repeat(6),
  old: ['1'.repeat(6)],
  issuingBefore: ['2'.repeat(6), '3'.repeat(6)],
});

function warnPresent(live: Account | undefined): string[] {
  const owned = readDescription(live?.description).ownership;
  if (live?.disabled === true || owned?.revoked !== true) return [];
  return ['the record says "revoked", yet the account is enabled: somebody enabled it by hand'];
}

async function make(
  options: ServiceAccountOptions,
  live: Account | undefined,
  chosen: readonly Difference[],
): Promise<void> {
  const { document, clock } = options;
  if (live === undefined) {
    await create(options);
    return;
  }
  if (chosen.some((difference) => difference.field === 'owner')) {
    await editOwnership(document, clock, (owned) => owned ?? ownership('adopted'));
  }
  if (chosen.some((difference) => difference.field === 'disabled')) {
    await document.enable();
    options.onEnabled();
    await editOwnership(document, clock, (owned) => owned && { ...owned, revoked: false });
  }
}

async function create(options: ServiceAccountOptions): Promise<void> {
  const { document, clock } = options;
  const owned = ownership('created', options.issuesKeys ? { issuingBefore: [] } : {});
  const description = writeDescription({ text: options.description, ownership: owned }) ?? '';
  try {
    await document.create({ displayName: options.displayName, description });
    options.onCreated();
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    // Our own create whose reply was lost, or another run of ours: then the mark is there. IAM may answer 404 for a while.
    const found = await rereadAccount(document, clock);
    const refusals = refusePresent({ ...options, adopt: false }, found);
    if (refusals.length > 0) throw new Refused(refusals, error);
  }
}

function diffAbsent(live: Account | undefined): Difference[] {
  const owned = readDescription(live?.description).ownership;
  if (owned === undefined) return [];
  return owned.mark === 'created'
    ? [{ field: 'service account', live: 'present', desired: 'absent', kind: 'changed', phase: 'remove' }]
    : [{ field: 'owner', live: 'adopted', desired: 'unmarked', kind: 'changed', phase: 'remove' }];
}

function warnAbsent(options: ServiceAccountOptions, live: Account | undefined): string[] {
  if (live === undefined) return [];
  const owned = readDescription(live.description).ownership;
  if (owned === undefined) return [`${options.document.email} is left, with all it may do: it does not carry our mark`];
  return owned.mark === 'adopted'
    ? [`${options.document.email} is left: it was adopted, not created; its mark goes last`]
    : [];
}

async function unmake(options: ServiceAccountOptions, chosen: readonly Difference[]): Promise<void> {
  if (chosen.some((difference) => difference.field === 'service account')) await options.document.delete();
  if (chosen.some((difference) => difference.field === 'owner')) {
    await editOwnership(options.document, options.clock, () => undefined);
  }
}

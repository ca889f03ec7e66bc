import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import type { Resource, Run } from '../../engine/resource.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { isAlreadyExists } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import { editOwnership, rereadAccount } from '../../ownership/account-record.ts';
import type { Claim, Claims } from '../../ownership/claims.ts';
import { writeDescription } from '../../ownership/description.ts';
import { UNPLACED, ownership } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import { accountNode } from '../picture.ts';
import { examineAccount, refuse } from './examine.ts';
import type { AccountChange, AccountDesign } from './examine.ts';
import type { AccountMade } from './made.ts';

/** The account that Segment signs in with, and where it is. */
export interface ServiceAccountOptions extends AccountDesign {
  readonly displayName: string;
  readonly description: string;
  /** Marks of the places to which this run will deliver a key: then the record announces it from the account's first moment on. */
  readonly deliversTo: readonly string[];
  /** What else the record says from then on. */
  readonly recordAtCreation: () => Promise<Partial<Ownership>>;
  /** Makes sure that the record of no other run was written over. @throws Blocked */
  readonly refuseOverlap: () => Promise<void>;
  readonly document: AccountDocument;
  readonly claims: Claims;
}

export function serviceAccount(options: ServiceAccountOptions): Resource<Claim, AccountChange, AccountMade> {
  const { claims, document } = options;
  return {
    address: options.address,
    want: options.want,
    outputs: { service_account_email: options.names.email },
    picture: { node: accountNode(options.names) },
    read: async () => {
      const claim = await claims.read();
      return claim.account === undefined ? undefined : claim;
    },
    examine: (live) => examineAccount(options, live),
    change: async (live, changes, run) => {
      if (changes.some((change) => 'create' in change)) return create(options, run);
      if (changes.some((change) => 'delete' in change)) {
        await document.delete();
        return { isCreated: false, isEnabled: false, isDeleted: true };
      }
      for (const change of changes) {
        if ('mark' in change) await mark(options, change.mark, live?.claimed, run);
        else if ('strike' in change)
          await editOwnership(document, run.clock, (owned) => owned && struck(owned, change.strike));
        else if (!('create' in change || 'delete' in change || 'enable' in change)) unreachable(change);
      }
      if (options.want === 'present') run.confirm(options.refuseOverlap);
      if (!changes.some((change) => 'enable' in change)) return;
      await document.enable();
      await editOwnership(document, run.clock, (owned) => owned && { ...owned, revoked: false });
      return { isCreated: false, isEnabled: true };
    },
  };
}

/** Creates the account; told that it exists, makes sure that it is ours. */
async function create(options: ServiceAccountOptions, run: Run): Promise<AccountMade> {
  const { claims, deliversTo: to, document, displayName } = options;
  const more = await options.recordAtCreation();
  const announced = to.length === 0 ? {} : { issuingBefore: [], places: { ...UNPLACED, to } };
  const owned = ownership('created', { ...more, ...announced });
  const description = writeDescription({ text: options.description, ownership: owned }) ?? '';
  try {
    await document.create({ displayName, description });
    return { isCreated: true, isEnabled: false };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    // Our own create whose reply was lost, or another run of ours: then its mark counts. IAM may answer 404 for a while.
    await rereadAccount(document, run.clock);
    const problems = refuse({ ...options, adopt: false }, await claims.reread());
    if (problems.length > 0) throw new Blocked(options.adopt ? [appeared(options)] : problems, error);
    return { isCreated: false, isEnabled: false };
  }
}

/** The plan did not see it, so nobody has agreed to adopt it as it is. */
function appeared({ address, names }: ServiceAccountOptions): Problem {
  return {
    severity: 'error',
    code: 'account.appeared',
    subject: address,
    attempted: `create the service account ${names.email}`,
    because: 'it exists, but IAM did not show it when the plan was made: somebody created it moments ago',
    remedy: 'Run the workflow again: the plan will show what adopt: true takes over.',
  };
}

/** @param disregarded - a record that counted for nothing when the plan was made: it goes, with all that it says of keys */
async function mark(
  { document }: ServiceAccountOptions,
  how: 'adopted' | 'none',
  disregarded: Ownership | undefined,
  { clock }: Run,
): Promise<void> {
  const isDisregarded = (owned: Ownership): boolean => JSON.stringify(owned) === JSON.stringify(disregarded);
  await editOwnership(document, clock, (owned) => {
    if (how === 'none') return undefined;
    return owned === undefined || isDisregarded(owned) ? ownership('adopted') : owned;
  });
}

/** Without these words; what is no word of ours goes with any write. */
function struck(owned: Ownership, strays: readonly string[]): Ownership {
  return {
    ...owned,
    key: strays.includes(`key=${owned.key ?? ''}`) ? undefined : owned.key,
    old: owned.old.filter((id) => !strays.includes(`old=${id}`)),
  };
}

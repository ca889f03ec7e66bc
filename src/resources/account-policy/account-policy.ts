import type { Document } from '../../cloud/document.ts';
import { conditionOf, removeMember } from '../../cloud/google/bindings.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { Account } from '../../cloud/google/service-accounts.ts';
import type { Resource } from '../../engine/resource.ts';
import { ApiError } from '../../errors/api-error.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';
import { poll } from '../../time.ts';
import type { Clock } from '../../time.ts';
import { impersonationEdge } from '../picture.ts';
import { examineAccountPolicy } from './examine.ts';
import type { AccountPolicyChange, AccountPolicyDesign, AccountPolicyLive } from './examine.ts';
import { unseen } from '../../errors/vanished.ts';

/** Who may act as the account, by its own policy. What is held on the project, the folder or the organization is not seen here. */
export interface AccountPolicyOptions extends AccountPolicyDesign {
  readonly document: Document<Policy>;
  readonly account: Document<Account>;
  readonly clock: Clock;
  /** Who runs, as policies name it; undefined when the credential does not tell. */
  readonly principal: () => string | undefined;
}

export function accountPolicy(options: AccountPolicyOptions): Resource<AccountPolicyLive, AccountPolicyChange> {
  const { document, want, names, principal } = options;
  return {
    address: options.address,
    want: 'unmanaged',
    picture: { hidden: [impersonationEdge(names, 'others', 'could not be read')] },
    read: async () => {
      const policy = want === 'absent' ? undefined : await readPolicy(options);
      return policy && { policy, principal: principal() };
    },
    examine: (live) => examineAccountPolicy(options, live),
    change: async (_live, changes) => {
      await document.edit((before) => changes.reduce(revoked, before));
      return undefined;
    },
  };
}

function revoked(policy: Policy, { revoke: { role, member, condition } }: AccountPolicyChange): Policy {
  return removeMember(policy, (one) => (one.role ?? '') === role && conditionOf(one) === condition, member);
}

/** IAM answers 404 or 403 for an account that it does not show yet: where the account itself was read, it is waited for. */
async function readPolicy({ document, account, clock, names }: AccountPolicyOptions): Promise<Policy | undefined> {
  const [found, live] = await Promise.allSettled([document.read(), account.read()]);
  const isThere = live.status === 'fulfilled' && live.value !== undefined;
  if (found.status === 'rejected') {
    if (live.status === 'fulfilled' && live.value === undefined && isDenied(found.reason)) return undefined;
    throw found.reason;
  }
  if (found.value !== undefined || !isThere) return found.value;
  const seen = await poll({ clock, within: ACCOUNT_LAG, first: 500, most: 10_000 }, async () => {
    const again = await document.reread();
    return again && { value: again };
  });
  if (seen === undefined) throw unseen(`the policy of the service account ${names.email}`);
  return seen.value;
}

const isDenied = (error: unknown): boolean => error instanceof ApiError && error.code === 403;

import type { Document } from '../cloud/document.ts';
import { grantsOf } from '../cloud/google/bindings.ts';
import type { Key } from '../cloud/google/keys.ts';
import type { Policy } from '../cloud/google/project-policies.ts';
import type { Account, AccountDocument } from '../cloud/google/service-accounts.ts';
import type { KeyList } from './key-list.ts';
import { readDescription } from './description.ts';
import { keyNamed } from './record.ts';
import type { Ownership } from './record.ts';

/**
 * What the account's description says of itself is a claim: whoever may edit a description can write it. It counts only
 * where something of higher trust agrees; else the account is as unmarked.
 */
export interface Claim {
  /** undefined = proven absent. */
  readonly account: Account | undefined;
  /** The record, as far as it counts. */
  readonly owned: Ownership | undefined;
  /** The record as it stands there, whoever wrote it. */
  readonly claimed: Ownership | undefined;
  /** What of the bracket this action cannot have written. */
  readonly strays: readonly string[];
}

/** What agrees with a mark, or does not. */
export interface Witnesses {
  /** Full names of the roles by which the project's policy binds the living account. */
  readonly bound: readonly string[];
  /** Roles that are ours to bind: those of every access mode. */
  readonly ours: readonly string[];
  readonly keys: readonly Key[];
  /** Ids that destinations name, in full. */
  readonly named: readonly string[];
  readonly want: 'present' | 'absent';
}

/**
 * A mark counts where the project's policy, which only its administrators write, binds the account to a role of ours; where
 * a destination names an enabled key that the record calls delivered or superseded: of two places, one may hold the older key;
 * or, unless the account is to go, where there is nothing yet to protect, because it has no enabled key. Pure.
 */
export function isConfirmed(owned: Ownership, { bound, ours, keys, named, want }: Witnesses): boolean {
  if (bound.some((role) => ours.includes(role))) return true;
  const recorded = [...(owned.key === undefined ? [] : [owned.key]), ...owned.old].map((id) => keyNamed(id, keys));
  if (recorded.some((key) => key?.disabled === false && named.includes(key.id))) return true;
  return want === 'present' && keys.every(({ disabled }) => disabled);
}

/**
 * Ids in a record that no run of ours can have written there: they mean more than one key, or a superseded key that still
 * works and is not older than the delivered one. Spelled as the record spells them. Pure.
 */
export function impossibleIn(owned: Ownership, keys: readonly Key[]): string[] {
  const current = owned.key === undefined ? undefined : keyNamed(owned.key, keys);
  const isAmbiguous = (id: string): boolean => keys.filter((key) => key.id.startsWith(id)).length > 1;
  const isTooYoung = (id: string): boolean => {
    const key = keyNamed(id, keys);
    return key !== undefined && isTooYoungFor(current, key);
  };
  return [
    ...(owned.key !== undefined && isAmbiguous(owned.key) ? [`key=${owned.key}`] : []),
    ...owned.old.filter((id) => isAmbiguous(id) || isTooYoung(id)).map((id) => `old=${id}`),
  ];
}

/**
 * Whether a key cannot have been superseded by this one: it works, and is not older. IAM tells times in seconds, and no run
 * makes a key in the second of the one before.
 */
export function isTooYoungFor(current: Key | undefined, key: Key): boolean {
  return current !== undefined && key !== current && !key.disabled && key.createdAt >= current.createdAt;
}

/** Whose the account is. */
export interface Claims {
  /** From what the plan reads anyway. */
  read(): Promise<Claim>;
  /** Asked anew, of everybody. */
  reread(): Promise<Claim>;
}

/** Where the claim stands, and who can confirm it. */
export interface ClaimSources {
  readonly account: AccountDocument;
  readonly policy: Document<Policy>;
  readonly keys: KeyList;
  /** Lists the keys anew. */
  readonly listKeys: () => Promise<readonly Key[]>;
  /** Whether the plan compares keys: then what cannot be read of them blocks every write by itself. */
  readonly comparesKeys: boolean;
  /** Ids that destinations name, in full. */
  readonly named: () => Promise<readonly string[]>;
  readonly member: string;
  readonly ours: readonly string[];
  readonly want: 'present' | 'absent';
}

export function claimsOf(sources: ClaimSources): Claims {
  return {
    read: async () => {
      const [account, policy] = await Promise.allSettled([sources.account.read(), sources.policy.read()]);
      if (account.status === 'rejected') throw account.reason;
      // Without the policy nobody can tell; its own step says so then, and nothing is written.
      return judge(sources, account.value, policy.status === 'rejected' ? 'unreadable' : policy.value);
    },
    reread: async () => {
      const [account, policy] = await Promise.all([sources.account.reread(), sources.policy.reread()]);
      return judge({ ...sources, keys: sources.listKeys }, account, policy);
    },
  };
}

async function judge(
  sources: ClaimSources,
  account: Account | undefined,
  policy: Policy | 'unreadable' | undefined,
): Promise<Claim> {
  const { ownership: claimed, strays = [] } = readDescription(account?.description);
  if (claimed === undefined) return { account, owned: undefined, claimed, strays };
  const bound = policy === 'unreadable' ? sources.ours : rolesIn(policy, sources.member);
  const isBound = bound.some((role) => sources.ours.includes(role));
  if (isBound && !sources.comparesKeys) return { account, owned: claimed, claimed, strays };
  try {
    const [keys, named] = await Promise.all([sources.keys(), isBound ? [] : sources.named()]);
    const counts = isConfirmed(claimed, { ...sources, bound, keys, named });
    const all = [...strays, ...impossibleIn(claimed, keys)];
    return { account, owned: counts ? claimed : undefined, claimed, strays: all };
  } catch (error) {
    // Where keys are compared, their own step says that they could not be read, and nothing is written.
    if (!sources.comparesKeys) throw error;
    return { account, owned: claimed, claimed, strays };
  }
}

function rolesIn(policy: Policy | undefined, member: string): string[] {
  return grantsOf(policy ?? {}, member).map(({ role }) => role);
}

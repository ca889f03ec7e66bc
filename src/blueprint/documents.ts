import { grantsOf } from '../cloud/google/bindings.ts';
import { accountPolicyDocument } from '../cloud/google/account-policies.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import { datasetLibrary } from '../cloud/google/dataset-library.ts';
import type { DatasetLibrary } from '../cloud/google/dataset-library.ts';
import type { Document } from '../cloud/document.ts';
import { locationsOf } from '../cloud/google/datasets.ts';
import type { Source } from '../cloud/google/datasets.ts';
import { keyMemory } from '../cloud/google/key-memory.ts';
import { keysOf } from '../cloud/google/keys.ts';
import type { Keys } from '../cloud/google/keys.ts';
import { policyDocument } from '../cloud/google/project-policies.ts';
import type { Policy } from '../cloud/google/project-policies.ts';
import { roleDocument } from '../cloud/google/roles.ts';
import type { RoleDocument } from '../cloud/google/roles.ts';
import { accountDocument } from '../cloud/google/service-accounts.ts';
import type { Account, AccountDocument } from '../cloud/google/service-accounts.ts';
import { ApiError } from '../errors/api-error.ts';
import { modes } from '../inputs/modes.ts';
import type { Mode } from '../inputs/modes.ts';
import type { Target } from '../inputs/target.ts';
import { keyListOf } from '../ownership/key-list.ts';
import type { KeyList } from '../ownership/key-list.ts';
import { readDescription } from '../ownership/description.ts';
import { keyNamed } from '../ownership/record.ts';
import { settledKeys } from '../ownership/settled-keys.ts';
import type { Sighting } from '../ownership/settled-keys.ts';
import { settledRead } from '../ownership/settled-reads.ts';
import type { OtherAccount } from '../resources/state-dataset/design.ts';
import { YOUNG, once } from '../time.ts';
import { hasCustomRole, rolesOfAnyMode } from './access-modes.ts';

/** The documents of the world that the blueprint speaks of. Laying them out sends nothing. */
export interface Documents {
  readonly role: RoleDocument;
  readonly account: AccountDocument;
  readonly accountPolicy: Document<Policy>;
  readonly policy: Document<Policy>;
  readonly datasets: DatasetLibrary;
  /** Where datasets lie (`project.dataset`), when that alone is asked. */
  readonly locationsOf: (names: readonly string[]) => Promise<Source[]>;
  readonly keys: Keys;
  /** The keys as the plan sees them: what may be too young to show was looked for again. */
  readonly keyList: KeyList;
  /** The same at the first look, for who must not wait. */
  readonly keysAtFirst: KeyList;
  /** Those of these accounts (e-mails, of the same project) that exist, and whether their descriptions say that they are managed. */
  readonly accountsNamed: (emails: readonly string[]) => Promise<readonly OtherAccount[]>;
  /** Whether everything was set up so short a time ago that IAM's reads may be older. */
  readonly isYoung: () => Promise<boolean>;
  /** Asks IAM for all of its documents anew; what cannot be read is asked for again by whoever needs it. */
  readonly lookAgain: () => Promise<void>;
}

/** What the documents need from a run. */
export interface DocumentsContext {
  readonly cloud: Cloud;
  readonly target: Target;
  readonly mode: Mode;
  readonly mask: (value: string) => void;
  readonly say: (line: string) => void;
  /** Keys that destinations name. */
  readonly sightings: () => Promise<readonly Sighting[]>;
}

export function documentsOf(context: DocumentsContext): Documents {
  const { cloud, target, mode, mask, sightings } = context;
  const { clock, wire } = cloud;
  const { accountId, email, roleId } = target.names;
  const now = (): number => clock.now() - wire.clockAhead();
  const memory = keyMemory(now);
  const raw = {
    role: roleDocument(cloud, roleId),
    account: accountDocument(cloud, { accountId, email }),
    policy: policyDocument(cloud),
  };
  const uniqueId = async (): Promise<string> => (await raw.account.read())?.uniqueId ?? '';
  const keys = keysOf(cloud, { email, lifetimeDays: target.keyLife.lifetimeDays, uniqueId, mask, memory });
  const keysAtFirst = keyListOf(raw.account, () => keys.list());
  const isYoung = once(() => isKeyYoung({ account: raw.account, keys: keysAtFirst, now }));
  const documents = settledDocuments(raw, isYoung, context);
  const { account } = documents;
  const settled = settledKeys({
    ...{
      account,
      first: keysAtFirst,
      list: () => keys.list(),
      sightings,
      isOwn: memory.isOwn,
      gone: memory.gone,
      now,
      clock,
    },
    onlyLooks: !modes[mode].writes,
    tellsSyncs: target.delivery.to.includes('segment') && target.segment.keyRetirement === 'proven',
    say: context.say,
  });
  const accountPolicy = accountPolicyDocument(cloud, email);
  return {
    ...documents,
    accountPolicy,
    datasets: datasetLibrary(cloud),
    locationsOf: (names) => locationsOf(cloud, names),
    keys: { ...keys, list: () => settled.again() },
    keyList: keyListOf(account, () => settled.first()),
    keysAtFirst,
    accountsNamed: async (emails) => (await Promise.all(emails.map((one) => lookUp(cloud, one)))).flat(),
    isYoung: target.delivery.to.length === 0 ? () => Promise.resolve(false) : isYoung,
    lookAgain: async () => {
      const role = hasCustomRole(target.access) ? [raw.role.reread()] : [];
      await Promise.allSettled([...role, raw.account.reread(), raw.policy.reread(), accountPolicy.reread()]);
    },
  };
}

/** The documents of IAM that name each other. */
type Settled = Pick<Documents, 'role' | 'account' | 'policy'>;

/** Each is compared with what the others say of it, as they came at first: nobody waits for whom it keeps waiting. */
function settledDocuments(
  raw: Settled,
  isYoung: () => Promise<boolean>,
  { cloud: { clock }, target: { names, delivery }, mode, say }: DocumentsContext,
): Settled {
  const { role, member } = names;
  const heldRoles = async (): Promise<readonly string[]> => {
    const [policy] = await Promise.allSettled([raw.policy.read()]); // Its own step says so when it cannot be read.
    return policy.status === 'fulfilled' ? grantsOf(policy.value ?? {}, member).map((grant) => grant.role) : [];
  };
  const isGranting = modes[mode].wants === 'present' && delivery.to.length > 0;
  const ours = rolesOfAnyMode(names);
  return {
    role: settledRead(
      raw.role,
      {
        what: `the role ${role}, which the project's policy grants`,
        isOpen: async (live) => live === undefined && (await heldRoles()).includes(role),
        ends: 'late',
      },
      { clock, say },
    ),
    account: settledRead(
      raw.account,
      {
        what: `the service account ${names.email}, which the project's policy names`,
        isOpen: async (live) => live === undefined && (await heldRoles()).length > 0,
        ends: 'late',
      },
      { clock, say },
    ),
    policy: settledRead(
      raw.policy,
      {
        what: `the roles of ${names.email}, which were granted before its key was made`,
        isOpen: async (live) =>
          isGranting && !grantsOf(live ?? {}, member).some((grant) => ours.includes(grant.role)) && (await isYoung()),
        ends: 'steady',
      },
      { clock, say },
    ),
  };
}

/** What tells how long ago everything was set up. */
interface Beginning {
  readonly account: Document<Account>;
  readonly keys: KeyList;
  readonly now: () => number;
}

/** Whether the key that the record calls delivered was made moments ago: then reads may be older than what was set up. */
async function isKeyYoung({ account, keys, now }: Beginning): Promise<boolean> {
  const [live, list] = await Promise.allSettled([account.read(), keys()]);
  if (live.status === 'rejected' || list.status === 'rejected') return false;
  const recorded = readDescription(live.value?.description).ownership?.key;
  const key = recorded === undefined ? undefined : keyNamed(recorded, list.value);
  return key !== undefined && now() - key.createdAt < YOUNG;
}

/** Of an account of another target; one that may not be read proves nothing. */
async function lookUp(cloud: Cloud, email: string): Promise<OtherAccount[]> {
  const accountId = email.slice(0, email.indexOf('@'));
  try {
    const found = await accountDocument(cloud, { accountId, email }).read();
    return found === undefined ? [] : [{ email, isMarked: readDescription(found.description).ownership !== undefined }];
  } catch (error) {
    if (error instanceof ApiError && error.code === 403) return [];
    throw error;
  }
}

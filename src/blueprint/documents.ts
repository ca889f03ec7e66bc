import { accountPolicyDocument } from '../cloud/google/account-policies.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import { datasetLibrary } from '../cloud/google/dataset-library.ts';
import type { DatasetLibrary } from '../cloud/google/dataset-library.ts';
import type { Document } from '../cloud/document.ts';
import { locationsOf } from '../cloud/google/datasets.ts';
import type { Source } from '../cloud/google/datasets.ts';
import { keysOf } from '../cloud/google/keys.ts';
import type { Keys } from '../cloud/google/keys.ts';
import { policyDocument } from '../cloud/google/project-policies.ts';
import type { Policy } from '../cloud/google/project-policies.ts';
import { roleDocument } from '../cloud/google/roles.ts';
import type { RoleDocument } from '../cloud/google/roles.ts';
import { accountDocument } from '../cloud/google/service-accounts.ts';
import type { AccountDocument } from '../cloud/google/service-accounts.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Target } from '../inputs/target.ts';
import { keyListOf } from '../ownership/key-list.ts';
import type { KeyList } from '../ownership/key-list.ts';
import { readDescription } from '../ownership/record.ts';
import type { OtherAccount } from '../resources/state-dataset/design.ts';

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
  /** The keys as the plan sees them. */
  readonly keyList: KeyList;
  /** Those of these accounts (e-mails, of the same project) that exist, and whether their descriptions say that they are managed. */
  readonly accountsNamed: (emails: readonly string[]) => Promise<readonly OtherAccount[]>;
}

export function documentsOf(cloud: Cloud, target: Target, mask: (value: string) => void): Documents {
  const { accountId, email, roleId } = target.names;
  const account = accountDocument(cloud, { accountId, email });
  const keys = keysOf(cloud, {
    email,
    lifetimeDays: target.keyLife.lifetimeDays,
    uniqueId: async () => (await account.read())?.uniqueId ?? '',
    mask,
  });
  return {
    role: roleDocument(cloud, roleId),
    account,
    accountPolicy: accountPolicyDocument(cloud, email),
    policy: policyDocument(cloud),
    datasets: datasetLibrary(cloud),
    locationsOf: (names) => locationsOf(cloud, names),
    keys,
    keyList: keyListOf(account, keys),
    accountsNamed: async (emails) => (await Promise.all(emails.map((one) => lookUp(cloud, one)))).flat(),
  };
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

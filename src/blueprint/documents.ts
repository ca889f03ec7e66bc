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
import type { Target } from '../inputs/target.ts';

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
}

export function documentsOf(cloud: Cloud, target: Target, mask: (value: string) => void): Documents {
  const { accountId, email, roleId } = target.names;
  const account = accountDocument(cloud, { accountId, email });
  return {
    role: roleDocument(cloud, roleId),
    account,
    accountPolicy: accountPolicyDocument(cloud, email),
    policy: policyDocument(cloud),
    datasets: datasetLibrary(cloud),
    locationsOf: (names) => locationsOf(cloud, names),
    keys: keysOf(cloud, {
      email,
      lifetimeDays: target.keyLife.lifetimeDays,
      uniqueId: async () => (await account.read())?.uniqueId ?? '',
      mask,
    }),
  };
}

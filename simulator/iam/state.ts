import type { Grant } from '../grants.ts';
import type { PolicyState } from '../policy.ts';

/** A custom role, by its full name: `projects/P/roles/R` or `organizations/N/roles/R`. */
export interface RoleState {
  name: string;
  title: string;
  description: string;
  includedPermissions: string[];
  stage: string;
  etag: string;
  deletedAt?: number;
}

/** A key of an account: its public half. The private half is given out once and forgotten. */
export interface KeyState {
  id: string;
  /** SPKI, PEM. */
  publicKey: string;
  validAfterTime: number;
  validBeforeTime: number;
  /** `GOOGLE_PROVIDED` or `USER_PROVIDED` */
  origin: string;
  disabled: boolean;
  /** `SERVICE_ACCOUNT_KEY_DISABLE_REASON_…`: USER_INITIATED, EXPOSED or COMPROMISE_DETECTED. */
  disableReason?: string;
  /** To the millisecond: what lag is counted from. */
  addedAt: number;
}

/** A service account with its keys and its own policy. */
export interface AccountState {
  /** Project id. */
  project: string;
  email: string;
  uniqueId: string;
  displayName: string;
  description: string;
  etag: string;
  disabled: boolean;
  createdAt: number;
  keys: KeyState[];
  policy: PolicyState;
  grants: Grant[];
  /** How often it was asked for while too new to be seen everywhere: the answers alternate. */
  looks: number;
}

export interface IamState {
  /** By full name. */
  roles: Record<string, RoleState>;
  /** By e-mail. */
  accounts: Record<string, AccountState>;
  /** Deleted accounts, by unique id. */
  deletedAccounts: Record<string, AccountState & { deletedAt: number }>;
  /** Enforced constraints (`constraints/iam.disableServiceAccountKeyCreation`), by project id. */
  constraints: Record<string, string[]>;
}

export function emptyIamState(): IamState {
  return { roles: {}, accounts: {}, deletedAccounts: {}, constraints: {} };
}

import { statePart } from '../engine/world.ts';
import type { PolicyHolder } from './policies.ts';

/** A custom role, by its full name (`projects/P/roles/R`, `organizations/N/roles/R`). */
export interface RoleState {
  name: string;
  title: string;
  description: string;
  includedPermissions: string[];
  stage: string;
  etag: string;
  createdAt: number;
  deletedAt?: number;
}

export interface KeyState {
  id: string;
  /** SPKI PEM of the public half; the private half is given out once and forgotten. */
  publicKey: string;
  createdAt: number;
  validAfterTime: number;
  validBeforeTime: number;
  origin: string;
  /** PEM of the certificate that was uploaded. */
  certificate?: string;
  disabled: boolean;
  disableReason?: string;
}

export interface AccountState extends PolicyHolder {
  project: string;
  email: string;
  uniqueId: string;
  displayName: string;
  description: string;
  disabled: boolean;
  createdAt: number;
  keys: KeyState[];
  /** Ids of keys that were deleted. */
  formerKeys: string[];
}

export interface IamState {
  roles: Record<string, RoleState>;
  /** By e-mail. */
  accounts: Record<string, AccountState>;
  /** Deleted accounts, by unique id. */
  graveyard: Record<string, AccountState & { deletedAt: number }>;
  /** Enforced organization policies, by project id. */
  constraints: Record<string, string[]>;
  /** Members of policies and access lists that are gone, although they look like any other: as policies spell them. */
  unknownMembers: string[];
}

export const iamState = statePart<IamState>('iam', () => ({
  roles: {},
  accounts: {},
  graveyard: {},
  constraints: {},
  unknownMembers: [],
}));

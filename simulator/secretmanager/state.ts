import type { PolicyHolder } from '../directory/policies.ts';
import { statePart } from '../engine/world.ts';

export type VersionStatus = 'ENABLED' | 'DISABLED' | 'DESTROYED';

/** One value of a secret. */
export interface VersionState {
  number: number;
  createdAt: number;
  state: VersionStatus;
  etag: string;
  /** Base64; gone once the version is destroyed. */
  data?: string;
  /** Whether whoever added it sent a checksum along. */
  isChecked: boolean;
  destroyedAt?: number;
}

/** What keeps the values: its name, where they are stored, and notes about them. */
export interface SecretState extends PolicyHolder {
  project: string;
  id: string;
  createdAt: number;
  etag: string;
  /** As it was sent. */
  replication: Record<string, unknown>;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Numbers of versions in decimal digits, by alias. */
  versionAliases: Record<string, string>;
  /** Oldest first. */
  versions: VersionState[];
}

export interface SecretManagerState {
  /** By `projects/ID/secrets/S`, oldest first. */
  secrets: Record<string, SecretState>;
}

export const secretManagerState = statePart<SecretManagerState>('secretManager', () => ({ secrets: {} }));

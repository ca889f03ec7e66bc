import type { Grant } from './grants.ts';

export interface BindingState {
  role: string;
  members: string[];
  condition?: Record<string, unknown>;
  [other: string]: unknown;
}

export interface PolicyState {
  version: number;
  etag: string;
  bindings: BindingState[];
  auditConfigs?: unknown[];
}

/** A project, an account, a secret: whatever has a policy of its own. */
export interface PolicyHolder {
  policy: PolicyState;
  /** What the policy grants, with the times that lag is counted from. */
  grants: Grant[];
}

import type { Grant } from '../grants.ts';
import type { PolicyState } from '../policy.ts';

export interface ProjectState {
  projectId: string;
  /** Decimal. */
  projectNumber: string;
  /** Display name. */
  name: string;
  /** `organizations/N`; undefined = none. */
  parent?: string;
  createdAt: number;
  policy: PolicyState;
  grants: Grant[];
}

export interface ResourceManagerState {
  /** By project id. */
  projects: Record<string, ProjectState>;
}

export function emptyResourceManagerState(): ResourceManagerState {
  return { projects: {} };
}
